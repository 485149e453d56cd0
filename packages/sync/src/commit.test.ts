import { ok } from '@salus/base'
import { MemoryDisk, createMemoryStore } from '@salus/store/memory'
import { BATCH_CONTENT_BYTES_MAX, BATCH_OPS_MAX, ZERO_HASH, decodeBatchContent } from '@salus/wire'
import { describe, expect, it } from 'vitest'
import { COMMIT_OPS_BYTES_MAX, COMMIT_TRIES_MAX, commit, splitOps } from './commit.ts'
import { A, B, C, JOURNAL, LABS, TestWorld } from './devices-for-tests.ts'
import type { Hlc } from './hlc.ts'
import { OP_FIELDS_MAX, type Op } from './ops.ts'
import { plainCrypto } from './plain-vault-for-tests.ts'

const op = (id: string, value: string | number = 1): Op => ({
  type: 'patch',
  id,
  kind: 'k',
  version: 1,
  fields: { a: value },
  replaces: {},
})
const ops = (count: number): Op[] => Array.from({ length: count }, (_, i) => op(`r${String(i)}`))

describe('a command (V36)', () => {
  it('is stored, waiting and merged before it resolves, and there after a restart', async () => {
    const world = new TestWorld()
    const device = world.device(A)
    expect(await device.put('r1', { a: 1 })).toEqual(ok())
    expect(device.shown('r1')).toEqual({ a: 1 })
    expect((await device.store.outbox()).map((row) => row.seq)).toEqual([1])
    expect(device.changes).toEqual(['r1'])
    const again = world.device(A, device.store)
    expect(await again.replica.refresh()).toEqual([])
    expect(again.hashes()).toEqual(device.hashes())
    expect(await again.put('r1', { a: 2 })).toEqual(ok())
    expect((await device.store.tips()).map(({ seq }) => seq)).toEqual([2])
  })

  it('writes all of its streams or none', async () => {
    const disk = new MemoryDisk()
    const device = new TestWorld().device(A, createMemoryStore(disk))
    const both = () =>
      new Map([
        [LABS, ops(BATCH_OPS_MAX + 1)],
        [JOURNAL, ops(1)],
      ])
    disk.isFull = true
    expect(await commit(device.replica, both)).toEqual({ ok: false, error: { type: 'StoreFailed', reason: 'Full' } })
    expect([await device.store.tips(), device.replica.stream(LABS).records.size]).toEqual([[], 0])
    disk.isFull = false
    expect(await commit(device.replica, both)).toEqual(ok())
    expect((await device.store.tips()).map(({ seq }) => seq).sort()).toEqual([1, 2])
  })

  it('nothing to write writes nothing', async () => {
    const device = new TestWorld().device(A)
    expect(await commit(device.replica, () => new Map())).toEqual(ok())
    expect(await device.store.outbox()).toEqual([])
  })

  it('of two tabs that write one chain at once, the later one reads, asks again what it replaces, and goes after', async () => {
    const [world, disk] = [new TestWorld(), new MemoryDisk()]
    const tabs = [
      world.device(A, createMemoryStore(disk)),
      world.device(A, createMemoryStore(disk)),
      world.device(A, createMemoryStore(disk)),
    ] as const
    await Promise.all(tabs.map((tab, i) => tab.put('r1', { a: i })))
    await Promise.all(tabs.flatMap((tab, i) => [tab.put('r1', { a: 10 + i }), tab.put(`own${String(i)}`, { a: i })]))
    const chain = await tabs[0].store.chain({ stream: LABS, device: A }, 1)
    expect(chain.map((row) => row.seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(chain.map((row) => row.prevHash)).toEqual([ZERO_HASH, ...chain.slice(0, -1).map((row) => row.hash)])
    for (const tab of tabs) await tab.replica.exclusive.run(() => tab.replica.refresh())
    expect(tabs[1].hashes()).toEqual(tabs[0].hashes())
    expect(tabs[2].hashes()).toEqual(tabs[0].hashes())
    // Each named what it saw: no conflict of a device with itself.
    expect(tabs[0].replica.stream(LABS).records.get('r1')?.conflicts).toEqual([])
  })

  it('gives up when it loses COMMIT_TRIES_MAX times in a row', async () => {
    const store = createMemoryStore()
    let tries = 0
    const losing = {
      ...asPlain(store),
      write: async () => (
        tries++,
        { ok: false as const, error: { type: 'HeadMoved' as const, chain: { stream: LABS, device: A } } }
      ),
    }
    const device = new TestWorld().device(A, losing)
    expect(await device.put('r1', { a: 1 })).toEqual({ ok: false, error: { type: 'Contended' } })
    expect(tries).toBe(COMMIT_TRIES_MAX)
  })

  it('a stream with something of a later version takes no command, the others do (V7)', async () => {
    const world = new TestWorld()
    const device = world.device(A)
    const state = device.replica.stream(LABS)
    state.take(
      world.core,
      { stream: LABS, device: B, seq: 1, hash: ZERO_HASH, frontierChanges: new Map(), batch: undefined },
      world.clock.nowMs(),
      new Set(),
    )
    expect(await device.put('r1', { a: 1 })).toEqual({ ok: false, error: { type: 'UpdateNeeded' } })
    expect(await device.put('r1', { a: 1 }, JOURNAL)).toEqual(ok())
    expect(device.replica.needsUpdate).toBe(true)
  })

  it('never seals ops that a reader would refuse: the command fails as the bug that it is, and the chain stays open', async () => {
    const device = new TestWorld().device(A)
    await expect(device.commit(() => op('not a name'))).rejects.toThrow('Invariant broken')
    expect(await device.store.tips()).toEqual([])
    expect(await device.put('r1', { a: 1 })).toEqual(ok())
  })

  it('a record of more fields than one op names is deleted and restored by one command all the same (V24)', async () => {
    const world = new TestWorld()
    const [a, b] = [world.device(A), world.device(B)]
    const fields = Object.fromEntries(Array.from({ length: 3 * OP_FIELDS_MAX + 1 }, (_, i) => [`f${String(i)}`, i]))
    await a.put('r1', fields)
    expect(await a.delete('r1')).toEqual(ok())
    await a.session.full()
    await b.session.full()
    expect([a, b].map((device) => device.replica.stream(LABS).records.get('r1')?.isDeleted)).toEqual([true, true])
    expect(await b.put('r1', fields)).toEqual(ok())
    const record = b.replica.stream(LABS).records.get('r1')
    expect([record?.isDeleted, record?.isRevived, record?.shown]).toEqual([false, false, fields])
  })

  it('an edit of all fields on another device, made before it knew of a deletion, brings the record back flagged (V28)', async () => {
    const world = new TestWorld()
    const [a, b] = [world.device(A), world.device(B)]
    await a.put('r1', { a: 1 })
    await a.session.full()
    await b.session.full()
    await a.delete('r1')
    await b.put('r1', { a: 2 })
    for (const device of [a, b, a]) await device.session.full()
    const records = [a, b].map((device) => device.replica.stream(LABS).records.get('r1'))
    expect(records.map((record) => [record?.isRevived, record?.shown])).toEqual([
      [true, { a: 2 }],
      [true, { a: 2 }],
    ])
    await a.put('r1', { a: 2 })
    expect(records[0]?.isRevived).toBe(false)
  })

  it('stamps exceed all that they replace, whatever the clock says, and clocks from the future move none (V26)', async () => {
    const world = new TestWorld()
    const [a, b] = [world.device(A), world.device(B)]
    const now = world.clock.ms
    world.clock.ms = now + 30 * 365 * 86_400_000
    await a.put('r1', { a: 'from 2056' })
    await a.session.full()
    world.clock.ms = now
    await b.session.full()
    await b.put('r1', { a: 'now' })
    expect(b.shown('r1')).toEqual({ a: 'now' })
    expect(b.replica.stream(LABS).records.get('r1')?.conflicts).toEqual([])
    await b.put('r2', { a: 'elsewhere' })
    const hlc = b.replica.stream(LABS).records.get('r2')?.newestStamp.hlc ?? 0
    expect(hlc).toBeLessThan((now + 86_400_000) * 2048)
  })

  it('names in its first batch the chains that it has applied, and only what is new in the next (V25)', async () => {
    const world = new TestWorld()
    const [a, b] = [world.device(A), world.device(B)]
    await a.put('r1', { a: 1 })
    await a.session.full()
    await b.session.full()
    await b.put('r1', { a: 2 })
    await b.put('r1', { a: 3 })
    const frontiers = await Promise.all(
      (await b.store.chain({ stream: LABS, device: B }, 1)).map((row) => frontierOf(row.bytes)),
    )
    expect(frontiers).toEqual([[[A, 1]], []])
    expect(C).not.toBe(A)
  })
})

describe('splitting a command (V23)', () => {
  it('fills batches to BATCH_OPS_MAX ops and not one more', () => {
    expect(splitOps(ops(BATCH_OPS_MAX))?.map((group) => group.ops.length)).toEqual([BATCH_OPS_MAX])
    expect(splitOps(ops(BATCH_OPS_MAX + 1))?.map((group) => group.ops.length)).toEqual([BATCH_OPS_MAX, 1])
    expect(splitOps([])).toEqual([])
  })

  it('fills batches to COMMIT_OPS_BYTES_MAX and refuses one op alone above it', async () => {
    const sized = (bytes: number): Op =>
      op('r', 'x'.repeat(bytes - JSON.stringify({ f: { a: '' }, i: 'r', k: 'k', v: 1 }).length - 1))
    expect(splitOps([sized(COMMIT_OPS_BYTES_MAX)])).toHaveLength(1)
    expect(splitOps([sized(COMMIT_OPS_BYTES_MAX + 1)])).toBeUndefined()
    expect(splitOps([sized(COMMIT_OPS_BYTES_MAX / 2), sized(COMMIT_OPS_BYTES_MAX / 2)])).toHaveLength(1)
    expect(splitOps([sized(COMMIT_OPS_BYTES_MAX / 2), sized(COMMIT_OPS_BYTES_MAX / 2 + 1)])).toHaveLength(2)
    const device = new TestWorld().device(A)
    expect(await device.commit(() => sized(COMMIT_OPS_BYTES_MAX))).toEqual(ok())
    expect(await device.commit(() => sized(COMMIT_OPS_BYTES_MAX + 1))).toEqual({
      ok: false,
      error: { type: 'OpTooLarge' },
    })
    const [row] = await device.store.chain({ stream: LABS, device: A }, 1)
    expect(row?.bytes.length).toBeLessThan(BATCH_CONTENT_BYTES_MAX)
  })

  it('clocks rise from batch to batch of one command', async () => {
    const device = new TestWorld().device(A)
    await device.commit(() => ops(2 * BATCH_OPS_MAX))
    const stamps = [...device.replica.stream(LABS).records.values()].map((record) => record.newestStamp.hlc)
    expect(new Set(stamps).size).toBe(2 * BATCH_OPS_MAX)
    expect([...stamps].sort((x: Hlc, y: Hlc) => x - y)).toEqual(stamps)
  })
})

/** A store's methods as own members, so that one can be replaced. */
function asPlain(store: ReturnType<typeof createMemoryStore>): ReturnType<typeof createMemoryStore> {
  return {
    write: (write) => store.write(write),
    meta: (name) => store.meta(name),
    core: () => store.core(),
    tips: () => store.tips(),
    batches: (stream, after) => store.batches(stream, after),
    chain: (name, fromSeq) => store.chain(name, fromSeq),
    outbox: () => store.outbox(),
    markOffered: (rows) => store.markOffered(rows),
    acknowledge: (rows) => store.acknowledge(rows),
    alarms: () => store.alarms(),
    raise: (alarm) => store.raise(alarm),
    destroy: () => store.destroy(),
    close: () => store.close(),
    snapshot: () => store.snapshot(),
    restore: (snapshot) => {
      store.restore(snapshot)
    },
  }
}

async function frontierOf(bytes: Uint8Array<ArrayBuffer>): Promise<unknown> {
  const ciphertext = bytes.slice(179 + 32, -64 - 16)
  const content = decodeBatchContent(ciphertext)
  expect(plainCrypto).toBeDefined()
  return content.ok ? [...content.value.frontierChanges].map(([device, head]) => [device, head.seq]) : undefined
}
