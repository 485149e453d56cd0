import { type Locator, type Page, expect } from '@playwright/test'
import { en } from '../../apps/web/src/messages/en.ts'

/** One device: a page of a browser profile, driven as a person would. */
export class Device {
  readonly page: Page
  passphrase = ''

  constructor(page: Page) {
    this.page = page
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name, exact: typeof name === 'string' })
  }

  /** A text that can be seen: the narrow layout keeps the list in the page, hidden, beside what it lists. */
  shown(text: string | RegExp): Locator {
    return this.page
      .getByText(text, { exact: typeof text === 'string' })
      .filter({ visible: true })
      .first()
  }

  /** From the invite link to the first screen; returns the kit's words. */
  async firstRun(link: string, name = 'Phone'): Promise<string[]> {
    const { onboarding, act } = en
    await this.page.goto(link)
    await this.button(onboarding.start).click()
    const words = this.page.locator('[data-offered-passphrase]')
    await expect(words).toHaveText(/^\w+( \w+){6}$/)
    this.passphrase = (await words.textContent()) ?? ''
    await this.page.getByLabel(onboarding.deviceName).fill(name)
    await this.button(onboarding.useOffered).click()
    const items = this.page.locator('ol.kit li')
    await expect(items).toHaveCount(12)
    const kit = (await items.allTextContents()).map((text) => text.replace(/^\d+/, '').trim())
    await this.button(onboarding.kitWritten).click()
    await this.#answerThree(kit)
    await this.button(act.continue).click()
    await this.button(link.includes('#invite=') ? onboarding.connectAndFinish : onboarding.later).click()
    await this.isUnlocked()
    return kit
  }

  /** From the first screen into a throwaway record of two invented years. */
  async openSample(url: string, person: 'man' | 'woman' = 'man'): Promise<void> {
    await this.page.goto(url)
    await this.page.getByText(en.sample.title).click()
    await this.button(en.sample[person]).click()
    await this.isUnlocked()
  }

  /** Reads a file in, from any screen, and waits until all of it is written. */
  async importFile(file: { readonly name: string; readonly bytes: Uint8Array }, records: number): Promise<void> {
    const { page } = this
    await page.getByRole('link', { name: en.nav.more, exact: true }).click()
    await page.getByRole('link', { name: en.import.title }).first().click()
    const buffer = Buffer.from(file.bytes)
    await page
      .locator('input[type="file"]')
      .setInputFiles({ name: file.name, mimeType: 'application/fhir+json', buffer })
    await this.button(en.import.write(records)).click()
    await expect(page.getByText(en.import.written(records))).toBeVisible()
  }

  async #answerThree(kit: readonly string[]): Promise<void> {
    const fields = this.page.locator('input[name^="kit-word-"]')
    await expect(fields).toHaveCount(3)
    for (const field of await fields.all()) {
      const name = (await field.getAttribute('name')) ?? ''
      await field.fill(kit[Number(name.replace('kit-word-', '')) - 1] ?? '')
    }
  }

  async isUnlocked(): Promise<void> {
    await expect(this.page.getByRole('navigation', { name: en.nav.main })).toBeVisible({ timeout: 30_000 })
  }

  async isLocked(): Promise<void> {
    await expect(this.button(en.lock.unlock)).toBeVisible({ timeout: 15_000 })
  }

  async unlock(): Promise<void> {
    await this.page.getByLabel(en.lock.passphrase, { exact: true }).fill(this.passphrase)
    await this.button(en.lock.unlock).click()
    await this.isUnlocked()
  }

  async lock(): Promise<void> {
    await this.button(en.nav.lock).click()
    await this.isLocked()
  }

  async openLabs(): Promise<void> {
    await this.page.getByRole('link', { name: en.nav.labs, exact: true }).click()
  }

  async addResult(marker: string, valueText: string): Promise<void> {
    const { result, labs } = en
    await this.openLabs()
    await this.page.getByRole('link', { name: labs.newResult }).or(this.button(labs.newResult)).first().click()
    await this.page.getByRole('combobox', { name: result.marker }).fill(marker)
    await this.page.getByRole('listbox').getByRole('option').first().click()
    await this.page.getByLabel(result.value, { exact: true }).fill(valueText)
    await this.button(en.act.save).click()
    await expect(this.shown(valueText)).toBeVisible()
  }

  /** A dose of something of one's own, in a form that stands on its own page or beside the list. */
  async logDose(compound: string, amountText: string, note = ''): Promise<void> {
    const { today, dose, nav } = en
    await this.page.getByRole('link', { name: nav.today, exact: true }).click()
    await this.page.getByRole('link', { name: today.logDose }).click()
    await this.page.getByRole('combobox', { name: dose.compound }).fill(compound)
    await this.page.getByRole('listbox').getByRole('option').last().click()
    await this.page.getByLabel(dose.amount, { exact: true }).fill(amountText)
    await this.page.getByLabel(en.field.note).fill(note)
    await this.button(dose.log).click()
    await expect(this.page.getByText(today.logged(compound), { exact: true })).toBeVisible()
  }

  /** The status chip says that all is on the relay. */
  async isInStep(): Promise<void> {
    await expect(this.shown(/^In step/)).toBeVisible({ timeout: 30_000 })
  }

  async isReadyForOffline(): Promise<void> {
    await expect(this.page.locator('html[data-offline-ready]')).toBeAttached({ timeout: 20_000 })
  }
}
