import type { Page } from '@playwright/test'
import { visitFirstScreens } from '../screens/first-screens.ts'
import { goTo, openSample } from '../screens/sample-screens.ts'
import { SCREENS, SIZES, THEMES } from '../screens/screen-list.ts'
import { Device } from './device.ts'
import { hasRoom, look } from './look.ts'
import { offerLink } from './pair.ts'
import { PHONE } from './profile.ts'
import { type Salus, en, expect, test } from './salus.ts'
import { Watch } from './watch.ts'

for (const colorScheme of THEMES) {
  test(`every screen is free of axe's findings and of sideways scroll, ${colorScheme}`, async ({
    salus,
    openDevice,
  }) => {
    const device = await openDevice()
    const { page } = device
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })

    const fresh = await openDevice()
    await fresh.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await visitFirstScreens(fresh.page, salus.url, (name) => look(fresh.page, name))

    await device.firstRun(await salus.inviteLink())
    await fillRecord(device)
    for (const size of SIZES) {
      await page.setViewportSize({ width: size.width, height: size.height })
      for (const { path } of SCREENS) {
        await go(page, path)
        await look(page, `${path} at ${size.width}`)
      }
      await page.getByRole('link', { name: en.nav.labs, exact: true }).click()
      await page
        .getByRole('link', { name: /testosterone/i })
        .first()
        .click()
      await expect(page.locator('figure canvas')).toBeVisible()
      await look(page, `series at ${size.width}`)
      await page.locator('main').getByRole('link', { name: /18\.2/ }).last().click()
      await expect(page.getByRole('button', { name: en.result.delete })).toBeVisible()
      await look(page, `result at ${size.width}`)
    }
  })
}

test('text of twice the size needs no sideways scroll on a phone, from the first screen to the pairing @chromium-only', async ({
  salus,
  playwright,
}, info) => {
  const { launchOptions } = info.project.use
  const browser = await playwright.chromium.launch({
    ...launchOptions,
    args: [...(launchOptions?.args ?? []), '--blink-settings=defaultFontSize=32'],
  })
  try {
    const watch = new Watch(salus.url)
    await walkInBigType(salus, async () => new Device(await watch.newPage(await browser.newContext(PHONE))))
    watch.expectClean()
  } finally {
    await browser.close()
  }
})

/** The reader's own setting of the browser is twice the usual 16 px, which a rem and a query of the width follow. */
async function walkInBigType(salus: Salus, openDevice: () => Promise<Device>): Promise<void> {
  const fresh = await openDevice()
  await fresh.page.goto(salus.url)
  expect(await fresh.page.evaluate(() => getComputedStyle(document.documentElement).fontSize)).toBe('32px')
  await openSample(fresh.page, salus.url)
  for (const { path } of SCREENS) {
    await goTo(fresh.page, path)
    await hasRoom(fresh.page, path)
  }
  await visitFirstScreens(fresh.page, salus.url, (name) => hasRoom(fresh.page, name))

  const device = await openDevice()
  const { page } = device
  await device.firstRun(await salus.inviteLink())
  await fillRecord(device)
  await hasRoom(page, 'a message')
  await go(page, '/settings')
  await device.button(en.settings.passphraseTitle).click()
  await hasRoom(page, 'a new passphrase')
  await go(page, '/labs')
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog')).toBeVisible()
  await hasRoom(page, 'the list of keys')
  await page.keyboard.press('Escape')
  await page
    .getByRole('link', { name: /testosterone/i })
    .first()
    .click()
  await expect(page.locator('figure canvas')).toBeVisible()
  await hasRoom(page, 'a marker')
  await page.locator('main').getByRole('link', { name: /18\.2/ }).last().click()
  await expect(device.button(en.result.delete)).toBeVisible()
  await hasRoom(page, 'a result')
  await go(page, '/devices')
  await device.button(en.devices.renameNamed('Phone')).click()
  await hasRoom(page, 'a new name')
  await page.keyboard.press('Escape')

  const tablet = await openDevice()
  const link = await offerLink(device)
  await hasRoom(page, 'the link')
  await tablet.page.goto(link)
  await tablet.button(en.onboarding.join).click()
  for (const one of [tablet, device]) {
    await expect(one.page.locator('[data-pairing-digits]')).toBeVisible()
    await hasRoom(one.page, 'the digits')
  }
}

async function fillRecord(device: Device): Promise<void> {
  const { today } = en
  await device.page.getByRole('radio', { name: today.rating(today.scale.mood, 4, 5), exact: true }).check()
  await device.addResult('testosterone', '17.7')
  await device.addResult('testosterone', '18.2')
}

/** Goes to a page of the app without a reload, as a link does. */
async function go(page: Page, path: string): Promise<void> {
  await page.evaluate((href) => {
    const link = document.createElement('a')
    link.href = href
    document.body.append(link)
    link.click()
    link.remove()
  }, path)
  await expect(page).toHaveURL(new RegExp(`${path}$`))
  await expect(page.locator('h1').last()).toBeVisible()
}
