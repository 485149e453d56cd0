import { startRelayProcess } from '../../relay/src/testing/relay-process.ts'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Device } from './device.ts'
import { recover } from './pair.ts'
import { PHONE } from './profile.ts'
import { en, expect, test } from './salus.ts'

test('a browser killed in the middle of a write has kept all that it called saved', async ({ salus, makeProfile }) => {
  const profile = await makeProfile()
  let phone = await profile.open()
  await phone.firstRun(salus.url)
  profile.passphrase = phone.passphrase
  const labels = ['First of mine', 'Second of mine']
  for (const label of labels) await phone.logDose(label, '25')

  // A third one is under way when the browser dies: it may be there whole afterwards, or not at all.
  const again = phone.button(new RegExp(en.today.againLabel(labels[0] ?? '', '')))
  await again.evaluate((button) => {
    for (let tap = 0; tap < 5; tap++) if (button instanceof HTMLElement) button.click()
  })
  await profile.kill()

  phone = await profile.open()
  await phone.page.goto(salus.url)
  await phone.unlock()
  const taken = phone.page.locator('a.taken')
  for (const label of labels) await expect(taken.filter({ hasText: label }).first()).toBeVisible()
  const count = await taken.count()
  expect(count).toBeGreaterThanOrEqual(2)
  await phone.logDose('Third of mine', '25')
  await expect(taken).toHaveCount(count + 1)
  await phone.page.getByRole('link', { name: en.nav.more, exact: true }).click()
  await phone.page
    .getByRole('link', { name: new RegExp(en.more.devicesHelp) })
    .first()
    .click()
  await phone.button(en.devices.verify).click()
  await expect(phone.shown(new RegExp(en.devices.verified(0).replace('0', String.raw`\d+`)))).toBeVisible()
})

test('a relay killed in the middle of pushes has kept all that a device showed as in step', async ({ browser }) => {
  const folder = await mkdtemp(join(tmpdir(), 'salus-crash-'))
  let relay = await startRelayProcess(folder)
  const { port } = new URL(relay.url)
  const salus = { inviteLink: () => Promise.resolve(`${relay.url}/#invite=${relay.invite ?? ''}`) }
  const open = async (): Promise<Device> => new Device(await (await browser.newContext(PHONE)).newPage())
  try {
    const phone = await open()
    const kit = await phone.firstRun(await salus.inviteLink())
    const labels: string[] = []
    for (const label of ['First of mine', 'Second of mine', 'Third of mine']) {
      await phone.logDose(label, '25')
      labels.push(label)
    }
    await expect(phone.page.getByText(en.sync.notOnRelay)).toHaveCount(0)
    await phone.isInStep()
    const acknowledged = await phone.page.locator('a.taken').count()

    const again = phone.button(new RegExp(en.today.againLabel(labels[0] ?? '', '')))
    await again.evaluate((button) => {
      for (let tap = 0; tap < 5; tap++) if (button instanceof HTMLElement) button.click()
    })
    relay.child.kill('SIGKILL')
    await relay.ended
    relay = await startRelayProcess(folder, { PORT: port })

    // From the relay alone, without waiting for what the phone still has to send.
    await phone.page.context().close()
    const found = await open()
    await recover(found, relay.url, kit)
    const taken = found.page.locator('a.taken')
    for (const label of labels) await expect(taken.filter({ hasText: label }).first()).toBeVisible()
    expect(await taken.count()).toBeGreaterThanOrEqual(acknowledged)
    await found.page.context().close()
  } finally {
    relay.child.kill('SIGKILL')
    await relay.ended
    await rm(folder, { recursive: true, force: true })
  }
})
