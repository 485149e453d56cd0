import { type Bytes, err, ok } from '@salus/base'
import type { BatchRow, Store, Write } from '@salus/store'
import { type MemoryStore, createMemoryStore } from '@salus/store/memory'
import { type ChainAt, ZERO_HASH } from '@salus/wire'
import { describe, expect, it } from 'vitest'
import { commit } from './commit.ts'
import { A, B, C, JOURNAL, LABS, type TestDevice, TestWorld } from './devices-for-tests.ts'
import { relayFrontier } from './frontier.ts'
import { type Op, encodeOps } from './ops.ts'
import {
  cutDevice,
  deviceNamed,
  hashNamed,
  headerOf,
  plainCore,
  sealPlain,
  streamNamed,
} from './plain-vault-for-tests.ts'
import { PULL_PAGE_BYTES_FIRST, PULL_PAGE_BYTES_MAX, type SyncOutcome, SyncSession } from './session.ts'
import type { Transport } from './transport.ts'

const IN_STEP = { type: 'inStep' }

/** Some batches of A and B at the relay, and all of them on three devices. */
async function settled(world = new TestWorld()) {
  const [a, b, c] = [world.device(A), world.device(B), world.device(C)]
  for (let i = 0; i < 3; i++) {
    await a.put('r1', { a: i })
    await inStep(a, b)
    await b.put('r1', { b: i })
    await inStep(b, a, c)
  }
  return { world, a, b, c }
}

/** As {@link settled}, and what A asks of the relay is noted from here on: a push with whether all of it was marked. */
async function listening() {
  const { world, a: settledA, b, c } = await settled()
  const asked: string[] = []
  const cut = { isCut: false }
  const honest = world.relay.transport()
  const transport: Transport = {
    ...honest,
    push: async (stream, batches) => {
      asked.push(`push ${String((await a.store.outbox()).every((row) => row.isOffered))}`)
      return cut.isCut ? err({ type: 'Unreachable' }) : honest.push(stream, batches)
    },
    batches: async (cursor, bytesMax) => {
      const page = await honest.batches(cursor, bytesMax)
      asked.push(`batches ${cursor ?? ''} ${String(page.ok ? page.value.batches.length : 0)}`)
      return page
    },
  }
  const a: TestDevice = world.device(A, settledA.store, { transport })
  await a.replica.refresh()
  await inStep(a)
  asked.length = 0
  return { world, a, b, c, asked, cut }
}

/** Stores an edit as offered, and sends nothing. */
async function write(device: TestDevice, id: string, value: number): Promise<readonly BatchRow[]> {
  const written: BatchRow[] = []
  const sender = { isSending: () => true, send: (rows: readonly BatchRow[]) => void written.push(...rows) }
  const replaces = device.replica.stream(LABS).records.get(id)?.replacesOf(['a']) ?? {}
  const op: Op = { type: 'patch', id, kind: 'k', version: 1, fields: { a: value }, replaces }
  expect(await commit(device.replica, () => new Map([[LABS, [op]]]), { sender })).toEqual(ok())
  return written
}

/** As the engine does it while its loop is in step. */
async function edit(device: TestDevice, id: string, value: number): Promise<SyncOutcome> {
  return device.session.push(await write(device, id, value))
}

/** The same store, whose writes are told of before they are made. */
function watching(store: MemoryStore, onWrite: (write: Write) => void): MemoryStore {
  return Object.assign(Object.create(store) as MemoryStore, methodsOf(store), {
    snapshot: () => store.snapshot(),
    write: (write: Write) => (onWrite(write), store.write(write)),
  })
}

async function inStep(...devices: readonly TestDevice[]): Promise<void> {
  for (const device of devices) expect(await device.session.full()).toEqual(IN_STEP)
}

const flip = (bytes: Bytes, at: number): Bytes =>
  bytes.map((byte, i) => (i === (at < 0 ? bytes.length + at : at) ? byte ^ 1 : byte))
const isOf = (bytes: Bytes, device: string, seq: number): boolean =>
  headerOf(bytes).device === device && headerOf(bytes).seq === seq

describe('devices in step (S16, S17, S21)', () => {
  it('hold the same state and log, and nobody is alarmed', async () => {
    const { a, b, c } = await settled()
    expect(b.hashes()).toEqual(a.hashes())
    expect(c.hashes()).toEqual(a.hashes())
    expect(c.shown('r1')).toEqual({ a: 2, b: 2 })
    for (const device of [a, b, c]) expect([await device.alarms(), await device.store.outbox()]).toEqual([[], []])
  })

  it('a poke brings what is new, and a command is sent at once', async () => {
    const { a, c } = await settled()
    await a.put('r2', { a: 1 })
    expect(await a.session.push()).toEqual(IN_STEP)
    expect(await c.session.pull()).toEqual(IN_STEP)
    expect(c.shown('r2')).toEqual({ a: 1 })
  })

  it('the cursor lies beside what it covers: after a restart nothing is asked for twice', async () => {
    const { world, c } = await settled()
    let asked: (string | undefined)[] = []
    const honest = world.relay.transport()
    const again = world.device(C, c.store, {
      transport: { ...honest, batches: (cursor, bytesMax) => (asked.push(cursor), honest.batches(cursor, bytesMax)) },
    })
    await again.replica.refresh()
    await inStep(again)
    expect(asked).toEqual(['AAAAAAAAAAA.6'])
    asked = []
    await c.store.write({ meta: { cursor: undefined } })
    await inStep(again)
    expect([asked[0], again.hashes()]).toEqual([undefined, c.hashes()])
  })

  it('a pull begins with a short page and asks for longer ones, each while the one before it is stored', async () => {
    const { world, a } = await settled()
    for (let i = 0; i < 12; i++) await a.put('r3', { a: i })
    await inStep(a)
    world.relay.pageBatchesMax = 2
    const steps: string[] = []
    const progress: string[] = []
    const honest = world.relay.transport()
    const fresh = world.device(C, createMemoryStore(), {
      onChange: () => steps.push('merge'),
      onProgress: ({ read, of }) => progress.push(`${read} of ${of}`),
      transport: {
        ...honest,
        batches: (cursor, bytesMax) => (
          steps.push(`ask ${bytesMax / PULL_PAGE_BYTES_FIRST}`),
          honest.batches(cursor, bytesMax)
        ),
      },
    })
    await inStep(fresh)
    expect(fresh.hashes()).toEqual(a.hashes())
    expect([progress[0], progress[1], progress.at(-1)]).toEqual(['2 of 18', '4 of 18', '18 of 18'])
    expect(PULL_PAGE_BYTES_MAX).toBe(8 * PULL_PAGE_BYTES_FIRST)
    expect(steps.slice(0, 12)).toEqual([
      'ask 1',
      'ask 2',
      'merge',
      'ask 4',
      'merge',
      'ask 8',
      'merge',
      'ask 8',
      'merge',
      'ask 8',
      'merge',
      'ask 8',
    ])
  })

  it('heads that are older than what was pulled meanwhile raise nothing', async () => {
    const { world, a, c } = await settled()
    const honest = world.relay.transport()
    const slow: Transport = {
      ...honest,
      heads: async () => {
        const heads = await honest.heads()
        await a.put('r1', { a: 'meanwhile' })
        await a.session.full()
        return heads
      },
    }
    const late = world.device(C, c.store, { transport: slow })
    await late.replica.refresh()
    await inStep(late)
    expect([await late.alarms(), late.shown('r1')?.['a']]).toEqual([[], 'meanwhile'])
  })

  it('an own batch that another tab has sent is no reason to retire (S22)', async () => {
    const { world, a } = await settled()
    const tab = world.device(A, a.store)
    await tab.replica.refresh()
    await tab.put('r1', { a: 'of the other tab' })
    await tab.session.full()
    // This tab has not read it yet.
    await inStep(a)
    expect([await a.alarms(), a.shown('r1')?.['a']]).toEqual([[], 'of the other tab'])
  })

  it('a command written while the outbox is read is not taken for lost', async () => {
    const { world, a } = await settled()
    let isWriting = false
    const store = createMemoryStore()
    store.restore(a.store.snapshot())
    const slow: Store = Object.assign(Object.create(store) as Store, methodsOf(store), {
      outbox: async () => {
        const rows = await store.outbox()
        if (!isWriting) {
          isWriting = true
          await busy.put('r9', { a: 1 })
        }
        return rows
      },
    })
    const busy = world.device(A, slow as typeof store)
    await busy.replica.refresh()
    await inStep(busy)
    expect(await busy.alarms()).toEqual([])
  })

  it('what waits is left out of what a new device may demand', async () => {
    const { a } = await settled()
    await a.put('r1', { a: 'waits' })
    await a.put('r1', { a: 'waits too' })
    const frontier = await relayFrontier(a.store, a.replica)
    expect(frontier.find((chain) => chain.device === A)?.seq).toBe(3)
    expect(frontier.find((chain) => chain.device === B)?.seq).toBe(3)
    await inStep(a)
    expect((await relayFrontier(a.store, a.replica)).find((chain) => chain.device === A)?.seq).toBe(5)
  })

  it('marks each batch as offered before its first byte leaves', async () => {
    const world = new TestWorld()
    const seen: boolean[] = []
    const a: TestDevice = world.device(A, createMemoryStore(), {
      transport: {
        ...world.relay.transport(),
        push: async () => {
          for (const row of await a.store.outbox()) seen.push(row.isOffered)
          return err({ type: 'Unreachable' })
        },
      },
    })
    await a.put('r1', { a: 1 })
    await a.put('r1', { a: 2 })
    expect(await a.session.full()).toEqual({ type: 'failed', error: { type: 'Unreachable' } })
    expect(seen).toEqual([true, true])
    expect(await a.store.outbox()).toHaveLength(2)
  })

  describe('a live edit (S6, S10, S21)', () => {
    it('asks the relay for one thing, and is marked as offered by the write itself', async () => {
      const { a, c, asked } = await listening()
      await edit(a, 'r1', 1)
      expect(asked).toEqual(['push true'])
      expect(await a.store.outbox()).toEqual([])
      // Nothing of others came between: A goes on behind its own batch, and a poke finds nothing.
      expect(await a.session.pull()).toEqual(IN_STEP)
      expect(asked).toEqual(['push true', 'batches AAAAAAAAAAA.7 0'])
      expect(await c.session.pull()).toEqual(IN_STEP)
      expect(c.shown('r1')?.['a']).toBe(1)
    })

    it('lets nothing of others be passed over that came before it at the relay', async () => {
      const { a, b, asked } = await listening()
      await b.put('r2', { b: 1 })
      await b.session.push()
      await edit(a, 'r1', 1)
      expect(await a.session.pull()).toEqual(IN_STEP)
      expect([asked.at(-1), a.shown('r2')]).toEqual(['batches AAAAAAAAAAA.6 2', { b: 1 }])
    })

    it('what the outbox has brought there already is not taken for a first offer', async () => {
      const { a, b, asked } = await listening()
      const written = await write(a, 'r1', 1)
      // A look at the outbox finds what the command has stored before the command has handed it on.
      await a.session.push()
      await b.put('r2', { b: 1 })
      await b.session.push()
      await a.session.pull()
      await b.put('r3', { b: 1 })
      await b.session.push()
      expect(await a.session.push(written)).toEqual(IN_STEP)
      await a.session.pull()
      expect([asked.filter((what) => what.startsWith('push')).length, a.shown('r3')]).toEqual([1, { b: 1 }])
    })

    it('waits behind what another tab has written, and the outbox brings both', async () => {
      const { world, a, asked } = await listening()
      const tab = world.device(A, a.store)
      await tab.replica.refresh()
      await tab.put('r2', { a: 'of the other tab' })
      await a.replica.refresh()
      await edit(a, 'r1', 1)
      // The first brought the edit alone: the other's batch was not marked, and stayed here.
      expect(asked.filter((what) => what.startsWith('push'))).toEqual(['push false', 'push true'])
      expect([world.relay.chain(LABS, A).length, await a.store.outbox()]).toEqual([5, []])
    })

    it('may be marked by its own write once all before it is offered', async () => {
      const { a } = await listening()
      expect(a.session.mayOffer).toBe(true)
      await a.put('r1', { a: 1 })
      const pushing = a.session.push()
      expect(a.session.mayOffer).toBe(false)
      await pushing
      expect(a.session.mayOffer).toBe(true)
    })

    it('that does not arrive waits as offered, and goes the next time with what came after it', async () => {
      const { world, a, cut } = await listening()
      cut.isCut = true
      expect(await edit(a, 'r1', 1)).toEqual({ type: 'failed', error: { type: 'Unreachable' } })
      cut.isCut = false
      await a.put('r1', { a: 2 })
      expect((await a.store.outbox()).map((row) => row.isOffered)).toEqual([true, false])
      expect(await a.session.push()).toEqual(IN_STEP)
      expect([world.relay.chain(LABS, A).length, await a.store.outbox()]).toEqual([5, []])
    })

    it('is shown before it is flushed, and flushed before the device calls itself in step (S17)', async () => {
      const { world, a, c } = await listening()
      await edit(a, 'r1', 1)
      const flushed: unknown[] = []
      const store = watching(c.store, (write) =>
        flushed.push([write.isFlushedLater ?? false, reader.shown('r1')?.['a']]),
      )
      const reader = world.device(C, store)
      await reader.replica.refresh()
      expect(await reader.session.pull()).toEqual(IN_STEP)
      expect(flushed).toEqual([
        [true, 2],
        [false, 1],
      ])
    })

    it('a device that finds its own chain longer marks that at once (S17, S22)', async () => {
      const { world, a } = await listening()
      const copy = createMemoryStore()
      copy.restore(a.store.snapshot())
      await edit(a, 'r1', 1)
      const later: unknown[] = []
      const restored = world.device(
        A,
        watching(copy, (write) => later.push(write.isFlushedLater)),
      )
      await restored.replica.refresh()
      expect(await restored.session.pull()).toEqual({ type: 'retired' })
      expect(later[0]).toBe(false)
      expect(await restored.session.push()).toEqual({ type: 'retired' })
    })
  })

  it('a page that goes nowhere ends the pull', async () => {
    const { world, c } = await settled()
    world.relay.malice = { page: (page) => ({ ...page, batches: [], cursor: 'AAAAAAAAAAA.6', hasMore: true }) }
    expect(await c.session.pull()).toEqual({ type: 'failed', error: { type: 'BadAnswer', what: 'cursor' } })
  })

  it('once stopped, nothing is begun', async () => {
    const { a } = await settled()
    const stopping = new AbortController()
    stopping.abort()
    const session = new SyncSession({
      store: a.store,
      transport: new TestWorld().relay.transport(),
      replica: a.replica,
      core: { state: () => plainCore([A], [LABS]), check: () => err({ type: 'x' }), adopt: async () => ok() },
      storedCore: async () => [],
      nowMs: () => a.replica.deps.clock.nowMs(),
      signal: stopping.signal,
    })
    expect(await session.full()).toEqual({ type: 'failed', error: { type: 'Unreachable' } })
  })
})

describe('a malicious relay (S18)', () => {
  it('Rollback: an older snapshot; the device gives back what was lost, and the alarm stays', async () => {
    const { world, a, b } = await settled()
    const old = world.relay.snapshot()
    await a.put('r1', { a: 'after' })
    await inStep(a, b)
    world.relay.restore(old)
    await inStep(b)
    expect(await b.alarms()).toEqual(['Rollback ChainRollback a 3'])
    expect(world.relay.chain(LABS, A)).toHaveLength(4)
    await inStep(a, b)
    expect(await b.alarms()).toEqual(['Rollback ChainRollback a 3'])
    expect(a.hashes()).toEqual(b.hashes())
  })

  it('Rollback: a chain that is gone from the heads', async () => {
    const { world, b } = await settled()
    world.relay.malice = {
      heads: (heads) => ({ ...heads, chains: heads.chains.filter((chain) => chain.device !== A) }),
    }
    await inStep(b)
    expect(await b.alarms()).toEqual(['Rollback ChainRollback a 0'])
  })

  it('Fork: another batch of the same seq, signed by its author', async () => {
    const { world, a, b } = await settled()
    const [tip] = world.relay.chain(LABS, A).slice(-1)
    if (tip === undefined) throw new Error('a chain')
    const other = sealPlain({
      ...headerOf(tip.bytes),
      frontierChanges: new Map(),
      ops: encodeOps({
        base: 1 as never,
        ops: [{ type: 'patch', id: 'x', kind: 'k', version: 1, fields: {}, replaces: {} }],
      }),
    })
    const forked = { ...tip, ...other }
    world.relay.restore({
      ...world.relay.snapshot(),
      rows: world.relay.snapshot().rows.map((row) => (row === tip ? forked : row)),
    })
    await inStep(b)
    expect(await b.alarms()).toEqual(['Fork ChainFork a 3'])
    expect(b.shown('x')).toBeUndefined()
    // Its author finds itself forked and never goes on under this id (S22).
    expect(await a.session.full()).toEqual({ type: 'retired' })
    await a.put('r1', { a: 'kept here' })
    expect(await a.session.push()).toEqual({ type: 'retired' })
    const again = world.device(A, a.store)
    await again.replica.refresh()
    world.relay.malice = {}
    expect(await again.session.full()).toEqual({ type: 'retired' })
    expect(world.relay.chain(LABS, A)).toHaveLength(3)
  })

  it('Fork: heads that name another hash than the relay can show is the relay’s own', async () => {
    const { world, b } = await settled()
    world.relay.malice = {
      heads: (heads) => ({ ...heads, chains: heads.chains.map((chain) => ({ ...chain, hash: hashNamed('other') })) }),
    }
    await inStep(b)
    expect(new Set(await b.alarms())).toEqual(new Set(['Fork HeadsFork relay 3']))
  })

  it('Fork: a chain that goes on from another batch', async () => {
    const { world, b, c } = await settled()
    const base = {
      ...headerOf(world.relay.chain(LABS, A)[2]?.bytes ?? new Uint8Array()),
      frontierChanges: new Map(),
      ops: new Uint8Array(1),
    }
    const next = sealPlain({ ...base, seq: 4, prevHash: hashNamed('elsewhere') })
    world.relay.plant({ stream: LABS, device: A, seq: 4, hash: next.hash, coreSeq: 0, bytes: next.bytes })
    await inStep(b, c)
    expect(await b.alarms()).toEqual(['Fork ChainFork a 4'])
    expect(await c.alarms()).toEqual(['Fork ChainFork a 4'])
  })

  it('Gap: the relay holds a chain beyond a hole', async () => {
    const { world } = await settled()
    const isHole = (bytes: Bytes): boolean => isOf(bytes, A, 2)
    world.relay.malice = {
      page: (page) => ({ ...page, batches: page.batches.filter((bytes) => !isHole(bytes)) }),
      chain: (page) => (page.batches.some(isHole) ? { ...page, batches: [] } : page),
    }
    const fresh = world.device(C)
    await inStep(fresh)
    expect(await fresh.alarms()).toEqual(expect.arrayContaining(['Gap ChainGap a 2']))
  })

  it('a batch withheld once, by the cursor only, is asked for by name and raises nothing', async () => {
    const { world, a } = await settled()
    world.relay.malice = { page: (page) => ({ ...page, batches: page.batches.filter((bytes) => !isOf(bytes, A, 2)) }) }
    const fresh = world.device(C)
    expect(await fresh.session.pull()).toEqual({ type: 'behind' })
    await inStep(fresh)
    expect([await fresh.alarms(), fresh.hashes()]).toEqual([[], a.hashes()])
  })

  it('Omission: a chain is withheld altogether that another names', async () => {
    const { world } = await settled()
    world.relay.malice = {
      page: (page) => ({ ...page, batches: page.batches.filter((bytes) => headerOf(bytes).device !== A) }),
      heads: (heads) => ({ ...heads, chains: heads.chains.filter((chain) => chain.device !== A) }),
    }
    const fresh = world.device(C)
    await inStep(fresh)
    expect(await fresh.alarms()).toEqual(['Omission CauseWithheld a 1'])
    world.relay.malice = {}
    await inStep(fresh)
    expect(fresh.shown('r1')).toEqual({ a: 2, b: 2 })
  })

  it('Omission: a new device is shown less than its enroller named, until it is shown all (S26)', async () => {
    const { world, a } = await settled()
    const demanded: ChainAt[] = a.replica.tips()
    const fresh = world.device(C)
    await fresh.store.write({ meta: SyncSession.demand(demanded) })
    const full = world.relay.snapshot()
    world.relay.restore({ ...full, rows: full.rows.slice(0, 1) })
    await inStep(fresh)
    expect((await fresh.alarms()).sort()).toEqual(['Omission LessThanEnroller a 3', 'Omission LessThanEnroller b 3'])
    world.relay.restore(full)
    await inStep(fresh)
    expect(await fresh.store.meta('demanded')).toBeUndefined()
  })

  it('Fork: a new device is shown other batches than its enroller named (S26)', async () => {
    const { world, a } = await settled()
    const fresh = world.device(C)
    const demanded = a.replica.tips().map((chain) => ({ ...chain, hash: hashNamed('other') }))
    await fresh.store.write({ meta: SyncSession.demand(demanded) })
    await inStep(fresh)
    expect((await fresh.alarms()).sort()).toEqual(['Fork OtherThanEnroller a 3', 'Fork OtherThanEnroller b 3'])
    expect(await fresh.store.meta('demanded')).toBeDefined()
  })

  it('nothing is sent before the core log was looked at, nor while the relay has another (S16, S20)', async () => {
    const { world, a } = await settled()
    world.relayCore = plainCore([A, B, C], [LABS, JOURNAL], [hashNamed('another genesis')])
    const restarted = world.device(A, a.store)
    await restarted.replica.refresh()
    await restarted.put('r2', { a: 1 })
    const before = world.relay.batches
    // The first push looks at the core; the second knows.
    for (let tries = 0; tries < 2; tries++) expect(await restarted.session.push()).toEqual({ type: 'halted' })
    expect(world.relay.batches).toEqual(before)
    expect(await restarted.store.outbox()).toHaveLength(1)
    world.relayCore = undefined
    await inStep(restarted)
    expect(await restarted.store.outbox()).toEqual([])
  })

  it('past something of a later version nothing is sent, and nothing of that stream is merged (V7)', async () => {
    const { world, a, b } = await settled()
    await inStep(a)
    const state = a.replica.stream(LABS)
    const later = { stream: LABS, device: C, seq: 1, hash: ZERO_HASH, frontierChanges: new Map(), batch: undefined }
    state.take(world.core, later, world.clock.nowMs(), new Set())
    await a.put('r3', { a: 1 }, JOURNAL)
    const before = world.relay.batches
    expect(await a.session.push()).toEqual({ type: 'update' })
    expect(world.relay.batches).toEqual(before)
    await b.put('r4', { a: 1 })
    await inStep(b)
    expect(await a.session.full()).toEqual({ type: 'update' })
    expect(state.records.has('r4')).toBe(false)
    expect((await a.store.tips()).find((tip) => tip.device === B)?.seq).toBe(4)
  })

  it('Forged: every bit of a batch that is changed on the way; the true one is taken when it comes', async () => {
    const { world, a } = await settled()
    const length = world.relay.batches[0]?.length ?? 0
    for (let at = 0; at < length; at += 7) {
      const fresh = world.device(C)
      world.relay.malice = {
        page: (page) => ({ ...page, batches: page.batches.map((bytes, i) => (i === 0 ? flip(bytes, at) : bytes)) }),
        chain: (page, _stream, _device, from) => ({
          ...page,
          batches: page.batches.map((bytes, i) => (i === 0 && from === 1 ? flip(bytes, at) : bytes)),
        }),
      }
      await fresh.session.full()
      const alarms = await fresh.alarms()
      expect(
        alarms.filter((alarm) => /^(Forged|Gap|Omission) /.test(alarm)),
        `byte ${String(at)}`,
      ).not.toEqual([])
      expect(fresh.shown('r1'), `byte ${String(at)}`).toBeUndefined()
      world.relay.malice = {}
      await fresh.session.full()
      expect(fresh.hashes(), `byte ${String(at)}`).toEqual(a.hashes())
    }
  })

  it('Forged: a payload of one stream in another, an author that is not enrolled, a core head that goes back', async () => {
    const { world, c } = await settled()
    const [row] = world.relay.chain(LABS, A).slice(-1)
    if (row === undefined) throw new Error('a chain')
    const base = {
      ...headerOf(row.bytes),
      frontierChanges: new Map(),
      ops: new Uint8Array(1),
      seq: 4,
      prevHash: row.hash,
    }
    const cases = [
      ['WrongEpoch a', { epoch: 1 }],
      ['WrongSuite a', { suite: 2 as const }],
      ['ForeignVault a', { vault: hashNamed('vault 2') as never }],
      ['UnknownStream a', { stream: streamNamed('stranger') }],
      ['NotItsAuthor relay', { device: deviceNamed('stranger'), seq: 1, prevHash: ZERO_HASH }],
      ['NotCanonical a', {}],
    ] as const
    for (const [expected, change] of cases) {
      const { bytes } = sealPlain({ ...base, ...change })
      world.relay.malice = { page: (page) => ({ ...page, batches: [bytes], cursor: 'AAAAAAAAAAA.6', hasMore: false }) }
      await c.session.pull()
      expect(await c.alarms(), expected).toContainEqual(expect.stringMatching(new RegExp(`^Forged ${expected}`)))
    }
    world.relay.malice = { page: (page) => ({ ...page, batches: [new Uint8Array(5)], hasMore: false }) }
    await c.session.pull()
    expect(await c.alarms()).toContain('Forged NotAnEnvelope relay ')
  })

  it('what is served again, doubled or in another order has no effect', async () => {
    const { world, a, c } = await settled()
    const before = await c.store.tips()
    world.relay.malice = { page: (page) => ({ ...page, batches: [...world.relay.batches, ...world.relay.batches] }) }
    await inStep(c)
    const fresh = world.device(C)
    world.relay.malice = { page: (page) => ({ ...page, batches: [...page.batches].reverse() }) }
    await inStep(fresh)
    expect([fresh.hashes(), await fresh.alarms(), await c.alarms(), await c.store.tips()]).toEqual([
      a.hashes(),
      [],
      [],
      before,
    ])
  })

  it('an unknown chain in the heads proves nothing and costs nothing', async () => {
    const { world, c } = await settled()
    const nobody: ChainAt = { stream: streamNamed('stranger'), device: A, seq: 9, hash: ZERO_HASH }
    world.relay.malice = { heads: (heads) => ({ ...heads, chains: [...heads.chains, nobody] }) }
    await inStep(c)
    expect([await c.alarms(), c.replica.streams.size]).toEqual([[], 2])
  })

  it('an own chain that is longer on the relay: a disk restored from a copy never goes on (S22)', async () => {
    const { world, a } = await settled()
    const copy = a.store.snapshot()
    await a.put('r1', { a: 'after the copy' })
    await inStep(a)
    for (const writes of [false, true]) {
      const store = createMemoryStore()
      store.restore(copy)
      const restored = world.device(A, store)
      await restored.replica.refresh()
      if (writes) await restored.put('r1', { a: 'other' })
      expect(await restored.session.full()).toEqual({ type: 'retired' })
      expect(await restored.session.full()).toEqual({ type: 'retired' })
      expect(world.relay.chain(LABS, A)).toHaveLength(4)
    }
  })
})

describe('cuts (V10, V25)', () => {
  it('what lies beyond a cut does not exist, and what waits for it goes on', async () => {
    const { world, a, b, c } = await settled()
    await a.put('r1', { a: 'beyond the cut' })
    await inStep(a, b)
    await b.put('r1', { b: 'named it' })
    // C is shown B's batch alone: it waits for A's.
    const hidden = (bytes: Bytes): boolean => isOf(bytes, A, 4)
    await b.session.full()
    const third = world.relay.chain(LABS, A)[2]
    if (third === undefined) throw new Error('a chain')
    world.relay.malice = {
      page: (page) => ({ ...page, batches: page.batches.filter((bytes) => !hidden(bytes)) }),
      chain: (page) => ({ ...page, batches: page.batches.filter((bytes) => !hidden(bytes)) }),
      heads: (heads) => ({
        ...heads,
        chains: heads.chains.map((chain) => (chain.device === A ? { ...chain, seq: 3, hash: third.hash } : chain)),
      }),
    }
    await c.session.full()
    expect(c.shown('r1')?.['b']).toBe(2)
    world.core = cutDevice(world.core, A, new Map([[LABS, { seq: 3, hash: third.hash }]]), hashNamed('cut'))
    world.relayCore = { ...world.core, seq: 0, head: [...world.core.seqOfHash.keys()][0] ?? ZERO_HASH }
    c.replica.advance()
    expect(c.shown('r1')?.['b']).toBe('named it')
    // Served anyway, it is passed over.
    world.relayCore = world.core
    world.relay.malice = { page: (page) => ({ ...page, batches: world.relay.batches }) }
    await c.session.full()
    expect(c.shown('r1')?.['a']).toBe(2)
    expect((await c.alarms()).filter((alarm) => !alarm.startsWith('Omission'))).toEqual([])
  })
})

function methodsOf(store: Store): Store {
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
  }
}
