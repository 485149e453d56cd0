import { ODD_BUNDLE, ODD_DUPLICATES, ODD_LINES, ODD_REMARKS, ODD_ROWS, ODD_WRITTEN } from './odd-records.ts'
import { en, expect, test } from './salus.ts'

const observation = (id: string, value: number, day: string): object => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '2276-4', display: 'Ferritin' }], text: 'Ferritin' },
  effectiveDateTime: day,
  valueQuantity: { value, unit: 'ug/L', system: 'http://unitsofmeasure.org', code: 'ug/L' },
  referenceRange: [{ low: { value: 30, unit: 'ug/L' }, high: { value: 400, unit: 'ug/L' } }],
})
const BUNDLE = {
  resourceType: 'Bundle',
  type: 'collection',
  entry: [
    { resource: observation('a', 88, '2026-03-02') },
    { resource: observation('b', 22, '2026-09-14') },
    { resource: { ...observation('c', 1, '2026-10-01'), status: 'entered-in-error' } },
  ],
}
const FILE = { name: 'records.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(BUNDLE)) }

test('a file is looked at before it is written, written as one, found again as already there, and undone as one', async ({
  salus,
  openDevice,
}) => {
  const phone = await openDevice()
  await phone.firstRun(salus.url)
  const { page } = phone
  const words = en.import
  await page.getByRole('link', { name: en.today.emptyImport }).click()
  await page.locator('input[type="file"]').setInputFiles(FILE)
  await expect(page.getByText(words.kinds('labResult', 2), { exact: true })).toBeVisible()
  await expect(page.getByText(/says that it was an error/)).toBeVisible()
  await phone.button(words.write(2)).click()
  await expect(page.getByText(words.written(2))).toBeVisible()

  await page.locator('input[type="file"]').setInputFiles(FILE)
  await expect(page.getByText(words.nothingNew)).toBeVisible()
  await phone.button(en.act.cancel).click()

  await page.getByRole('link', { name: en.nav.labs, exact: true }).click()
  await expect(page.getByText(en.range.below)).toBeVisible()
  await page.getByRole('link', { name: /ferritin/i }).click()
  await expect(page.locator('figure canvas')).toBeVisible()
  await page.locator('figure').focus()
  await page.keyboard.press('End')
  await expect(page.locator('figcaption')).toContainText('22')
  expect(page.url(), 'an address tells nothing of what it shows').not.toMatch(/ferritin/i)

  await page.getByRole('link', { name: en.nav.more, exact: true }).click()
  await page.getByRole('link', { name: words.title }).first().click()
  await phone.button(words.undo).click()
  await page.getByRole('dialog').getByRole('button', { name: words.undo }).click()
  await expect(page.getByText(words.none)).toBeVisible()
  await page.getByRole('link', { name: en.nav.labs, exact: true }).click()
  await expect(page.getByText(en.labs.emptyTitle)).toBeVisible()
})

test('a file that cannot be read says what happened and that nothing was written', async ({ salus, openDevice }) => {
  const phone = await openDevice()
  await phone.firstRun(salus.url)
  await phone.page.getByRole('link', { name: en.today.emptyImport }).click()
  await phone.page
    .locator('input[type="file"]')
    .setInputFiles({ ...FILE, buffer: Buffer.from('{"resourceType": "Bund') })
  await expect(phone.page.getByRole('alert')).toContainText(/Nothing was written/)
})

test('of a file full of oddities each is shown with its row and reason, the counts add up, and all is undone as one @chromium-only', async ({
  salus,
  openDevice,
}) => {
  const phone = await openDevice()
  const { page } = phone
  const words = en.import
  await page.goto(salus.url)
  await page.getByText(en.sample.title).click()
  await phone.button(en.sample.man).click()
  await page.getByRole('link', { name: en.nav.more, exact: true }).click()
  await page.getByRole('link', { name: words.title }).first().click()
  const take = (name: string, text: string): Promise<void> =>
    page.locator('input[type="file"]').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) })
  const openRows = async (summary: string): Promise<void> => {
    const details = page.locator('details').filter({ hasText: summary })
    if (!(await details.evaluate((element: HTMLDetailsElement) => element.open))) await page.getByText(summary).click()
  }

  // Lines, of which the last is no JSON, say the same and one thing more.
  await take('odd.ndjson', ODD_LINES)
  await expect(page.getByText(words.kinds('labResult', ODD_WRITTEN), { exact: true })).toBeVisible()
  await openRows(words.problems(ODD_REMARKS.length + 1))
  await expect(page.getByText(/Line 12 is not JSON/)).toBeVisible()
  await phone.button(en.act.cancel).click()

  await take('odd.json', ODD_BUNDLE)
  await expect(page.getByText(words.kinds('labResult', ODD_WRITTEN), { exact: true })).toBeVisible()
  const twice = page.locator('dt', { hasText: words.duplicates }).locator('+ dd')
  await expect(twice).toHaveText(String(ODD_DUPLICATES))
  await openRows(words.problems(ODD_REMARKS.length))
  const remarks = page.locator('details').first().getByRole('listitem')
  await expect(remarks).toHaveCount(ODD_REMARKS.length)
  for (const [index, [remark, place]] of ODD_REMARKS.entries()) {
    await expect(remarks.nth(index)).toContainText(remark)
    await expect(remarks.nth(index)).toContainText(place)
  }
  await openRows(words.sample)
  const rows = page.locator('details').nth(1).getByRole('listitem')
  await expect(rows).toHaveCount(ODD_ROWS.length)
  for (const [index, texts] of ODD_ROWS.entries())
    for (const text of texts) await expect(rows.nth(index)).toContainText(text)

  await phone.button(words.write(ODD_WRITTEN)).click()
  await expect(page.getByText(words.written(ODD_WRITTEN))).toBeVisible()
  await page.getByRole('link', { name: en.nav.labs, exact: true }).click()
  await expect(page.getByRole('link', { name: /Blood pressure/ })).toContainText('128/81')
  await expect(page.getByRole('link', { name: /HIV RNA/ })).toContainText('not detected')
  await phone.button(en.act.undo).click()
  await expect(page.getByText(words.undone(ODD_WRITTEN))).toBeVisible()
  await expect(page.getByRole('link', { name: /Blood pressure/ })).toHaveCount(0)
})
