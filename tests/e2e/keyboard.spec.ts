import { Keys } from './keys.ts'
import { en, expect, test } from './salus.ts'

// In Firefox, Tab at the end of the page leaves it for bars of the browser that no driver reaches.
test(
  'keys alone lead to results, their chart, back to the list, to the lock and through it',
  { tag: '@chromium-only' },
  async ({ salus, openDevice }) => {
    const phone = await openDevice()
    const { page } = phone
    const { labs, result } = en
    const keys = new Keys(page)
    await phone.firstRun(salus.url)

    await page.keyboard.press('n')
    await expect(page).toHaveURL(/\/dose$/)
    for (const value of ['5,4', '<0.1']) {
      await keys.press(page.getByRole('link', { name: en.nav.labs, exact: true }))
      await page.keyboard.press('n')
      await keys.to(page.getByRole('combobox', { name: result.marker }))
      await page.keyboard.type('psa')
      await expect(page.getByRole('listbox').getByRole('option').first()).toBeVisible()
      await page.keyboard.press('Enter')
      await keys.to(page.getByLabel(result.value, { exact: true }))
      await page.keyboard.type(value)
      await page.keyboard.press('Enter')
      await keys.isLedTo(page.getByRole('combobox', { name: result.marker }))
      await expect(page.getByRole('combobox', { name: result.marker })).toHaveValue('')
    }

    await keys.press(page.getByRole('link', { name: en.nav.labs, exact: true }))
    await keys.press(page.getByRole('link', { name: /prostate|psa/i }).first())
    await expect(page.locator('figure canvas')).toBeVisible()
    await keys.to(page.locator('figure'))
    await page.keyboard.press('End')
    await expect(page.locator('figcaption')).toContainText(/5,4|<0\.1/)
    await keys.press(page.getByRole('button', { name: new RegExp(labs.title) }))
    // The focus is back where it left from.
    await keys.isLedTo(page.getByRole('link', { name: /prostate|psa/i }).first())

    await keys.press(phone.button(en.nav.lock))
    await keys.isLedTo(page.getByLabel(en.lock.passphrase, { exact: true }))
    await page.keyboard.type(phone.passphrase)
    await page.keyboard.press('Enter')
    await phone.isUnlocked()
  },
)
