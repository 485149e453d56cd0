import { type Device, en, expect, test } from './salus.ts'

test('left alone the app locks itself, shows nothing, and has the half-typed form back after unlock', async ({
  salus,
  openDevice,
}) => {
  const phone = await openDevice()
  const { page } = phone
  await page.clock.install()
  await phone.firstRun(salus.url)
  await phone.addResult('ferritin', '48213')
  await openSettings(phone)
  await page.getByLabel(en.settings.autoLock, { exact: true }).selectOption('1')
  await phone.openLabs()
  await page.getByRole('link', { name: en.labs.newResult }).first().click()
  await page.getByRole('combobox', { name: en.result.marker }).fill('Something of mine')
  await page.getByRole('listbox').getByRole('option').last().click()
  await page.getByLabel(en.result.value, { exact: true }).fill('90417')

  await page.clock.fastForward('00:50')
  await expect(page.getByLabel(en.result.value, { exact: true })).toBeVisible()
  await page.clock.fastForward('01:10')
  await phone.isLocked()
  expect(await page.content()).not.toMatch(/ferritin|48213|90417|something of mine/i)
  expect(await page.title()).toBe(en.app.name)
  expect(page.url()).not.toMatch(/ferritin|48213|90417|mine/i)

  await phone.unlock()
  await expect(page.getByRole('combobox', { name: en.result.marker })).toHaveValue('Something of mine')
  await expect(page.getByLabel(en.result.value, { exact: true })).toHaveValue('90417')
})

test('a wrong passphrase says so, and a changed one opens from then on', async ({ salus, openDevice }) => {
  const phone = await openDevice()
  const { page } = phone
  await phone.firstRun(salus.url)
  await phone.addResult('ferritin', '41')
  await openSettings(phone)
  const former = phone.passphrase
  const next = 'a kestrel above the salt marsh'
  await phone.button(en.settings.passphraseTitle).click()
  await page.getByLabel(en.settings.currentPassphrase, { exact: true }).fill(former)
  await page.getByLabel(en.settings.newPassphrase, { exact: true }).fill(next)
  await phone.button(en.settings.passphraseTitle).click()
  await expect(page.getByText(en.settings.passphraseChanged)).toBeVisible({ timeout: 30_000 })

  await phone.lock()
  await page.getByLabel(en.lock.passphrase, { exact: true }).fill(former)
  await phone.button(en.lock.unlock).click()
  await expect(page.getByText(en.fault.WrongPassphrase)).toBeVisible({ timeout: 30_000 })
  phone.passphrase = next
  await phone.unlock()
  await phone.openLabs()
  await expect(phone.shown('41')).toBeVisible()
})

async function openSettings({ page }: Device): Promise<void> {
  await page.getByRole('link', { name: en.nav.more, exact: true }).click()
  await page.getByRole('link', { name: en.settings.title, exact: true }).click()
}
