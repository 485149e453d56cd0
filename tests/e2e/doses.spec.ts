import { en, expect, test } from './salus.ts'

test('a dose is logged, taken again in one tap, taken back, changed and deleted', async ({ openDevice, salus }) => {
  const phone = await openDevice()
  await phone.firstRun(salus.url)
  const { page } = phone
  const { today, dose, act } = en

  await page.getByRole('link', { name: today.logDose }).click()
  await page.getByRole('combobox', { name: dose.compound }).fill('arimidex')
  await page.getByRole('listbox').getByRole('option').first().click()
  await page.getByLabel(dose.amount, { exact: true }).fill('0,25')
  await page.getByRole('button', { name: dose.log, exact: true }).click()
  const taken = page.locator('a.taken')
  await expect(taken).toHaveCount(1)
  await expect(taken).toContainText('0,25')

  const again = page.getByRole('button', { name: /^Again: / })
  await again.click()
  await expect(taken).toHaveCount(2)
  await page.getByRole('button', { name: act.undo }).last().click()
  await expect(taken).toHaveCount(1)

  await taken.click()
  await page.getByLabel(dose.site).fill('left thigh')
  await page.getByRole('button', { name: act.save, exact: true }).click()
  await expect(taken).toContainText('left thigh')

  await taken.click()
  await page.getByRole('button', { name: dose.delete }).click()
  await expect(taken).toHaveCount(0)
  await page.getByRole('button', { name: act.undo }).last().click()
  await expect(taken).toHaveCount(1)
})

test('an amount that could be read in two ways is asked about and never guessed', async ({ openDevice, salus }) => {
  const phone = await openDevice()
  await phone.firstRun(salus.url)
  const { page } = phone
  await page.getByRole('link', { name: en.today.logDose }).click()
  await page.getByRole('combobox', { name: en.dose.compound }).fill('something of mine')
  await page.getByRole('listbox').getByRole('option').last().click()
  await page.getByLabel(en.dose.amount, { exact: true }).fill('1,250')
  await page.getByRole('button', { name: en.dose.log, exact: true }).click()
  await expect(page.getByText(en.field.ambiguousNumber)).toBeVisible()
  await page.getByRole('button', { name: en.field.useReading('1.250') }).click()
  await page.getByRole('button', { name: en.dose.log, exact: true }).click()
  await expect(page.locator('a.taken')).toContainText('1.250')
})
