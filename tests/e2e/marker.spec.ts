import { AxeBuilder } from '@axe-core/playwright'
import { type Device, en, expect, test } from './salus.ts'

const { series, result, field } = en
/** Newest first, as the table has them. */
const VALUES = ['612', '<20', '577'] as const

test(
  'keys read each point of a marker’s chart, and the table says the same',
  { tag: '@chromium-only' },
  async ({ salus, openDevice }) => {
    const device = await openDevice()
    const { page } = device
    await device.firstRun(salus.url)
    await openTestosterone(device)

    const rows = page.locator('main table tbody tr')
    await expect(rows).toHaveCount(VALUES.length)
    await page.locator('figure').focus()
    const said = page.locator('figcaption')
    for (const [index, value] of VALUES.entries()) {
      await page.keyboard.press(index === 0 ? 'End' : 'ArrowLeft')
      await expect(said).toContainText(value)
      await expect(rows.nth(index)).toContainText(value)
      const date = (await said.textContent())?.split(':')[0] ?? 'no date'
      await expect(rows.nth(index)).toContainText(date)
    }
    // Zoomed in, a point out of sight is brought back by its key; nothing is lost by 0.
    for (const key of ['+', '+', '+', 'End', '-', '0']) await page.keyboard.press(key)
    await expect(said).toContainText(VALUES[0])
    await expect(page.getByRole('button', { name: series.spans.all })).toHaveAttribute('aria-pressed', 'false')
    await page.getByRole('button', { name: series.spans.year }).click()
    await expect(page.getByRole('button', { name: series.spans.year })).toHaveAttribute('aria-pressed', 'true')
  },
)

test(
  'a marker is read in another unit, also after a lock, and stays as it was reported',
  { tag: '@chromium-only' },
  async ({ salus, openDevice }) => {
    const device = await openDevice()
    const { page } = device
    await device.firstRun(salus.url)
    await openTestosterone(device)
    await page.getByLabel(field.unit).selectOption({ label: 'nmol/L' })
    await expect(page.locator('.figure').first()).toContainText('21.2')
    await expect(page.getByText(series.convertedFrom('612 ng/dL'))).toBeVisible()
    const newest = page.locator('main table tbody tr').first()
    await expect(newest).toContainText(series.reportedAs('612 ng/dL'))
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations.map(({ id }) => id)).toEqual([])

    await device.lock()
    expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain('testosterone')
    await device.unlock()
    await expect(page.locator('.figure').first()).toContainText('21.2')
  },
)

test(
  'an implausible number is asked about once, and saved as it stands when that is meant',
  { tag: '@chromium-only' },
  async ({ salus, openDevice }) => {
    const device = await openDevice()
    const { page } = device
    await device.firstRun(salus.url)
    await device.openLabs()
    await page.getByRole('link', { name: en.labs.newResult }).first().click()
    await page.getByRole('combobox', { name: result.marker }).fill('hba1c')
    await page.getByRole('option').first().click()
    await page.getByLabel(result.value, { exact: true }).fill('38')
    await device.button(en.act.save).click()
    await expect(device.button(field.useUnit('mmol/mol'))).toBeFocused()
    await device.button(field.useUnit('mmol/mol')).click()
    await expect(device.shown('38')).toBeVisible()
    await expect(device.shown('mmol/mol')).toBeVisible()
  },
)

async function openTestosterone(device: Device): Promise<void> {
  const { page } = device
  for (const [index, value] of [...VALUES].reverse().entries()) {
    await device.openLabs()
    await page.getByRole('link', { name: en.labs.newResult }).first().click()
    await page.getByRole('combobox', { name: result.marker }).fill('testosterone')
    await page.getByRole('option').first().click()
    await page.getByLabel(field.unit).selectOption({ label: 'ng/dL' })
    await page.getByLabel(result.value, { exact: true }).fill(value)
    await page.getByLabel(result.drawn, { exact: true }).fill(`2025-0${index + 2}-11`)
    await device.button(en.act.save).click()
    await expect(device.shown(value)).toBeVisible()
  }
  await device.openLabs()
  await page
    .getByRole('link', { name: /testosterone/i })
    .first()
    .click()
  await expect(page.locator('figure canvas')).toBeVisible()
}
