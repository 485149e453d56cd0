import { cp } from 'node:fs/promises'
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
  const { replaceDevice } = en
  await copy.page.getByLabel(replaceDevice.otherCopy).selectOption(replaceDevice.inUse)
  await copy.page.getByLabel(replaceDevice.passphrase, { exact: true }).fill(copy.passphrase)
  await copy.button(replaceDevice.act).click()
  await copy.isInStep()
  await copy.addResult('estradiol', '95')
  await original.openLabs()
  await expect(original.shown('95')).toBeVisible()
  await copy.openLabs()
  for (const value of ['41', '17.4', '95']) await expect(copy.shown(value)).toBeVisible()
})
