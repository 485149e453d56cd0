import { expect } from '@playwright/test'
import { en } from '../../apps/web/src/messages/en.ts'
import type { Device } from './device.ts'

/** The link that the enrolled device shows for a new one. */
export async function offerLink(old: Device): Promise<string> {
  const { devices, nav } = en
  await old.page.getByRole('link', { name: nav.more, exact: true }).click()
  await old.page.getByRole('link', { name: devices.title }).first().click()
  await old.button(devices.add).click()
  return (await old.page.locator('[data-pairing-link]').textContent()) ?? ''
}

/** The link is made on one device and followed on the other; both owners compare the digits. */
export async function pair(old: Device, fresh: Device, name = 'Tablet'): Promise<void> {
  const link = await offerLink(old)
  await fresh.page.goto(link)
  expect(fresh.page.url(), 'the secret is gone from the address').not.toContain('pair')
  await joinAndCompare(old, fresh, name)
}

/** On the new device, with the link in its field: on to the six digits. */
export async function startJoin(fresh: Device, name: string): Promise<void> {
  await takeOffered(fresh)
  await fresh.page.getByLabel(en.onboarding.deviceName).fill(name)
  await fresh.button(en.onboarding.join).click()
}

/** From the new device's screen with the link in its field to a device that is one of the record's. */
export async function joinAndCompare(old: Device, fresh: Device, name: string): Promise<void> {
  await startJoin(fresh, name)
  await compareDigits(old, fresh)
}

/** The link of the code that a new device shows for an enrolled one. */
export async function showJoinCode(fresh: Device, relayUrl: string, name: string): Promise<string> {
  const { onboarding, pairing } = en
  await fresh.page.goto(relayUrl)
  await fresh.button(onboarding.haveDevice).click()
  await fresh.button(pairing.showCode).click()
  await expect(fresh.page.getByLabel(onboarding.recoverRelay)).toHaveValue(relayUrl)
  await takeOffered(fresh)
  await fresh.page.getByLabel(onboarding.deviceName).fill(name)
  await fresh.button(pairing.showAct).click()
  return (await fresh.page.locator('[data-pairing-link]').textContent()) ?? ''
}

/** Both owners see the same digits and say so, until the new device is one of the record's. */
export async function compareDigits(old: Device, fresh: Device): Promise<void> {
  const { pairing } = en
  const digits = '[data-pairing-digits]'
  await expect(fresh.page.locator(digits)).toBeVisible({ timeout: 30_000 })
  await expect(old.page.locator(digits)).toHaveText((await fresh.page.locator(digits).textContent()) ?? '')
  await fresh.button(pairing.same).click()
  await old.page.getByLabel(pairing.confirmWithPassphrase).fill(old.passphrase)
  await old.button(pairing.same).click()
  await fresh.isUnlocked()
}

async function takeOffered(device: Device): Promise<void> {
  const offered = device.page.locator('[data-offered-passphrase]')
  await expect(offered).toHaveText(/^\w+( \w+){6}$/)
  device.passphrase = (await offered.textContent()) ?? ''
}

/** The device that comes back through the kit's words and the relay's address. */
export async function recover(device: Device, relayUrl: string, kit: readonly string[]): Promise<void> {
  const { onboarding } = en
  await device.page.goto(relayUrl)
  await device.button(onboarding.haveKit).click()
  await device.page.getByLabel(onboarding.recoverRelay).fill(relayUrl)
  await device.page.getByLabel(onboarding.recoverWords).fill(kit.join(' '))
  await takeOffered(device)
  await device.button(onboarding.recover).click()
  await device.isUnlocked()
}
