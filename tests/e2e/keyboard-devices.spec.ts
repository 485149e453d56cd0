import { Keys } from './keys.ts'
import { type Device, en, expect, test } from './salus.ts'

// In Firefox, Tab at the end of the page leaves it for bars of the browser that no driver reaches.
test(
  'keys alone lead from the first screen to a second device in step, and the focus is always seen',
  { tag: '@chromium-only' },
  async ({ salus, openDevice }) => {
    const phone = await openDevice()
    const phoneKeys = new Keys(phone.page)
    await phone.page.goto(await salus.inviteLink())
    await firstRun(phone, phoneKeys)
    await addResult(phone, phoneKeys, 'psa', '0,82')

    const tablet = await openDevice()
    const tabletKeys = new Keys(tablet.page)
    await phoneKeys.press(phone.page.getByRole('link', { name: en.nav.more, exact: true }))
    await phoneKeys.isLedTo(phone.page.getByRole('heading', { name: en.more.title, exact: true }))
    await phoneKeys.press(phone.page.getByRole('link', { name: en.devices.title }).first())
    await phoneKeys.isLedTo(phone.page.getByRole('heading', { name: en.devices.title, exact: true }))
    await phoneKeys.press(phone.button(en.devices.add))
    await phoneKeys.isLedTo(phone.page.getByRole('heading', { name: en.devices.add, exact: true }))
    const link = (await phone.page.locator('[data-pairing-link]').textContent()) ?? ''

    await tablet.page.goto(salus.url)
    await join(tablet, tabletKeys, link)
    await confirmDigits(phone, phoneKeys, tablet, tabletKeys)
    await phoneKeys.isLedTo(phone.page.getByRole('heading', { name: en.devices.title, exact: true }))
    await tabletKeys.isFocusSeen()

    await openSeries(tablet, tabletKeys)
    await expect(tablet.page.getByRole('table').getByText('0,82')).toBeVisible()
    await tabletKeys.press(tablet.page.getByRole('table').getByRole('link').first())
    await tabletKeys.type(tablet.page.getByLabel(en.result.value, { exact: true }), '0,91')
    await tablet.page.keyboard.press('Enter')
    await expect(tablet.page.getByRole('table').getByText('0,91')).toBeVisible()
    await tabletKeys.isFocusSeen()

    await openSeries(phone, phoneKeys)
    await expect(phone.page.getByRole('table').getByText('0,91')).toBeVisible()
  },
)

async function firstRun(device: Device, keys: Keys): Promise<void> {
  const { page } = device
  const { onboarding, act } = en
  await keys.press(device.button(onboarding.start))
  await keys.isLedTo(page.getByRole('heading', { name: onboarding.passphraseTitle }))
  device.passphrase = await offeredWords(device)
  await keys.press(device.button(onboarding.useOffered))

  await keys.isLedTo(page.getByRole('heading', { name: onboarding.kitTitle }))
  const items = page.locator('ol.kit li')
  await expect(items).toHaveCount(12)
  const kit = (await items.allTextContents()).map((text) => text.replace(/^\d+/, '').trim())
  await keys.press(device.button(onboarding.kitWritten))

  await keys.isLedTo(page.getByRole('heading', { name: onboarding.kitCheckTitle }))
  for (const field of await page.locator('input[name^="kit-word-"]').all()) {
    const place = Number(((await field.getAttribute('name')) ?? '').replace('kit-word-', ''))
    await keys.type(field, kit[place - 1] ?? '')
  }
  await keys.press(device.button(act.continue))

  await keys.isLedTo(page.getByRole('heading', { name: onboarding.relayTitle }))
  await keys.press(device.button(onboarding.connectAndFinish))
  await device.isUnlocked()
  await keys.isFocusSeen()
}

async function addResult(device: Device, keys: Keys, marker: string, value: string): Promise<void> {
  const { page } = device
  const combobox = page.getByRole('combobox', { name: en.result.marker })
  await keys.press(page.getByRole('link', { name: en.nav.labs, exact: true }))
  await keys.isLedTo(page.getByRole('heading', { name: en.labs.title, exact: true }))
  await keys.press(page.getByRole('link', { name: en.labs.newResult, exact: true }))
  await keys.isLedTo(page.getByRole('heading', { name: en.result.new }))
  await keys.to(combobox)
  await page.keyboard.type(marker)
  await expect(page.getByRole('listbox').getByRole('option').first()).toBeVisible()
  await page.keyboard.press('Enter')
  await keys.type(page.getByLabel(en.result.value, { exact: true }), value)
  await page.keyboard.press('Enter')
  await expect(combobox).toHaveValue('')
  await keys.isLedTo(combobox)
}

async function join(device: Device, keys: Keys, link: string): Promise<void> {
  const { page } = device
  const { onboarding } = en
  await keys.press(device.button(onboarding.haveDevice))
  await keys.isLedTo(page.getByRole('heading', { name: onboarding.joinTitle }))
  await keys.type(page.getByLabel(onboarding.pairingLink), link)
  device.passphrase = await offeredWords(device)
  await keys.type(page.getByLabel(onboarding.deviceName), 'Tablet')
  await keys.press(device.button(onboarding.join))
}

async function confirmDigits(old: Device, oldKeys: Keys, fresh: Device, freshKeys: Keys): Promise<void> {
  const { pairing } = en
  await freshKeys.isLedTo(fresh.page.getByRole('heading', { name: pairing.compare }))
  await oldKeys.isLedTo(old.page.getByRole('heading', { name: pairing.compare }))
  const digits = '[data-pairing-digits]'
  await expect(old.page.locator(digits)).toHaveText((await fresh.page.locator(digits).textContent()) ?? '')
  await freshKeys.press(fresh.button(pairing.same))
  await freshKeys.isFocusSeen()
  await oldKeys.type(old.page.getByLabel(pairing.confirmWithPassphrase), old.passphrase)
  await oldKeys.press(old.button(pairing.same))
  await fresh.isUnlocked()
}

async function openSeries(device: Device, keys: Keys): Promise<void> {
  const { page } = device
  await keys.press(page.getByRole('link', { name: en.nav.labs, exact: true }))
  await keys.press(page.getByRole('link', { name: /prostate/i }).first())
  await keys.isLedTo(page.getByRole('heading', { name: /prostate/i, level: 1 }))
}

async function offeredWords({ page }: Device): Promise<string> {
  const words = page.locator('[data-offered-passphrase]')
  await expect(words).toHaveText(/^\w+( \w+){6}$/)
  return (await words.textContent()) ?? ''
}
