import {
  type StoreCase,
  NOTHING,
  equal,
  everything,
  failure,
  isUnusable,
  metaOf,
  rowsOf,
  succeeds,
} from './contract-case.ts'
import { LAPTOP_LABS, PHONE_JOURNAL, PHONE_LABS, batchHash, batchesOf, coreRowsOf } from './contract-rows.ts'

export const LIFE_CASES: readonly StoreCase[] = [
  {
    title: 'equal alarms are one row, and the first seen stays',
    async run(open) {
      const { store } = await open()
      succeeds(await store.raise({ id: 'rollback:labs', json: '{"at":1}' }))
      succeeds(await store.raise({ id: 'fork:core', json: '{"at":2}' }))
      succeeds(await store.raise({ id: 'rollback:labs', json: '{"at":3}' }))
      equal(await store.alarms(), [
        { id: 'fork:core', json: '{"at":2}' },
        { id: 'rollback:labs', json: '{"at":1}' },
      ])
    },
  },
  {
    title: 'of two tabs that extend one chain at once, exactly one wins (S23)',
    async run(open) {
      const { store, reopen } = await open()
      const other = await reopen()
      succeeds(await store.write({ batches: batchesOf(PHONE_LABS, 1, 1), isOutgoing: true }))
      const mine = batchesOf(PHONE_LABS, 2, 1, 200, 1)
      const theirs = batchesOf(PHONE_LABS, 2, 1, 200, 2)
      const results = await Promise.all([
        store.write({ batches: mine, isOutgoing: true, meta: { winner: metaOf('mine') } }),
        other.write({ batches: theirs, isOutgoing: true, meta: { winner: metaOf('theirs') } }),
      ])
      const [first, second] = results
      equal(results.map((result) => result.ok).toSorted(), [false, true])
      const winner = first.ok ? mine : theirs
      equal(first.ok ? second : first, { ok: false, error: { type: 'HeadMoved', chain: PHONE_LABS } })
      equal(await rowsOf(other), [...batchesOf(PHONE_LABS, 1, 1), ...winner])
      equal(await store.meta('winner'), metaOf(first.ok ? 'mine' : 'theirs'))
      equal((await other.outbox()).length, 2)
      await other.close()
    },
  },
  {
    title: 'of two tabs that append to the core at once, exactly one wins',
    async run(open) {
      const { store, reopen } = await open()
      const other = await reopen()
      const results = await Promise.all([
        store.write({ core: coreRowsOf(0, 1) }),
        other.write({ core: coreRowsOf(0, 1, 1) }),
      ])
      equal(results.map((result) => result.ok).toSorted(), [false, true])
      equal((await store.core()).length, 1)
      await other.close()
    },
  },
  {
    title: 'the next start finds all that was written',
    async run(open) {
      const { store, reopen } = await open()
      succeeds(
        await store.write({
          batches: batchesOf(PHONE_LABS, 1, 3),
          isOutgoing: true,
          core: coreRowsOf(0, 4),
          meta: { a: metaOf('b') },
        }),
      )
      succeeds(await store.write({ batches: batchesOf(LAPTOP_LABS, 1, 2) }))
      succeeds(await store.markOffered((await store.outbox()).slice(0, 1)))
      succeeds(await store.acknowledge([{ ...PHONE_LABS, seq: 1 }]))
      succeeds(await store.raise({ id: 'gap:labs', json: '{}' }))
      const before = await everything(store)
      await store.close()
      const again = await reopen()
      equal(await everything(again), before)
      equal(await again.meta('a'), metaOf('b'))
      succeeds(await again.write({ batches: batchesOf(PHONE_LABS, 4, 1) }))
    },
  },
  {
    title: 'a write that the database refuses midway leaves nothing behind',
    async run(open) {
      const { store, refuseMeta } = await open()
      succeeds(await store.write({ batches: batchesOf(PHONE_LABS, 1, 2), isOutgoing: true, core: coreRowsOf(0, 2) }))
      const before = await everything(store)
      await refuseMeta()
      const result = await store.write({
        withdraws: [{ ...PHONE_LABS, fromSeq: 2, tip: batchHash(PHONE_LABS, 2) }],
        batches: [...batchesOf(PHONE_LABS, 2, 3, 200, 1), ...batchesOf(PHONE_JOURNAL, 1, 1)],
        isOutgoing: true,
        replacesCore: true,
        core: coreRowsOf(0, 1, 1),
        meta: { cursor: metaOf('9') },
      })
      equal(failure(result)?.type, 'StoreFailed')
      equal(await everything(store), before)
      equal(await store.meta('cursor'), undefined)
    },
  },
  {
    title: 'a closed store says so to each writer, and throws at readers',
    async run(open) {
      const { store } = await open()
      succeeds(await store.write({ batches: batchesOf(PHONE_LABS, 1, 1), isOutgoing: true }))
      const waiting = await store.outbox()
      await store.close()
      await isUnusable(store, waiting)
      await store.close()
    },
  },
  {
    title: 'a destroyed store is unusable, and its database empty',
    async run(open) {
      const { store, reopen } = await open()
      succeeds(
        await store.write({
          batches: batchesOf(PHONE_LABS, 1, 2),
          isOutgoing: true,
          core: coreRowsOf(0, 1),
          meta: { a: metaOf('b') },
        }),
      )
      const waiting = await store.outbox()
      await store.destroy()
      await isUnusable(store, waiting)
      const again = await reopen()
      equal(await everything(again), NOTHING)
      equal(await again.meta('a'), undefined)
      succeeds(await again.write({ batches: batchesOf(PHONE_LABS, 1, 1) }))
    },
  },
]
