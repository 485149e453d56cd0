import { epochMs } from '@salus/base'
import { createMemoryStore } from '@salus/store/memory'
import { describe, expect, it } from 'vitest'
import { A, B, LABS, TestClock, TestWorld } from './devices-for-tests.ts'
import { FindingLog, readFindings } from './findings.ts'

describe('How an alarm stands (S18a)', () => {
  it('is found, gone with a whole comparison that does not find it, and arises anew', async () => {
    const [store, clock] = [createMemoryStore(), new TestClock()]
    const log = new FindingLog(store, () => clock.nowMs())
    await log.end()
    expect((await readFindings(store)).comparedMs, 'nothing is kept where nothing was found').toBeNull()
    const first = clock.nowMs()
    log.begin()
    await log.note('Gap/a')
    await log.note('Gap/a', 3)
    await log.end()
    expect((await readFindings(store)).found.get('Gap/a')).toEqual({ arisenMs: first, isOpen: true, givenBack: 3 })

    clock.ms += 1_000
    log.begin()
    expect((await readFindings(store)).found.get('Gap/a')?.isOpen, 'a comparison that breaks off ends nothing').toBe(
      true,
    )
    await log.end()
    const gone = await readFindings(store)
    expect([gone.comparedMs, gone.found.get('Gap/a')]).toEqual([
      epochMs(clock.ms),
      { arisenMs: first, isOpen: false, givenBack: 3 },
    ])

    clock.ms += 1_000
    await log.note('Gap/a')
    expect((await readFindings(store)).found.get('Gap/a')).toEqual({ arisenMs: clock.ms, isOpen: true, givenBack: 0 })
  })

  it('an alarm of a build that kept no findings is gone by the first comparison', async () => {
    const [store, clock] = [createMemoryStore(), new TestClock()]
    await store.raise({ id: 'Fork/x', json: '{}' })
    await new FindingLog(store, () => clock.nowMs()).end()
    const { comparedMs, found } = await readFindings(store)
    expect([comparedMs, found.size]).toEqual([clock.ms, 0])
  })

  it('a Rollback counts what the relay lacked and what was given back, and is gone when both agree', async () => {
    const world = new TestWorld()
    const [a, b] = [world.device(A), world.device(B)]
    await a.put('r1', { a: 1 })
    await a.session.full()
    await b.session.full()
    const old = world.relay.snapshot()
    for (const value of [2, 3]) await a.put('r1', { a: value })
    await a.session.full()
    await b.session.full()
    world.relay.restore(old)
    await b.session.full()
    const [row] = await b.store.alarms()
    expect(row?.json).toContain('"entries":2')
    const id = row?.id ?? ''
    expect((await readFindings(b.store)).found.get(id)).toMatchObject({ isOpen: true, givenBack: 2 })
    expect(world.relay.chain(LABS, A)).toHaveLength(3)
    await b.session.full()
    expect((await readFindings(b.store)).found.get(id)).toMatchObject({ isOpen: false, givenBack: 2 })
  })
})
