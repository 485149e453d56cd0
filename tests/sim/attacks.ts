import { type Bytes, present } from '@salus/base'
import { encodeOps, hlcOfMs } from '@salus/sync'
import { type StreamId, decodeEnvelope } from '@salus/wire'
import { sealPlain } from '../../packages/sync/src/plain-vault-for-tests.ts'
import type { Malice, RelayForTests } from '../../packages/sync/src/relay-for-tests.ts'
import type { Dice } from './dice.ts'
import { type SimDevice, type Tab, patchOp, write } from './sim-device.ts'

/** A vault in step, of which one device writes and another is to be deceived. */
export interface Scene {
  readonly relay: RelayForTests
  readonly dice: Dice
  readonly stream: StreamId
  readonly writer: SimDevice
  readonly victim: SimDevice
}

export interface Attack {
  /** What the relay does, step by step; the victim syncs at the end of it. */
  readonly play: (scene: Scene) => Promise<void>
  /** Alarms of which the victim must raise one at least, and beyond which none. */
  readonly alarms: readonly string[]
  /** Honest answers make good what was done: the relay only withheld or bent. */
  readonly isHealed: boolean
}

const tabOf = (device: SimDevice): Tab => present(device.tabs[0], 'a device that runs')

async function writeSome(scene: Scene, count: number): Promise<void> {
  const tab = tabOf(scene.writer)
  for (let i = 0; i < count; i++) {
    const value = `attacked ${String(i)} ${String(scene.dice.below(1e6))}`
    const written = await write(tab, scene.stream, () => [patchOp(tab, scene.stream, 'attacked', { value })])
    if (!written.ok) throw new Error(written.error.type)
  }
  await tab.session.full()
}

const sync = async (device: SimDevice): Promise<void> => {
  await tabOf(device).session.full()
}

/** The writer's newest batches that the victim has not seen. */
const unseen = ({ relay, stream, writer }: Scene, count: number): readonly Bytes[] =>
  relay
    .chain(stream, writer.id)
    .slice(-count)
    .map((row) => row.bytes)

const everyPage = (change: (batches: readonly Bytes[]) => readonly Bytes[]): Malice => ({
  page: (page) => ({ ...page, batches: change(page.batches) }),
  chain: (page) => ({ ...page, batches: change(page.batches) }),
})

/** What a relay can do to a vault that it cannot read, and how it is caught (S18). */
export const ATTACKS: Readonly<Record<string, Attack>> = {
  'an older snapshot': {
    alarms: ['Rollback'],
    isHealed: true,
    play: async (scene) => {
      const before = scene.relay.snapshot()
      await writeSome(scene, scene.dice.between(1, 4))
      await sync(scene.victim)
      scene.relay.restore(before)
      await sync(scene.victim)
    },
  },
  'a batch withheld': {
    alarms: ['Gap', 'Omission'],
    isHealed: true,
    play: async (scene) => {
      const count = scene.dice.between(1, 4)
      await writeSome(scene, count)
      const hidden = scene.dice.pick(unseen(scene, count))
      scene.relay.malice = everyPage((batches) => batches.filter((bytes) => bytes !== hidden))
      await sync(scene.victim)
    },
  },
  'a payload bent': {
    alarms: ['Forged', 'Gap', 'Omission'],
    isHealed: true,
    play: async (scene) => {
      const count = scene.dice.between(1, 4)
      await writeSome(scene, count)
      const target = scene.dice.pick(unseen(scene, count))
      const at = scene.dice.below(target.length)
      scene.relay.malice = everyPage((batches) =>
        batches.map((bytes) =>
          bytes === target ? bytes.map((byte, i) => (i === at ? byte ^ (1 << scene.dice.below(8)) : byte)) : bytes,
        ),
      )
      await sync(scene.victim)
    },
  },
  'a payload swapped for another batch': {
    alarms: ['Gap', 'Omission'],
    isHealed: true,
    play: async (scene) => {
      const old = scene.dice.pick(scene.relay.batches)
      await writeSome(scene, 3)
      const target = scene.dice.pick(unseen(scene, 3))
      scene.relay.malice = everyPage((batches) => batches.map((bytes) => (bytes === target ? old : bytes)))
      await sync(scene.victim)
    },
  },
  'a chain forked by its own device': {
    alarms: ['Fork'],
    isHealed: false,
    play: async (scene) => {
      const { relay, stream, writer, victim, dice } = scene
      await writeSome(scene, 3)
      // The victim has seen all of the chain, or none of the three.
      if (dice.chance(50)) await sync(victim)
      const rows = relay.snapshot().rows
      const target = present(relay.chain(stream, writer.id).at(-1), 'a chain')
      const envelope = decodeEnvelope(target.bytes)
      if (!envelope.ok) throw new Error('a batch')
      const base = hlcOfMs(writer.nowMs())
      const ops = encodeOps({
        base,
        ops: [{ type: 'patch', id: 'forged', kind: 'dose', version: 1, fields: { value: 'forged' }, replaces: {} }],
      })
      const other = sealPlain({ ...envelope.value.header, frontierChanges: new Map(), ops })
      // One branch for those who have seen it, another for those who have not.
      await sync(victim)
      relay.restore({ ...relay.snapshot(), rows: rows.map((row) => (row === target ? { ...row, ...other } : row)) })
      await sync(victim)
    },
  },
  'everything twice and in another order': {
    alarms: [],
    isHealed: true,
    play: async (scene) => {
      await writeSome(scene, 3)
      const all = scene.relay.batches
      scene.relay.malice = { page: (page) => ({ ...page, batches: [...[...page.batches].reverse(), ...all] }) }
      await sync(scene.victim)
    },
  },
}
