import { present } from '@salus/base'
import { type UnsyncedBatch, readBatch, reissueOps, sealAll } from '@salus/sync'
import { type StreamId, decodeEnvelope } from '@salus/wire'
import { plainCrypto } from '../../packages/sync/src/plain-vault-for-tests.ts'
import { Dice } from './dice.ts'
import { type PlainVault, makePlainVault } from './plain-sim-vault.ts'
import { type SimDevice, type Tab, patchOp, write } from './sim-device.ts'
import { must, simulate } from './simulation.ts'

const STEPS_BEFORE = 250
const RECORDS = ['record-1', 'mine'] as const

const tabOf = (device: SimDevice): Tab => present(device.tabs[0], 'a device that runs')

/**
 * A device's disk is set back to an earlier copy of itself, and the device goes on (S22, S22a): it learns that it is
 * retired and sends nothing, the others see no fork, and what it had not sent is issued anew by its successor.
 */
export async function copiedDiskSeed(seed: number): Promise<void> {
  const { vault, devices, enrol } = await simulate({
    seed,
    steps: STEPS_BEFORE,
    makeVault: makePlainVault,
    isSequential: false,
  })
  const dice = new Dice(seed ^ 0x0c0b)
  const copied = dice.pick(devices)
  const other = dice.pick(devices.filter((device) => device !== copied))
  const stream = present(vault.streams[0], 'a stream')
  const values: string[] = []
  const writeSome = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      const value = `copied ${String(values.push(''))} ${String(dice.below(1e6))}`
      values[values.length - 1] = value
      const tab = tabOf(copied)
      const written = await write(tab, stream, () => [patchOp(tab, stream, dice.pick(RECORDS), { value })])
      must(written.ok, 'a command is saved')
    }
  }
  // What waits when the copy is made is in it, and is sent before the disk is set back.
  await writeSome(dice.below(3))
  const copy = copied.store.snapshot()
  await writeSome(dice.below(3))
  must((await tabOf(copied).session.full()).type === 'inStep', 'the device syncs')
  copied.crash()
  copied.store.restore(copy)
  const kept = (await copied.store.tips()).find((tip) => tip.stream === stream && tip.device === copied.id)?.seq ?? 0
  const isShorter = vault.relay.chain(stream, copied.id).length > kept
  await copied.open()
  await writeSome(dice.below(4))
  const outcome = await tabOf(copied).session.full()
  if (!isShorter) {
    must(outcome.type === 'inStep', `a copy that lacks nothing ends as ${outcome.type}`)
    return
  }
  must(outcome.type === 'retired', `a copied disk ends as ${outcome.type}`)
  const successor = await enrol(other)
  await succeed(vault, copied, successor, stream)
  await agree([successor, ...devices.filter((device) => device !== copied)], stream, values)
}

/** What the relay does not hold of the copied disk's chain, issued anew as the engine's replaceDevice does. */
async function succeed(vault: PlainVault, copied: SimDevice, successor: SimDevice, stream: StreamId): Promise<void> {
  const tab = await successor.open()
  must((await tab.session.full()).type === 'inStep', 'the successor syncs')
  const atRelay = vault.relay.chain(stream, copied.id)
  const rows = await copied.store.chain({ stream, device: copied.id }, 1)
  const unsynced: UnsyncedBatch[] = []
  for (const [i, row] of rows.entries()) {
    if (atRelay[i]?.hash === row.hash) continue
    const envelope = decodeEnvelope(row.bytes)
    const read = envelope.ok ? await readBatch(plainCrypto, envelope.value, row.hash) : envelope
    must(read.ok && read.value.batch !== undefined, 'what is on the disk opens')
    if (read.ok && read.value.batch !== undefined) unsynced.push({ stream, batch: read.value.batch })
  }
  const sealed = await sealAll(tab.replica, reissueOps(unsynced, copied.id, successor.id))
  if (!sealed.ok) throw new Error(sealed.error.type)
  await successor.store.write({ batches: sealed.value.map(({ row }) => row), isOutgoing: true })
  tab.replica.integrate(sealed.value)
}

/** All devices but the copied one have one state, no alarm, and every value that was saved on the copied one. */
async function agree(devices: readonly SimDevice[], stream: StreamId, values: readonly string[]): Promise<void> {
  for (let round = 0; round < 2; round++)
    for (const device of devices) must((await tabOf(device).session.full()).type === 'inStep', 'a device syncs')
  const states = new Set(devices.map((device) => JSON.stringify(device.hashes(tabOf(device)))))
  must(states.size === 1, 'states differ')
  for (const device of devices) {
    must((await device.store.alarms()).length === 0, 'an alarm at a device that saw nothing wrong')
    const { records } = tabOf(device).replica.stream(stream)
    const kept = new Set(
      RECORDS.flatMap((id) => records.get(id)?.revisions() ?? []).map(({ revision }) => JSON.stringify(revision.value)),
    )
    for (const value of values) must(kept.has(JSON.stringify(value)), `${value} is lost`)
  }
}
