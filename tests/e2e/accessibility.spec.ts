import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { visitFirstScreens } from '../screens/first-screens.ts'
import { SCREENS, SIZES, THEMES } from '../screens/screen-list.ts'
import { offerLink } from './pair.ts'
import { type Device, en, expect, test } from './salus.ts'

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

for (const colorScheme of THEMES) {
  test(`every screen is free of axe's findings and of sideways scroll, ${colorScheme}`, async ({
    salus,
    openDevice,
  }) => {
    const device = await openDevice()
    const { page } = device
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })

    await page.goto(salus.url)
    await expect(device.button(en.onboarding.start)).toBeVisible()
    await look(page, 'welcome')
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
    await device.button(en.nav.lock).click()
    await expect(device.button(en.lock.unlock)).toBeVisible()
    await look(page, 'lock')
  })
}

test('text of twice the size needs no sideways scroll on a phone, from the first screen to the pairing', async ({
  salus,
  openDevice,
}) => {
  const fresh = await openDevice()
  await showTwiceTheSize(fresh.page)
  await visitFirstScreens(fresh.page, salus.url, (name) => hasNoSidewaysScroll(fresh.page, name))

  const device = await openDevice()
  const { page } = device
  await showTwiceTheSize(page)
  await device.firstRun(await salus.inviteLink())
  await fillRecord(device)
  await hasNoSidewaysScroll(page, 'a message')
  for (const { path } of SCREENS) {
    await go(page, path)
    await hasNoSidewaysScroll(page, path)
  }
  await go(page, '/settings')
  await device.button(en.settings.passphraseTitle).click()
  await hasNoSidewaysScroll(page, 'a new passphrase')
  await go(page, '/labs')
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog')).toBeVisible()
  await hasNoSidewaysScroll(page, 'the list of keys')
  await page.keyboard.press('Escape')
  await page
    .getByRole('link', { name: /testosterone/i })
    .first()
    .click()
  await expect(page.locator('figure canvas')).toBeVisible()
  await hasNoSidewaysScroll(page, 'a marker')
  await page.locator('main').getByRole('link', { name: /18\.2/ }).last().click()
  await expect(device.button(en.result.delete)).toBeVisible()
  await hasNoSidewaysScroll(page, 'a result')
  await go(page, '/devices')
  await device.button(en.devices.rename).click()
  await hasNoSidewaysScroll(page, 'a new name')
  await page.keyboard.press('Escape')

  const tablet = await openDevice()
  await showTwiceTheSize(tablet.page)
  const link = await offerLink(device)
  await hasNoSidewaysScroll(page, 'the link')
  await tablet.page.goto(link)
  await tablet.button(en.onboarding.join).click()
  for (const one of [tablet, device]) {
    await expect(one.page.locator('[data-pairing-digits]')).toBeVisible()
    await hasNoSidewaysScroll(one.page, 'the digits')
  }
})

/** Every length of type is in rem, so the root's size is what the reader's own setting changes. */
async function showTwiceTheSize(page: Page): Promise<void> {
  await page.addInitScript(() => {
    document.addEventListener('DOMContentLoaded', () => (document.documentElement.style.fontSize = '200%'))
  })
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

async function look(page: Page, name: string): Promise<void> {
  // The app has no frames, so axe needs no page of its own to gather what they say.
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).setLegacyMode().analyze()
  expect(
    violations.map(({ id, nodes }) => ({ id, at: nodes.map((node) => node.target.join(' ')) })),
    name,
  ).toEqual([])
  await hasNoSidewaysScroll(page, name)
}

async function hasNoSidewaysScroll(page: Page, name: string): Promise<void> {
  const wide = await page.evaluate(() => {
    const found = document.documentElement.scrollWidth > window.innerWidth ? ['the page'] : []
    // What stands over the page does not make it wider: each is looked at by itself.
    for (const over of document.querySelectorAll('nav, dialog[open], .toast, aside, .update-bar')) {
      const box = over.getBoundingClientRect()
      const isOut = box.left < 0 || box.right > window.innerWidth + 1
      if (isOut || over.scrollWidth > over.clientWidth + 1) found.push(over.className || over.tagName)
    }
    return found
  })
  expect(wide, `${name} scrolls sideways`).toEqual([])
}
