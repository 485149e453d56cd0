import { pair, recover } from './pair.ts'
import { type Device, en, expect, test } from './salus.ts'

test('a device paired by link finds everything, and edits made apart are one conflict on both', async ({
  salus,
  openDevice,
}) => {
  const phone = await openDevice()
  await phone.firstRun(await salus.inviteLink(), 'Phone')
  await phone.addResult('testosterone', '17.7')
  await phone.isInStep()

  const tablet = await openDevice()
  await pair(phone, tablet)
  await openLabs(tablet)
  await expect(tablet.shown('17.7')).toBeVisible()

  await phone.addResult('ferritin', '41')
  await expect(tablet.shown('41'), 'a record on one is on the other at once').toBeVisible()

  await salus.stop()
  await changeResult(phone, '17.7', '16.1')
  await changeResult(tablet, '17.7', '16.2')
  await salus.restart()
  for (const device of [phone, tablet]) {
    await openSeries(device)
    await expect(device.shown(new RegExp(en.conflict.title))).toBeVisible({ timeout: 30_000 })
    for (const value of ['16.1', '16.2']) await expect(device.shown(new RegExp(`^${value} `))).toBeVisible()
  }
})

test('a kit and the relay address bring the record to a new device', async ({ salus, openDevice }) => {
  const phone = await openDevice()
  const kit = await phone.firstRun(await salus.inviteLink())
  await phone.addResult('ferritin', '41')
  await phone.isInStep()

  const found = await openDevice()
  await recover(found, salus.url, kit)
  await openLabs(found)
  await expect(found.shown('41')).toBeVisible()
})

async function openSeries(device: Device): Promise<void> {
  await openLabs(device)
  await device.page
    .getByRole('link', { name: /Testosterone, total/ })
    .first()
    .click()
}

async function changeResult(device: Device, from: string, to: string): Promise<void> {
  await openSeries(device)
  await device.page
    .getByRole('link', { name: new RegExp(`${from}`) })
    .last()
    .click()
  const field = device.page.getByLabel(en.result.value, { exact: true })
  await expect(field).toHaveValue(from)
  await field.fill(to)
  await device.button(en.act.save).click()
  await expect(device.shown(new RegExp(to))).toBeVisible()
}

function openLabs(device: Device): Promise<void> {
  return device.page.getByRole('link', { name: en.nav.labs, exact: true }).click()
}
