import { cp } from 'node:fs/promises'
import { Device } from './device.ts'
import { en, expect, test } from './salus.ts'

test('of a profile that was copied and used twice, the copy repairs itself, and both hold all of both @chromium-only', async ({
  salus,
  makeProfile,
}) => {
  const profile = await makeProfile()
  const first = await profile.open()
  await first.firstRun(await salus.inviteLink(), 'Phone')
  profile.passphrase = first.passphrase
  await first.addResult('ferritin', '41')
  await first.isInStep()
  await profile.close()

  const copied = await makeProfile()
  await cp(profile.folder, copied.folder, { recursive: true })
  copied.passphrase = profile.passphrase

  const original = await profile.open()
  await original.page.goto(salus.url)
  await original.unlock()
  await original.addResult('testosterone', '17.4')
  await original.isInStep()

  const copy = await copied.open()
  await copy.page.goto(new URL('/status', salus.url).href)
  await copy.unlock()
  const other = new Device(await copy.page.context().newPage())
  other.passphrase = copied.passphrase
  await other.page.goto(salus.url)
  await other.unlock()
  const { replaceDevice } = en
  await copy.page.getByLabel(replaceDevice.otherCopy).selectOption(replaceDevice.inUse)
  await copy.page.getByLabel(replaceDevice.passphrase, { exact: true }).fill(copy.passphrase)
  await copy.button(replaceDevice.act).click()
  await copy.isInStep()
  // The other window held the keys of an id that is over: it is locked, says why, and goes on under the new one.
  await other.isLocked()
  await expect(other.shown(en.lock.replaced)).toBeVisible()
  await other.unlock()
  await copy.addResult('estradiol', '95')
  await other.openLabs()
  await expect(other.shown('95')).toBeVisible()
  await original.openLabs()
  await expect(original.shown('95')).toBeVisible()
  await copy.openLabs()
  for (const value of ['41', '17.4', '95']) await expect(copy.shown(value)).toBeVisible()
})
