import { ZERO_HASH } from '@salus/wire'
import { type StoreCase, NOTHING, equal, everything, metaOf, rowsOf, succeeds } from './contract-case.ts'
import {
  LAPTOP_LABS,
  PHONE_JOURNAL,
  PHONE_LABS,
  batchHash,
  batchesOf,
  coreHash,
  coreRowsOf,
  only,
} from './contract-rows.ts'
import { type BatchRow, type Write } from './port.ts'

export const WRITING_CASES: readonly StoreCase[] = [
  {
    title: 'an empty store holds nothing',
    async run(open) {
      const { store } = await open()
      equal(await everything(store), NOTHING)
      equal(await store.meta('cursor'), undefined)
    },
  },
  {
    title: 'batches, tips, outbox and meta of one write appear together (V36)',
    async run(open) {
      const { store } = await open()
      const rows = batchesOf(PHONE_LABS, 1, 3)
      succeeds(await store.write({ batches: rows, isOutgoing: true, meta: { cursor: metaOf('7') } }))
      equal(await rowsOf(store), rows)
      equal(await store.tips(), [{ ...PHONE_LABS, seq: 3, hash: batchHash(PHONE_LABS, 3), coreSeq: 3 }])
      equal(
        await store.outbox(),
        rows.map(({ stream, device, seq, hash }) => ({ stream, device, seq, hash, isOffered: false })),
      )
      equal(await store.meta('cursor'), metaOf('7'))
    },
  },
  {
    title: "batches of others don't enter the outbox",
    async run(open) {
      const { store } = await open()
      succeeds(await store.write({ batches: batchesOf(LAPTOP_LABS, 1, 2) }))
      equal(await store.outbox(), [])
    },
  },
  {
    title: 'a batch that does not extend its chain names the chain, and nothing of the write is kept',
    async run(open) {
      const { store } = await open()
      succeeds(await store.write({ batches: batchesOf(PHONE_LABS, 1, 2), core: coreRowsOf(0, 1) }))
      const before = await everything(store)
      const stale: readonly (readonly BatchRow[])[] = [
        batchesOf(PHONE_LABS, 2, 1, 200, 1),
        batchesOf(PHONE_LABS, 4, 1),
        batchesOf(PHONE_LABS, 1, 1),
        batchesOf(PHONE_LABS, 3, 1).map((row) => ({ ...row, prevHash: batchHash(PHONE_LABS, 2, 5) })),
        batchesOf(PHONE_LABS, 3, 2).toReversed(),
      ]
      for (const batches of stale) {
        const write: Write = {
          batches: [...batchesOf(PHONE_JOURNAL, 1, 1), ...batches],
          isOutgoing: true,
          core: coreRowsOf(1, 1),
          meta: { cursor: metaOf('8') },
        }
        equal(await store.write(write), { ok: false, error: { type: 'HeadMoved', chain: PHONE_LABS } })
        equal(await everything(store), before)
        equal(await store.meta('cursor'), undefined)
      }
    },
  },
  {
    title: 'a first batch has seq 1 and no predecessor',
    async run(open) {
      const { store } = await open()
      const first = only(batchesOf(PHONE_LABS, 1, 1))
      for (const row of [only(batchesOf(PHONE_LABS, 2, 1)), { ...first, prevHash: first.hash }, { ...first, seq: 0 }]) {
        equal(await store.write({ batches: [row] }), { ok: false, error: { type: 'HeadMoved', chain: PHONE_LABS } })
      }
      equal(await everything(store), NOTHING)
      succeeds(await store.write({ batches: [first] }))
    },
  },
  {
    title: 'core rows append in order, and keep what lies beside them',
    async run(open) {
      const { store } = await open()
      succeeds(await store.write({ core: coreRowsOf(0, 2) }))
      succeeds(await store.write({ core: coreRowsOf(2, 5) }))
      equal(await store.core(), coreRowsOf(0, 7))
    },
  },
  {
    title: 'a core row that does not extend the core is refused, with the batches beside it',
    async run(open) {
      const { store } = await open()
      succeeds(await store.write({ core: coreRowsOf(0, 3) }))
      for (const core of [coreRowsOf(2, 1), coreRowsOf(4, 1), coreRowsOf(0, 1), coreRowsOf(3, 1, 1)]) {
        const write = { batches: batchesOf(PHONE_LABS, 1, 1), core, meta: { cursor: metaOf('1') } }
        equal(await store.write(write), { ok: false, error: { type: 'HeadMoved', chain: 'core' } })
      }
      equal(await everything(store), { ...NOTHING, core: coreRowsOf(0, 3) })
      equal(await store.meta('cursor'), undefined)
    },
  },
  {
    title: 'genesis is entry 0 without a predecessor',
    async run(open) {
      const { store } = await open()
      const genesis = only(coreRowsOf(0, 1))
      for (const row of [
        only(coreRowsOf(1, 1)),
        { ...genesis, prevHash: coreHash(9) },
        { ...genesis, seq: 1, prevHash: ZERO_HASH },
      ]) {
        equal(await store.write({ core: [row] }), { ok: false, error: { type: 'HeadMoved', chain: 'core' } })
      }
      equal(await store.core(), [])
    },
  },
  {
    title: 'a settle replaces the core by another branch (S20)',
    async run(open) {
      const { store } = await open()
      succeeds(await store.write({ core: coreRowsOf(0, 5), batches: batchesOf(PHONE_LABS, 1, 1) }))
      const wrongStart = await store.write({ replacesCore: true, core: coreRowsOf(5, 1) })
      equal(wrongStart, { ok: false, error: { type: 'HeadMoved', chain: 'core' } })
      equal(await store.core(), coreRowsOf(0, 5))
      succeeds(await store.write({ replacesCore: true, core: coreRowsOf(0, 3, 2) }))
      equal(await store.core(), coreRowsOf(0, 3, 2))
      equal(await rowsOf(store), batchesOf(PHONE_LABS, 1, 1))
      const oldBranch = await store.write({ core: coreRowsOf(3, 1) })
      equal(oldBranch, { ok: false, error: { type: 'HeadMoved', chain: 'core' } })
      succeeds(await store.write({ core: coreRowsOf(3, 1, 2) }))
    },
  },
  {
    title: 'meta values are set, replaced and deleted, whatever their names',
    async run(open) {
      const { store } = await open()
      succeeds(
        await store.write({ meta: { keystore: metaOf('old'), cursor: metaOf('1'), ['__proto__']: metaOf('p') } }),
      )
      succeeds(await store.write({ meta: { keystore: metaOf('new'), cursor: undefined, absent: undefined } }))
      equal(await store.meta('keystore'), metaOf('new'))
      equal(await store.meta('cursor'), undefined)
      equal(await store.meta('__proto__'), metaOf('p'))
      equal(await store.meta('constructor'), undefined)
      succeeds(await store.write({ meta: { keystore: new Uint8Array(0) } }))
      equal(await store.meta('keystore'), new Uint8Array(0))
    },
  },
  {
    title: 'a write that expects another head of the core log writes nothing (S22a)',
    async run(open) {
      const { store } = await open()
      succeeds(await store.write({ core: coreRowsOf(0, 2) }))
      const before = await everything(store)
      const stale: readonly Write[] = [
        { expectsCore: coreHash(0), batches: batchesOf(PHONE_LABS, 1, 1), isOutgoing: true },
        { expectsCore: coreHash(0), replacesCore: true, core: coreRowsOf(0, 3, 2) },
      ]
      for (const write of stale) {
        equal(await store.write(write), { ok: false, error: { type: 'HeadMoved', chain: 'core' } })
        equal(await everything(store), before)
      }
      succeeds(await store.write({ expectsCore: coreHash(1), replacesCore: true, core: coreRowsOf(0, 3, 2) }))
      equal(await store.core(), coreRowsOf(0, 3, 2))
    },
  },
  {
    title: 'a forsaken tail goes, offered or not, and what the relay holds stands in its place, not to be sent (S22a)',
    async run(open) {
      const { store } = await open()
      succeeds(await store.write({ batches: batchesOf(PHONE_LABS, 1, 3), isOutgoing: true }))
      succeeds(await store.acknowledge([{ ...PHONE_LABS, seq: 1 }]))
      succeeds(await store.markOffered(await store.outbox()))
      const tail = { ...PHONE_LABS, fromSeq: 2, tip: batchHash(PHONE_LABS, 3) }
      const received = batchesOf(PHONE_LABS, 2, 1, 200, 4)
      const batches = batchesOf(LAPTOP_LABS, 1, 1)
      const before = await everything(store)
      for (const tip of [undefined, batchHash(PHONE_LABS, 2)]) {
        equal(await store.write({ forsakes: [{ ...tail, tip }], received, batches, isOutgoing: true }), {
          ok: false,
          error: { type: 'HeadMoved', chain: PHONE_LABS },
        })
        equal(await everything(store), before)
      }
      const empty = { ...PHONE_JOURNAL, fromSeq: 1, tip: undefined }
      succeeds(await store.write({ forsakes: [tail, empty], received, batches, isOutgoing: true }))
      equal(await store.chain(PHONE_LABS, 1), [...batchesOf(PHONE_LABS, 1, 1), ...received])
      equal(
        (await store.outbox()).map(({ device, seq, isOffered }) => [device, seq, isOffered]),
        [[LAPTOP_LABS.device, 1, false]],
      )
      succeeds(await store.write({ batches: batchesOf(PHONE_JOURNAL, 1, 1) }))
      equal(await store.write({ forsakes: [empty] }), { ok: false, error: { type: 'HeadMoved', chain: PHONE_JOURNAL } })
    },
  },
]
