import { type Device, en, expect, test } from './salus.ts'

test('a device paired by link finds everything, and edits made apart are one conflict on both', async ({
  salus,
  openDevice,
}) => {
  const phone = await openDevice()
  await phone.firstRun(await salus.inviteLink(), 'Phone')
  await phone.addResult('testosterone', '577')
  await phone.isInStep()

  const tablet = await openDevice()
  await pair(phone, tablet)
  await openLabs(tablet)
  await expect(tablet.shown('577')).toBeVisible()

  await phone.addResult('ferritin', '41')
  await expect(tablet.shown('41'), 'a record on one is on the other at once').toBeVisible()

  await salus.stop()
  await changeResult(phone, '577', '611')
  await changeResult(tablet, '577', '622')
  await salus.restart()
  for (const device of [phone, tablet]) {
    await openSeries(device)
    await expect(device.shown(new RegExp(en.conflict.title))).toBeVisible({ timeout: 30_000 })
    for (const value of ['611', '622']) await expect(device.shown(new RegExp(`^${value} `))).toBeVisible()
  }
})

test('a kit and the relay address bring the record to a new device', async ({ salus, openDevice }) => {
  const phone = await openDevice()
  const kit = await phone.firstRun(await salus.inviteLink())
  await phone.addResult('ferritin', '41')
  await phone.isInStep()

  const found = await openDevice()
  const { onboarding } = en
  await found.page.goto(salus.url)
  await found.button(onboarding.haveKit).click()
  await found.page.getByLabel(onboarding.recoverRelay).fill(salus.url)
  await found.page.getByLabel(onboarding.recoverWords).fill(kit.join(' '))
  await found.button(onboarding.recover).click()
  await found.isUnlocked()
  await openLabs(found)
  await expect(found.shown('41')).toBeVisible()
})

/** The link is made on one device and followed on the other; both owners compare the digits. */
export async function pair(old: Device, fresh: Device, name = 'Tablet'): Promise<void> {
  const { devices, onboarding, pairing } = en
  await old.page.goto(new URL('/devices', old.page.url()).href)
  await old.unlock()
  await old.button(devices.add).click()
  const link = (await old.page.locator('[data-pairing-link]').textContent()) ?? ''
  await fresh.page.goto(link)
  const offered = fresh.page.locator('[data-offered-passphrase]')
  await expect(offered).toHaveText(/^\w+( \w+){6}$/)
  fresh.passphrase = (await offered.textContent()) ?? ''
  await fresh.page.getByLabel(onboarding.deviceName).fill(name)
  await fresh.button(onboarding.join).click()
  const digits = '[data-pairing-digits]'
  await expect(fresh.page.locator(digits)).toBeVisible({ timeout: 30_000 })
  await expect(old.page.locator(digits)).toHaveText((await fresh.page.locator(digits).textContent()) ?? '')
  await fresh.button(pairing.same).click()
  await old.page.getByLabel(pairing.confirmWithPassphrase).fill(old.passphrase)
  await old.button(pairing.same).click()
  await fresh.isUnlocked()
}

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
