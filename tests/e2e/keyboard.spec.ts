import type { Locator, Page } from '@playwright/test'
import { en, expect, test } from './salus.ts'

/** Presses Tab until something has the focus; a person would too. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  const STEPS_MAX = 40
  for (let step = 0; step < STEPS_MAX; step++) {
    if (await target.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error('never got the focus')
}

/** Of windows side by side only one is the active one, so `toBeFocused` would ask for too much. */
async function hasFocus(target: Locator): Promise<void> {
  await expect.poll(() => target.evaluate((element) => element === document.activeElement)).toBe(true)
}

// In Firefox, Tab at the end of the page leaves it for bars of the browser that no driver reaches.
test(
  'keys alone lead from the first screen to a result, its chart, its change and the lock',
  { tag: '@chromium-only' },
  async ({ salus, openDevice }) => {
    const phone = await openDevice()
    const { page } = phone
    const { onboarding, labs, result } = en
    await page.goto(salus.url)
    await tabTo(page, phone.button(onboarding.start))
    await page.keyboard.press('Enter')
    const words = page.locator('[data-offered-passphrase]')
    await expect(words).toHaveText(/^\w+( \w+){6}$/)
    phone.passphrase = (await words.textContent()) ?? ''
    await tabTo(page, page.getByLabel(onboarding.deviceName))
    await page.keyboard.press('Enter')
    const items = page.locator('ol.kit li')
    await expect(items).toHaveCount(12)
    const kit = (await items.allTextContents()).map((text) => text.replace(/^\d+/, '').trim())
    await hasFocus(page.getByRole('heading', { name: onboarding.kitTitle }))
    await tabTo(page, phone.button(onboarding.kitWritten))
    await page.keyboard.press('Enter')
    for (const field of await page.locator('input[name^="kit-word-"]').all()) {
      await tabTo(page, field)
      const place = Number(((await field.getAttribute('name')) ?? '').replace('kit-word-', ''))
      await page.keyboard.type(kit[place - 1] ?? '')
    }
    await page.keyboard.press('Enter')
    await tabTo(page, phone.button(onboarding.later))
    await page.keyboard.press('Enter')
    await phone.isUnlocked()

    await page.keyboard.press('n')
    await expect(page).toHaveURL(/\/dose$/)
    for (const value of ['5,4', '<0.1']) {
      await tabTo(page, page.getByRole('link', { name: en.nav.labs, exact: true }))
      await page.keyboard.press('Enter')
      await page.keyboard.press('n')
      await tabTo(page, page.getByRole('combobox', { name: result.marker }))
      await page.keyboard.type('psa')
      await expect(page.getByRole('listbox').getByRole('option').first()).toBeVisible()
      await page.keyboard.press('Enter')
      await tabTo(page, page.getByLabel(result.value, { exact: true }))
      await page.keyboard.type(value)
      await page.keyboard.press('Enter')
      await hasFocus(page.getByRole('combobox', { name: result.marker }))
      await expect(page.getByRole('combobox', { name: result.marker })).toHaveValue('')
    }

    await tabTo(page, page.getByRole('link', { name: en.nav.labs, exact: true }))
    await page.keyboard.press('Enter')
    await tabTo(page, page.getByRole('link', { name: /prostate|psa/i }).first())
    await page.keyboard.press('Enter')
    await expect(page.locator('figure canvas')).toBeVisible()
    await tabTo(page, page.locator('figure'))
    await page.keyboard.press('End')
    await expect(page.locator('figcaption')).toContainText(/5,4|<0\.1/)
    await tabTo(page, page.getByRole('button', { name: new RegExp(labs.title) }))
    await page.keyboard.press('Enter')
    // The focus is back where it left from.
    await hasFocus(page.getByRole('link', { name: /prostate|psa/i }).first())

    await tabTo(page, phone.button(en.nav.lock))
    await page.keyboard.press('Enter')
    await hasFocus(page.getByLabel(en.lock.passphrase, { exact: true }))
    await page.keyboard.type(phone.passphrase)
    await page.keyboard.press('Enter')
    await phone.isUnlocked()
  },
)
