import { look } from './look.ts'
import { compareDigits, pair, showJoinCode } from './pair.ts'
import { en, expect, test } from './salus.ts'

test('a second device is paired by link and digits, and then each has what the other writes', async ({
  salus,
  openDevice,
}) => {
  const phone = await openDevice()
  await phone.firstRun(await salus.inviteLink())
  await phone.addResult('testosterone', '17.7')
  await phone.isInStep()

  const desk = await openDevice()
  await pair(phone, desk, 'Desk')
  await desk.page.getByRole('link', { name: en.nav.labs, exact: true }).click()
  await expect(desk.page.getByText('17.7', { exact: true }).first()).toBeVisible()
  await expect(phone.page.getByText('Desk', { exact: true })).toBeVisible()

  await phone.page.getByRole('link', { name: en.nav.labs, exact: true }).click()
  await desk.addResult('ferritin', '41')
  await expect(phone.page.getByText('41', { exact: true }).first()).toBeVisible()

  const { page } = phone
  await page.getByRole('link', { name: en.nav.more, exact: true }).click()
  await page.getByRole('link', { name: en.devices.title }).first().click()
  await phone.button(en.devices.renameNamed('Desk')).click()
  await page.getByLabel(en.devices.name, { exact: true }).fill('Nowhere')
  await page.keyboard.press('Escape')
  await phone.button(en.devices.renameNamed('Desk')).click()
  await page.getByLabel(en.devices.name, { exact: true }).fill('Upstairs')
  await page.keyboard.press('Enter')
  // Firefox calls an element of a window behind another inactive, though it has its document's focus.
  const renamed = phone.button(en.devices.renameNamed('Upstairs'))
  await expect.poll(() => renamed.evaluate((element) => element === document.activeElement)).toBe(true)
  await expect(phone.shown(new RegExp(en.devices.confirmedHelp))).toBeVisible()
  await look(page, 'devices')
  await desk.page.goto(new URL('/devices', salus.url).href)
  await desk.unlock()
  await expect(desk.shown('Upstairs')).toBeVisible()
})

test('a computer without a camera shows the code, and the phone reads it @chromium-only', async ({
  salus,
  openDevice,
}) => {
  const phone = await openDevice()
  await phone.firstRun(await salus.inviteLink())
  await phone.addResult('ferritin', '41')
  await phone.isInStep()
  const desk = await openDevice()
  const link = await showJoinCode(desk, salus.url, 'Desk')
  await look(desk.page, 'the code of a new device')

  await phone.page.getByRole('link', { name: en.nav.more, exact: true }).click()
  await phone.page.getByRole('link', { name: en.devices.title }).first().click()
  await phone.button(en.devices.readCode).click()
  await look(phone.page, 'reading the code of a new device')
  await phone.page.getByLabel(en.devices.readLink).fill(link.replace('#join=', '#pair='))
  await phone.button(en.devices.readAct).click()
  await expect(phone.shown(en.fault.BadLink)).toBeVisible()
  await phone.page.getByLabel(en.devices.readLink).fill(link)
  await phone.button(en.devices.readAct).click()
  await compareDigits(phone, desk)
  await desk.openLabs()
  await expect(desk.shown('41')).toBeVisible()
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
