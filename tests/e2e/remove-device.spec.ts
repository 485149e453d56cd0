import { pair } from './pair.ts'
import { en, expect, test } from './salus.ts'

test('a removed device gets nothing more, is told so, and keeps what it has @chromium-only', async ({
  salus,
  openDevice,
}) => {
  const phone = await openDevice()
  await phone.firstRun(await salus.inviteLink(), 'Phone')
  await phone.addResult('ferritin', '41')
  await phone.isInStep()
  const tablet = await openDevice()
  await pair(phone, tablet, 'Tablet')
  await tablet.openLabs()
  await expect(tablet.shown('41')).toBeVisible()

  const { removeDevice: t } = en
  await phone.page.getByRole('link', { name: en.nav.more, exact: true }).click()
  await phone.page.getByRole('link', { name: en.devices.title }).first().click()
  await phone.button(`${t.act}: Tablet`).click()
  const dialog = phone.page.getByRole('dialog')
  await dialog.getByLabel(t.passphrase, { exact: true }).fill('not the passphrase at all')
  await dialog.getByRole('button', { name: t.act, exact: true }).click()
  await expect(dialog.getByText(en.fault.WrongPassphrase)).toBeVisible()
  await dialog.getByLabel(t.passphrase, { exact: true }).fill(phone.passphrase)
  await dialog.getByRole('button', { name: t.act, exact: true }).click()
  await expect(phone.page.getByText(t.done('Tablet'))).toBeVisible()
  await expect(phone.button(`${t.act}: Tablet`)).toHaveCount(0)

  await phone.addResult('testosterone', '17.4')
  await phone.isInStep()
  await expect(tablet.shown(en.sync.removed)).toBeVisible()
  await expect(tablet.shown('41')).toBeVisible()
  await expect(tablet.shown('17.4')).toHaveCount(0)
})
