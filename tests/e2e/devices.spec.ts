import { type Device, en, expect, test } from './salus.ts'

/** Pairs a second device by the link that the first one shows; both owners compare the digits. */
async function pair(first: Device, second: Device): Promise<void> {
  const { devices, pairing, onboarding, nav } = en
  await first.page.getByRole('link', { name: nav.more, exact: true }).click()
  await first.page.getByRole('link', { name: devices.title }).first().click()
  await first.button(devices.add).click()
  const link = await first.page.locator('[data-pairing-link]').textContent()

  await second.page.goto(link ?? '')
  expect(second.page.url(), 'the secret is gone from the address').not.toContain('pair')
  const words = second.page.locator('[data-offered-passphrase]')
  await expect(words).toHaveText(/^\w+( \w+){6}$/)
  second.passphrase = (await words.textContent()) ?? ''
  await second.page.getByLabel(onboarding.deviceName).fill('Desk')
  await second.button(onboarding.join).click()

  const digits = (device: Device) => device.page.locator('[data-pairing-digits]')
  await expect(digits(first)).toBeVisible({ timeout: 20_000 })
  await expect(digits(second)).toBeVisible({ timeout: 20_000 })
  expect(await digits(second).textContent()).toBe(await digits(first).textContent())
  await first.page.getByLabel(pairing.confirmWithPassphrase).fill(first.passphrase)
  await first.button(pairing.same).click()
  await second.button(pairing.same).click()
  await second.isUnlocked()
}

test('a second device is paired by link and digits, and then each has what the other writes', async ({
  salus,
  openDevice,
}) => {
  const phone = await openDevice()
  await phone.firstRun(await salus.inviteLink())
  await phone.addResult('testosterone', '577')
  await phone.isInStep()

  const desk = await openDevice()
  await pair(phone, desk)
  await desk.page.getByRole('link', { name: en.nav.labs, exact: true }).click()
  await expect(desk.page.getByText('577', { exact: true }).first()).toBeVisible()
  await expect(phone.page.getByText('Desk', { exact: true })).toBeVisible()

  await phone.page.getByRole('link', { name: en.nav.labs, exact: true }).click()
  await desk.addResult('ferritin', '41')
  await expect(phone.page.getByText('41', { exact: true }).first()).toBeVisible()
})

test('a device that has no relay says how to get one and takes an invite later', async ({ salus, openDevice }) => {
  const phone = await openDevice()
  await phone.firstRun(salus.url)
  const { page } = phone
  await page.getByRole('link', { name: en.nav.more, exact: true }).click()
  await page.getByRole('link', { name: en.devices.title }).first().click()
  await expect(page.getByText(en.devices.addNeedsRelay)).toBeVisible()
  await page.getByLabel(en.onboarding.inviteLink).fill('not a link')
  await phone.button(en.devices.relayConnect).click()
  await expect(page.getByText(en.fault.BadLink)).toBeVisible()
  await page.getByLabel(en.onboarding.inviteLink).fill(await salus.inviteLink())
  await phone.button(en.devices.relayConnect).click()
  await expect(phone.button(en.devices.add)).toBeVisible()
})
