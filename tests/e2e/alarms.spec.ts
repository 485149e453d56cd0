import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Bytes, bytesToBase64Url } from '@salus/base'
import type { SalusApi } from '@salus/engine/api'
import { createEngineOver } from '@salus/engine/headless'
import { type MemorySnapshot, type MemoryStore, createMemoryStore } from '@salus/store/memory'
import { repairEn } from '../../apps/web/src/messages/repair-en.ts'
import { PASSPHRASE, PairingWatch, cheapDerive, labResult, value } from '../engine/test-devices.ts'
import { THEMES } from '../screens/screen-list.ts'
import type { Malice } from './hostile-store.ts'
import { look } from './look.ts'
import { startJoin } from './pair.ts'
import { type Device, Salus, en, expect, test as base } from './salus.ts'

const malice: Malice = {}

/** The real relay over a database that bends what it hands out. */
const test = base.extend<{ readonly salus: Salus }>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixtures that one needs from this pattern
  salus: async ({}, use) => {
    const salus = await Salus.start({ malice })
    await use(salus)
    await salus.dispose()
  },
})

/** A second device of the record without a browser, whose disk can be copied. */
class Laptop {
  readonly store: MemoryStore
  readonly engine: SalusApi

  constructor(store = createMemoryStore()) {
    this.store = store
    this.engine = createEngineOver(store, { derive: cheapDerive })
  }

  get disk(): MemorySnapshot {
    return this.store.snapshot()
  }

  async write(valueText: string): Promise<void> {
    value(await this.engine.addLabResult(labResult({ markerId: 'ferritin', valueText, unit: 'ug/L' })))
    value(await this.engine.syncNow())
  }

  /** Another engine on a copy of a disk, unlocked. */
  static async wake(disk: MemorySnapshot): Promise<Laptop> {
    const copied = createMemoryStore()
    copied.restore(disk)
    const laptop = new Laptop(copied)
    value(await laptop.engine.unlock(PASSPHRASE))
    return laptop
  }
}

test('each alarm says what it is, leads through its repair, and loses nothing @chromium-only', async ({
  salus,
  openDevice,
}) => {
  let laptop = new Laptop()
  const phone = await openDevice()
  await pairPhone(salus, laptop, phone)
  await laptop.write('41')
  await phone.openLabs()
  await expect(phone.shown('41')).toBeVisible()

  await test.step('Rollback: what the relay lost is given back', async () => {
    const backup = await putAside(salus)
    await laptop.write('42')
    await expect(phone.shown('42')).toBeVisible()
    const asleep = laptop.disk
    await laptop.engine.lock()
    await putBack(salus, backup)
    await isAlarmed(phone, 'Rollback')
    const { giveBack } = repairEn.steps
    await expect(phone.shown(repairEn.Rollback.happened(1))).toBeVisible()
    await expect(phone.shown(/Laptop/)).toBeVisible()
    await expect(phone.shown(new RegExp(giveBack.given(1)))).toBeVisible()
    await phone.button(giveBack.act).click()
    await expect(phone.shown(new RegExp(giveBack.done))).toBeVisible()
    await checkEverything(phone)
    await lookAtIt(phone, 'Rollback')
    // Whoever asks the relay now finds all of it: the laptop, which has seen more than the backup held, has no alarm.
    laptop = await Laptop.wake(asleep)
    value(await laptop.engine.syncNow())
    expect(value(await laptop.engine.read({ name: 'sync' }))).toMatchObject({ alarms: [], waiting: 0 })
    await dismiss(phone, 1)
  })

  await test.step('Gap: what was withheld comes when the relay is honest again', async () => {
    bendNext(laptop, () => [])
    await laptop.write('43')
    await laptop.write('43.5')
    await isAlarmed(phone, 'Gap')
    await lookAtIt(phone, 'Gap')
    await mendsByAskingAgain(phone, '43')
    await dismiss(phone, 2)
  })

  await test.step('Forged: a bent batch is refused, the true one is taken', async () => {
    bendNext(laptop, (bytes) => [bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte))])
    await laptop.write('44')
    await isAlarmed(phone, 'Forged')
    await lookAtIt(phone, 'Forged')
    await mendsByAskingAgain(phone, '44')
    await dismiss(phone, 3)
  })

  await test.step('Fork: a copy of the laptop has written another history, which is not taken over', async () => {
    const backup = await putAside(salus)
    const disk = laptop.disk
    await laptop.write('45')
    await phone.openLabs()
    await expect(phone.shown('45')).toBeVisible()
    await phone.lock()
    await laptop.engine.lock()
    await putBack(salus, backup)
    const copy = await Laptop.wake(disk)
    await copy.write('46')
    await copy.engine.lock()
    await phone.unlock()
    await isAlarmed(phone, 'Fork')
    await expect(phone.shown(repairEn.steps.otherCopy.title('Laptop'))).toBeVisible()
    await checkEverything(phone)
    await lookAtIt(phone, 'Fork')
    await phone.openLabs()
    await expect(phone.shown('45')).toBeVisible()
    await expect(phone.page.getByText('46', { exact: true })).toHaveCount(0)
  })
})

async function pairPhone(salus: Salus, laptop: Laptop, phone: Device): Promise<void> {
  await laptop.engine.drawKit()
  const invite = (await salus.inviteLink()).split('#invite=')[1] ?? ''
  const relay = { url: salus.url, invite }
  value(await laptop.engine.createVault({ passphrase: PASSPHRASE, deviceName: 'Laptop', relay }))
  const watch = new PairingWatch()
  const { link } = value(await laptop.engine.offerPairing(watch.listen))
  await phone.page.goto(link)
  await startJoin(phone, 'Phone')
  await phone.button(en.pairing.same).click()
  expect((await watch.until('digits')).digits).toMatch(/^[0-9]{6}$/)
  value(await laptop.engine.confirmPairing(PASSPHRASE))
  await phone.isUnlocked()
}

/** Copies the relay's disk while nobody writes to it. */
async function putAside(salus: Salus): Promise<string> {
  const backup = join(salus.folder, 'backup')
  await salus.stop()
  await rm(backup, { recursive: true, force: true })
  await cp(salus.dataDir, backup, { recursive: true })
  await salus.restart()
  return backup
}

/** The relay as it was when its disk was copied, on the same address. */
async function putBack(salus: Salus, backup: string): Promise<void> {
  await salus.stop()
  await rm(salus.dataDir, { recursive: true })
  await cp(backup, salus.dataDir, { recursive: true })
  await salus.restart()
}

/** From here on the next batch that the laptop writes goes out as `bend` makes it. */
function bendNext(laptop: Laptop, bend: (bytes: Bytes) => readonly Bytes[]): void {
  const known = new Set([...laptop.disk.chains.values()].flat().map(({ bytes }) => bytesToBase64Url(bytes)))
  let target: string | undefined
  malice.batches = (batches) =>
    batches.flatMap((bytes) => {
      const text = bytesToBase64Url(bytes)
      if (!known.has(text)) target ??= text
      return text === target ? bend(bytes) : [bytes]
    })
}

/** The chip of any screen names the alarm and leads to what can be done. */
async function isAlarmed(phone: Device, type: 'Rollback' | 'Gap' | 'Forged' | 'Fork'): Promise<void> {
  const { name } = en.alarm[type]
  await phone.page.getByRole('link', { name }).filter({ visible: true }).first().click()
  await expect(phone.page.getByRole('heading', { level: 2, name })).toBeVisible()
}

async function mendsByAskingAgain(phone: Device, valueText: string): Promise<void> {
  malice.batches = undefined
  await phone.button(repairEn.steps.fetch.act).click()
  await expect(phone.shown(new RegExp(repairEn.steps.fetch.done))).toBeVisible()
  await phone.openLabs()
  await expect(phone.shown(valueText)).toBeVisible()
  await phone.page.goBack()
}

async function checkEverything(phone: Device): Promise<void> {
  await phone.button(repairEn.steps.verify.act).click()
  await expect(phone.shown(/entries are whole and signed/)).toBeVisible()
}

async function lookAtIt({ page }: Device, name: string): Promise<void> {
  for (const colorScheme of THEMES) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await look(page, `${name}, ${colorScheme}`)
  }
}

/** Read, the alarm is gone from the status and stays on record. */
async function dismiss(phone: Device, earlier: number): Promise<void> {
  await phone.button(en.act.dismiss).click()
  await phone.isInStep()
  await expect(phone.page.getByText(repairEn.earlier(earlier), { exact: true })).toBeVisible()
  await phone.openLabs()
}
