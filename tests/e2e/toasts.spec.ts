import type { Page } from '@playwright/test'
import { en, expect, test } from './salus.ts'

test('on a phone what is told lies over neither the focused field nor the button that saves, wherever the form is @chromium-only', async ({
  openDevice,
  salus,
}) => {
  const phone = await openDevice()
  const { page } = phone
  const { result, sample } = en
  await page.goto(salus.url)
  await page.getByText(sample.title).click()
  await phone.button(sample.man).click()
  await phone.openLabs()
  await page.getByRole('link', { name: en.labs.newResult }).click()
  for (const value of ['41', '42', '43']) {
    await page.getByRole('combobox', { name: result.marker }).fill('ferritin')
    await page.getByRole('listbox').getByRole('option').first().click()
    await page.getByLabel(result.value, { exact: true }).fill(value)
    await phone.button(result.saveAndNext).click()
    await expect(page.locator('.toast')).toHaveCount(1)
    await isFree(page)
  }
  // At each place that the page can be scrolled to, and with the focus in each field.
  for (const field of await page.locator('main :is(input, select, textarea)').filter({ visible: true }).all()) {
    await field.focus()
    await isFree(page)
  }
  const heights = await page.evaluate(() => document.documentElement.scrollHeight)
  for (let top = 0; top < heights; top += 120) {
    await page.evaluate((to) => window.scrollTo(0, to), top)
    await isFree(page)
  }
})

/** The message's box and those boxes have nothing in common. */
async function isFree(page: Page): Promise<void> {
  await expect
    .poll(() =>
      page.evaluate(() => {
        const toast = document.querySelector('.toast')?.getBoundingClientRect()
        const spared = [document.activeElement, ...document.querySelectorAll('main [type="submit"]')]
        return spared.filter((element) => {
          if (element === null || element === document.body || toast === undefined) return false
          const box = element.getBoundingClientRect()
          return box.height > 0 && box.top < toast.bottom && box.bottom > toast.top
        }).length
      }),
    )
    .toBe(0)
}
