import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kitCode } from '../../apps/web/src/features/camera/scanned-code.ts'
import { Device } from './device.ts'
import { fakeCameraArguments, writeFilm } from './fake-camera.ts'
import { joinAndCompare, offerLink } from './pair.ts'
import { PHONE } from './profile.ts'
import { en, expect, test } from './salus.ts'
import { Watch } from './watch.ts'

/** A second browser whose camera shows a film; only Chromium has such a camera. */
test('a new device scans the code of the old one, after a hostile code was refused @chromium-only', async ({
  salus,
  openDevice,
  playwright,
}, info) => {
  const phone = await openDevice()
  const kit = await phone.firstRun(await salus.inviteLink())
  await phone.addResult('ferritin', '41')
  await phone.isInStep()

  const folder = mkdtempSync(join(tmpdir(), 'salus-camera-'))
  const film = join(folder, 'film.y4m')
  writeFilm(film, 'https://evil.example/#pair=AAECAwQFBgcICQoLDA0ODw')
  const { launchOptions } = info.project.use
  const browser = await playwright.chromium.launch({
    ...launchOptions,
    args: [...(launchOptions?.args ?? []), ...fakeCameraArguments(film)],
  })
  try {
    const watch = new Watch(salus.url)
    const context = await browser.newContext({ ...PHONE, permissions: ['camera'] })
    const desk = new Device(await watch.newPage(context))
    await desk.page.goto(salus.url)
    await desk.button(en.onboarding.haveDevice).click()
    await desk.button(en.scan.start).click()
    await expect(desk.shown(en.scan.refused.otherOrigin)).toBeVisible()
    await expect(desk.page.getByLabel(en.onboarding.pairingLink)).toHaveValue('')
    await desk.button(en.scan.stop).click()
    await expect(desk.page.locator('video'), 'the camera is off').toHaveCount(0)

    const link = await offerLink(phone)
    writeFilm(film, link)
    await desk.button(en.scan.start).click()
    await expect(desk.page.getByLabel(en.onboarding.pairingLink)).toHaveValue(link)
    await expect(desk.page.locator('video'), 'the camera is off at once after a hit').toHaveCount(0)
    await joinAndCompare(phone, desk, 'Desk')
    await desk.openLabs()
    await expect(desk.shown('41')).toBeVisible()

    writeFilm(film, kitCode({ words: kit, relayUrl: salus.url }))
    await desk.page.getByRole('link', { name: en.nav.more, exact: true }).click()
    await desk.page.getByRole('link', { name: en.kit.title }).first().click()
    await desk.button(en.scan.start).click()
    await expect(desk.page.getByLabel(en.onboarding.recoverWords)).toHaveValue(kit.join(' '))
    await desk.button(en.kit.check).click()
    await expect(desk.shown(en.kit.rightTitle)).toBeVisible()
    watch.expectClean()
  } finally {
    await browser.close()
    rmSync(folder, { recursive: true, force: true })
  }
})

test('a device without a camera says so, and the kit is checked by typing its words', async ({ salus, openDevice }) => {
  const phone = await openDevice()
  const kit = await phone.firstRun(salus.url)
  await phone.page.getByRole('link', { name: en.nav.more, exact: true }).click()
  await phone.page.getByRole('link', { name: en.kit.title }).first().click()
  await phone.button(en.scan.start).click()
  await expect(
    phone
      .shown(en.scan.faults.noCamera)
      .or(phone.shown(en.scan.faults.refused))
      .or(phone.shown(en.scan.faults.notAllowedHere)),
  ).toBeVisible()

  const field = phone.page.getByLabel(en.onboarding.recoverWords)
  const [first = '', ...others] = kit
  await field.pressSequentially(first.slice(0, 4))
  await expect(
    phone.page.getByRole('group', { name: en.kit.completions }).getByText(first, { exact: true }),
  ).toBeVisible()
  await field.press(' ')
  await expect(field, 'a space completes what can be one word only').toHaveValue(`${first} `)
  await field.fill([first, ...others].reverse().join(' '))
  await phone.button(en.kit.check).click()
  await expect(phone.page.getByRole('alert')).toBeVisible()
  await field.fill(kit.join(' '))
  await phone.button(en.kit.check).click()
  await expect(phone.shown(en.kit.rightTitle)).toBeVisible()
})
