import type { Page } from '@playwright/test'
import { SCREENS, SIZES, THEMES } from '../screens/screen-list.ts'
import { hasNoSidewaysScroll, look } from './look.ts'
import { type Device, en, expect, test } from './salus.ts'

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

test('text of twice the size needs no sideways scroll on a phone', async ({ salus, openDevice }) => {
  const device = await openDevice()
  const { page } = device
  await device.firstRun(salus.url)
  await fillRecord(device)
  // Every length of type is in rem, so the root's size is what the reader's own setting changes.
  await page.evaluate(() => (document.documentElement.style.fontSize = '200%'))
  for (const { path } of SCREENS) {
    await go(page, path)
    await hasNoSidewaysScroll(page, path)
  }
})

async function fillRecord(device: Device): Promise<void> {
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
