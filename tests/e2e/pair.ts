import { expect } from '@playwright/test'
import { en } from '../../apps/web/src/messages/en.ts'
import type { Device } from './device.ts'

const DIGITS = '[data-pairing-digits]'

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

/** From the new device's screen with the link in its field to the six digits, which it returns. */
export async function startJoin(fresh: Device, name: string): Promise<string> {
  const { onboarding } = en
  const offered = fresh.page.locator('[data-offered-passphrase]')
  await expect(offered).toHaveText(/^\w+( \w+){6}$/)
  fresh.passphrase = (await offered.textContent()) ?? ''
  await fresh.page.getByLabel(onboarding.deviceName).fill(name)
  await fresh.button(onboarding.join).click()
  return shownDigits(fresh)
}

async function shownDigits({ page }: Device): Promise<string> {
  await expect(page.locator(DIGITS)).toBeVisible({ timeout: 30_000 })
  return (await page.locator(DIGITS).textContent()) ?? ''
}

/** From the new device's screen with the link in its field to a device that is one of the record's. */
export async function joinAndCompare(old: Device, fresh: Device, name: string): Promise<void> {
  const { pairing } = en
  const digits = await startJoin(fresh, name)
  await expect(old.page.locator(DIGITS)).toHaveText(digits)
  await fresh.button(pairing.same).click()
  await old.page.getByLabel(pairing.confirmWithPassphrase).fill(old.passphrase)
  await old.button(pairing.same).click()
  await fresh.isUnlocked()
}

/** The device that comes back through the kit's words and the relay's address. */
export async function recover(device: Device, relayUrl: string, kit: readonly string[]): Promise<void> {
  const { onboarding } = en
  await device.page.goto(relayUrl)
  await device.button(onboarding.haveKit).click()
  await device.page.getByLabel(onboarding.recoverRelay).fill(relayUrl)
  await device.page.getByLabel(onboarding.recoverWords).fill(kit.join(' '))
  const offered = device.page.locator('[data-offered-passphrase]')
  await expect(offered).toHaveText(/^\w+( \w+){6}$/)
  device.passphrase = (await offered.textContent()) ?? ''
  await device.button(onboarding.recover).click()
  await device.isUnlocked()
}
