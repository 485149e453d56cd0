import { en, expect, test } from './salus.ts'

test('a half-typed result comes back after a lock, after another page and after a reload', async ({
  openDevice,
  salus,
}) => {
  const phone = await openDevice()
  await phone.firstRun(salus.url)
  const { page } = phone
  const value = page.getByLabel(en.result.value, { exact: true })

  await page.getByRole('link', { name: en.nav.labs, exact: true }).click()
  await page.getByRole('link', { name: en.labs.newResult }).click()
  await page.getByRole('combobox', { name: en.result.marker }).fill('ferritin')
  await page.getByRole('option').first().click()
  await value.fill('41')

  await page.getByRole('button', { name: en.nav.lock }).click()
  await expect(page.getByLabel(en.lock.passphrase, { exact: true })).toBeVisible()
  await expect(page.locator('body')).not.toContainText(/ferritin|41/i)
  await phone.unlock()
  await expect(value).toHaveValue('41')
  await expect(page.getByRole('combobox', { name: en.result.marker })).toHaveValue(/ferritin/i)

  await page.getByRole('link', { name: en.nav.today, exact: true }).click()
  await page.goBack()
  await expect(value).toHaveValue('41')

  await page.getByRole('button', { name: en.act.save, exact: true }).click()
  await page.getByRole('link', { name: en.labs.newResult }).click()
  await expect(value).toHaveValue('')
})
