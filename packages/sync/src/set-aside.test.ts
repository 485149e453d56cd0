import { present } from '@salus/base'
import type { CoreState } from '@salus/wire'
import { describe, expect, it } from 'vitest'
import { A, B, C, GENESIS, JOURNAL, LABS, type TestDevice, TestWorld } from './devices-for-tests.ts'
import { cutDevice, deviceNamed, hashNamed, headerOf, plainCore, streamNamed } from './plain-vault-for-tests.ts'
import { COMMIT_TRIES_MAX } from './commit.ts'
import { sealUnofferedAnew } from './seal-anew.ts'
import { dropSetAside, readSetAside, reissueSetAside, setAsideBeyondCuts, setAsideChains } from './set-aside.ts'

const D = deviceNamed('d')
const REMOVAL = hashNamed('removal')

async function inStep(...devices: readonly TestDevice[]): Promise<void> {
  for (const device of devices) expect(await device.session.full()).toEqual({ type: 'inStep' })
}

/** C is cut after its first batch; A and B have merged three. */
async function removed() {
  const world = new TestWorld()
  world.core = plainCore([A, B, C, D], [LABS, JOURNAL], [GENESIS])
  const [a, b, c] = [world.device(A), world.device(B), world.device(C)]
  await a.put('r1', { a: 1 })
  await inStep(a, c)
  await c.put('r1', { c: 'before the cut' })
  await c.put('r1', { c: 'beyond' })
  await c.put('r2', { c: 'beyond too' })
  await inStep(c, a, b)
  // B has seen what C wrote and says so; that is no reason to wait for what no longer exists.
  await b.put('r3', { b: 1 })
  await inStep(b, a)
  const first = present(a.replica.stream(LABS).hashAt(C, 1), 'first batch')
  const epochs = new Map(
    [...world.core.streams].map(([id, stream]) => [
      id,
      { ...stream, canaries: ['', ''], epochSinceSeq: [0, world.core.seq + 1] },
    ]),
  )
  const core: CoreState = {
    ...cutDevice(world.core, C, new Map([[LABS, { seq: 1, hash: first }]]), REMOVAL),
    streams: epochs,
  }
  return { world, a, b, c, core }
}

async function setAside(device: TestDevice): Promise<void> {
  expect(await device.replica.exclusive.run(() => setAsideBeyondCuts(device.replica))).toEqual({
    ok: true,
    value: true,
  })
}

describe('what was merged beyond a cut (S22b)', () => {
  it('leaves chain and state, stays beside them, and raises nothing', async () => {
    const { world, a, core } = await removed()
    world.core = core
    expect(a.shown('r1')).toEqual({ a: 1, c: 'beyond' })
    a.changes.length = 0
    await setAside(a)
    expect([a.shown('r1'), a.shown('r2'), a.shown('r3')]).toEqual([{ a: 1, c: 'before the cut' }, undefined, { b: 1 }])
    expect(a.changes).toContain('r2')
    expect(await setAsideChains(a.store)).toEqual([{ stream: LABS, device: C, fromSeq: 2, toSeq: 3 }])
    expect(a.replica.tip({ stream: LABS, device: C })?.seq).toBe(1)
    // The relay still serves it.
    await a.store.write({ meta: { cursor: undefined } })
    await inStep(a)
    expect([await a.alarms(), a.shown('r2')]).toEqual([[], undefined])
  })

  it('is the same state as on a device that never saw it', async () => {
    const { world, a, core } = await removed()
    world.core = core
    await inStep(a)
    const fresh = world.device(D)
    await inStep(fresh)
    expect(a.hashes()).toEqual(fresh.hashes())
  })

  it('comes back as ops of the device that issues it anew, once, at their own clocks', async () => {
    const { world, a, b, core } = await removed()
    world.core = core
    await inStep(a, b)
    const [chain] = await setAsideChains(b.store)
    expect(await readSetAside(b.replica, present(chain, 'a chain'))).toHaveLength(2)
    expect(await reissueSetAside(b.replica, C)).toEqual({ ok: true, value: 2 })
    expect(await reissueSetAside(b.replica, C)).toEqual({ ok: true, value: 0 })
    expect(await setAsideChains(b.store)).toEqual([])
    await inStep(b, a)
    expect([a.shown('r1'), a.shown('r2')]).toEqual([{ a: 1, c: 'beyond' }, { c: 'beyond too' }])
    expect(a.hashes()).toEqual(b.hashes())
    // It replaces what it replaced before: no conflict is left.
    expect(a.replica.stream(LABS).records.get('r1')?.heads('c')).toHaveLength(1)
  })

  it('stays set aside where it does not open or is of a later version, and only the rest comes back', async () => {
    const { world, a, core } = await removed()
    world.core = core
    await setAside(a)
    await a.store.write({ meta: { [`aside ${LABS} ${C} 2`]: new Uint8Array([1, 2, 3]) } })
    expect(await reissueSetAside(a.replica, C)).toEqual({ ok: true, value: 1 })
    expect(await setAsideChains(a.store)).toEqual([{ stream: LABS, device: C, fromSeq: 2, toSeq: 2 }])
    expect(await a.store.meta(`aside ${LABS} ${C} 2`)).toEqual(new Uint8Array([1, 2, 3]))
    expect(await reissueSetAside(a.replica, C)).toEqual({ ok: true, value: 0 })
    expect(a.shown('r2')).toEqual({ c: 'beyond too' })
  })

  it('is taken out of every chain, however many', async () => {
    const streams = Array.from({ length: 2 * COMMIT_TRIES_MAX }, (_, i) => streamNamed(`many ${String(i)}`))
    const world = new TestWorld()
    world.core = plainCore([A, C], streams, [GENESIS])
    const [a, c] = [world.device(A), world.device(C)]
    for (const stream of streams) await c.put('r1', { c: 1 }, stream)
    await inStep(c, a)
    world.core = cutDevice(world.core, C, new Map(), REMOVAL)
    await setAside(a)
    expect(await setAsideChains(a.store)).toHaveLength(streams.length)
    expect(streams.map((stream) => a.shown('r1', stream))).toEqual(streams.map(() => undefined))
  })

  it('is dropped for good when the owner says so', async () => {
    const { world, a, core } = await removed()
    world.core = core
    await setAside(a)
    expect(await dropSetAside(a.replica, C)).toEqual({ ok: true, value: undefined })
    expect([await setAsideChains(a.store), await a.store.meta(`aside ${LABS} ${C} 2`)]).toEqual([[], undefined])
  })

  it('is set aside by whoever opens the disk next, when the end came before', async () => {
    const { world, a, core } = await removed()
    world.core = core
    const again = world.device(A, a.store)
    await again.replica.refresh()
    await setAside(again)
    expect(again.shown('r2')).toBeUndefined()
    await again.replica.refresh()
    expect(again.shown('r2')).toBeUndefined()
  })

  it('is set aside once where two tabs have it, and both show the same', async () => {
    const { world, a, core } = await removed()
    const tab = world.device(A, a.store)
    await tab.replica.refresh()
    world.core = core
    await setAside(a)
    await tab.replica.refresh()
    expect([tab.shown('r2'), tab.hashes()]).toEqual([undefined, a.hashes()])
    expect((await tab.put('r4', { a: 1 })).ok).toBe(true)
  })
})

describe('own batches that never left, after a rotation (S21, S22c)', () => {
  it('are sealed anew under the newest key: same seq, same clocks, same state', async () => {
    const { world, a, core } = await removed()
    await a.put('r5', { a: 'not sent' })
    await a.put('r5', { a: 'nor this' })
    const before = a.hashes()
    const seqs = (await a.store.outbox()).map((row) => row.seq)
    world.core = core
    await setAside(a)
    expect(await a.replica.exclusive.run(() => sealUnofferedAnew(a.replica))).toEqual({ ok: true, value: undefined })
    const [first] = await a.store.outbox()
    const rows = await a.store.chain({ stream: LABS, device: A }, present(first, 'waiting').seq)
    expect(rows.map(({ bytes }) => headerOf(bytes)).map(({ epoch, coreHead, seq }) => [epoch, coreHead, seq])).toEqual(
      seqs.map((seq) => [1, REMOVAL, seq]),
    )
    expect(a.shown('r5')).toEqual({ a: 'nor this' })
    const again = world.device(A, a.store)
    await again.replica.refresh()
    expect(again.hashes()).toEqual(a.hashes())
    expect(a.hashes()[0]).not.toBe(before[0])
    const fresh = world.device(D)
    await inStep(a, fresh)
    expect(fresh.hashes()).toEqual(a.hashes())
  })

  it('stand where a byte of them may have left', async () => {
    const { world, a, core } = await removed()
    await a.put('r5', { a: 'offered' })
    const waiting = await a.store.outbox()
    await a.store.markOffered(waiting)
    await a.put('r5', { a: 'not offered' })
    world.core = core
    await setAside(a)
    await a.replica.exclusive.run(() => sealUnofferedAnew(a.replica))
    const rows = await a.store.chain({ stream: LABS, device: A }, present(waiting[0], 'waiting').seq)
    expect(rows.map(({ bytes }) => headerOf(bytes).epoch)).toEqual([0, 1])
    const fresh = world.device(D)
    await inStep(a, fresh)
    expect(fresh.hashes()).toEqual(a.hashes())
  })

  it('another tab that knew the old hashes goes on', async () => {
    const { world, a, core } = await removed()
    await a.put('r5', { a: 1 })
    const tab = world.device(A, a.store)
    await tab.replica.refresh()
    world.core = core
    await setAside(a)
    await a.replica.exclusive.run(() => sealUnofferedAnew(a.replica))
    await a.put('r5', { a: 2 })
    expect((await tab.put('r5', { a: 3 })).ok).toBe(true)
    await a.replica.refresh()
    expect([a.shown('r5'), tab.shown('r5'), a.hashes()]).toEqual([{ a: 3 }, { a: 3 }, tab.hashes()])
  })

  it('nothing is written where nothing lies under an older key', async () => {
    const { world, a, core } = await removed()
    world.core = core
    await setAside(a)
    await a.put('r5', { a: 1 })
    const before = a.store.snapshot()
    await a.replica.exclusive.run(() => sealUnofferedAnew(a.replica))
    expect(a.store.snapshot()).toBe(before)
  })
})
