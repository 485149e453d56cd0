import { type StoreCase, equal, everything, metaOf, rowsOf, succeeds } from './contract-case.ts'
import { JOURNAL, LABS, LAPTOP_LABS, PHONE_JOURNAL, PHONE_LABS, batchHash, batchesOf } from './contract-rows.ts'

export const OUTBOX_CASES: readonly StoreCase[] = [
  {
    title: 'the outbox lists each chain in order, and marks what was offered (S21)',
    async run(open) {
      const { store } = await open()
      const labs = batchesOf(PHONE_LABS, 1, 12)
      const journal = batchesOf(PHONE_JOURNAL, 1, 2)
      succeeds(await store.write({ batches: journal.slice(0, 1), isOutgoing: true }))
      succeeds(await store.write({ batches: labs, isOutgoing: true }))
      succeeds(await store.write({ batches: journal.slice(1), isOutgoing: true }))
      const waiting = await store.outbox()
      equal(
        waiting.map((row) => row.hash),
        [...labs, ...journal].map((row) => row.hash),
      )
      succeeds(await store.markOffered(waiting.slice(0, 2)))
      succeeds(await store.markOffered(waiting.slice(0, 2)))
      equal(
        (await store.outbox()).map((row) => row.isOffered),
        waiting.map((_, i) => i < 2),
      )
    },
  },
  {
    title: 'what no longer waits under its hash is not marked, nor anything beside it (S21)',
    async run(open) {
      const { store } = await open()
      succeeds(await store.write({ batches: batchesOf(PHONE_LABS, 1, 2), isOutgoing: true }))
      const [first, second] = await store.outbox()
      if (first === undefined || second === undefined) throw new Error('two rows wait')
      const foreign = { ...second, hash: batchHash(PHONE_LABS, 2, 1) }
      equal(await store.markOffered([first, foreign]), { ok: false, error: { type: 'HeadMoved', chain: PHONE_LABS } })
      equal(await store.outbox(), [first, second])
    },
  },
  {
    title: 'an acknowledgement takes batches up to its seq out of the outbox and keeps them',
    async run(open) {
      const { store } = await open()
      const rows = [...batchesOf(PHONE_LABS, 1, 3), ...batchesOf(PHONE_JOURNAL, 1, 1)]
      succeeds(await store.write({ batches: rows, isOutgoing: true }))
      succeeds(
        await store.acknowledge([
          { ...PHONE_LABS, seq: 2 },
          { ...LAPTOP_LABS, seq: 9 },
        ]),
      )
      equal(
        (await store.outbox()).map(({ stream, seq }) => [stream, seq]),
        [
          [LABS, 3],
          [JOURNAL, 1],
        ],
      )
      equal(await rowsOf(store), rows.slice(0, 3))
      equal((await store.tips()).length, 2)
    },
  },
  {
    title: 'what leaves next waits as offered from its first moment, and is not sealed anew (S21)',
    async run(open) {
      const { store, reopen } = await open()
      const rows = batchesOf(PHONE_LABS, 1, 2)
      succeeds(await store.write({ batches: rows, isOutgoing: 'offered' }))
      equal(
        (await (await reopen()).outbox()).map(({ hash, isOffered }) => [hash, isOffered]),
        rows.map(({ hash }) => [hash, true]),
      )
      const tail = { ...PHONE_LABS, fromSeq: 2, tip: batchHash(PHONE_LABS, 2) }
      const anew = batchesOf(PHONE_LABS, 2, 1, 300, 1)
      equal(await store.write({ withdraws: [tail], batches: anew, isOutgoing: true }), {
        ok: false,
        error: { type: 'HeadMoved', chain: PHONE_LABS },
      })
    },
  },
  {
    title: 'an acknowledgement puts values down beside it, and another handle sees both',
    async run(open) {
      const { store, reopen } = await open()
      succeeds(await store.write({ batches: batchesOf(PHONE_LABS, 1, 1), isOutgoing: true }))
      succeeds(await store.acknowledge([{ ...PHONE_LABS, seq: 1 }], { cursor: metaOf('9') }))
      const other = await reopen()
      equal([await other.outbox(), await other.meta('cursor')], [[], metaOf('9')])
    },
  },
  {
    title: 'a write that is flushed later is as whole as any, and another handle sees it',
    async run(open) {
      const { store, reopen } = await open()
      const rows = batchesOf(LAPTOP_LABS, 1, 2)
      succeeds(await store.write({ batches: rows, meta: { cursor: metaOf('2') }, isFlushedLater: true }))
      const other = await reopen()
      equal([await rowsOf(other), await other.meta('cursor')], [rows, metaOf('2')])
      const stale = { batches: batchesOf(LAPTOP_LABS, 2, 1, 200, 1), meta: { cursor: metaOf('3') } }
      equal(await other.write({ ...stale, isFlushedLater: true }), {
        ok: false,
        error: { type: 'HeadMoved', chain: LAPTOP_LABS },
      })
      equal(await store.meta('cursor'), metaOf('2'))
    },
  },
  {
    title: 'a tail that was never offered is sealed anew in one write (S21)',
    async run(open) {
      const { store } = await open()
      succeeds(await store.write({ batches: batchesOf(PHONE_LABS, 1, 4), isOutgoing: true }))
      succeeds(await store.markOffered((await store.outbox()).slice(0, 1)))
      const anew = batchesOf(PHONE_LABS, 2, 2, 300, 1)
      const tail = { ...PHONE_LABS, fromSeq: 2, tip: batchHash(PHONE_LABS, 4) }
      succeeds(await store.write({ withdraws: [tail], batches: anew, isOutgoing: true }))
      equal(await rowsOf(store), [...batchesOf(PHONE_LABS, 1, 1), ...anew])
      equal(
        (await store.outbox()).map(({ hash, isOffered }) => [hash, isOffered]),
        [[batchHash(PHONE_LABS, 1), true], ...anew.map(({ hash }) => [hash, false])],
      )
      equal(await store.tips(), [{ ...PHONE_LABS, seq: 3, hash: batchHash(PHONE_LABS, 3, 1), coreSeq: 3 }])
    },
  },
  {
    title: 'a whole chain that was never offered can go',
    async run(open) {
      const { store } = await open()
      succeeds(
        await store.write({
          batches: [...batchesOf(PHONE_LABS, 1, 2), ...batchesOf(PHONE_JOURNAL, 1, 1)],
          isOutgoing: true,
        }),
      )
      succeeds(await store.write({ withdraws: [{ ...PHONE_LABS, fromSeq: 1, tip: batchHash(PHONE_LABS, 2) }] }))
      equal(
        (await store.tips()).map((tip) => tip.stream),
        [JOURNAL],
      )
      equal(await rowsOf(store), [])
      equal((await store.outbox()).length, 1)
      succeeds(await store.write({ batches: batchesOf(PHONE_LABS, 1, 1) }))
    },
  },
  {
    title: 'a tail that was offered, acknowledged, or lengthened meanwhile stays',
    async run(open) {
      const { store } = await open()
      const rows = [...batchesOf(PHONE_LABS, 1, 4), ...batchesOf(PHONE_JOURNAL, 1, 1)]
      succeeds(await store.write({ batches: rows, isOutgoing: true }))
      succeeds(await store.acknowledge([{ ...PHONE_LABS, seq: 1 }]))
      const tip = batchHash(PHONE_LABS, 4)
      const acknowledged = await store.write({ withdraws: [{ ...PHONE_LABS, fromSeq: 1, tip }] })
      equal(acknowledged, { ok: false, error: { type: 'HeadMoved', chain: PHONE_LABS } })
      succeeds(
        await store.markOffered((await store.outbox()).filter(({ stream, seq }) => stream === LABS && seq === 2)),
      )
      const before = await everything(store)
      const refused = [
        { ...PHONE_LABS, fromSeq: 2, tip },
        { ...PHONE_LABS, fromSeq: 3, tip: batchHash(PHONE_LABS, 3) },
        { ...PHONE_LABS, fromSeq: 5, tip },
        { ...PHONE_LABS, fromSeq: 0, tip },
      ]
      const journal = { ...PHONE_JOURNAL, fromSeq: 1, tip: batchHash(PHONE_JOURNAL, 1) }
      for (const tail of refused) {
        const write = { withdraws: [journal, tail], meta: { cursor: metaOf('1') } }
        equal(await store.write(write), { ok: false, error: { type: 'HeadMoved', chain: PHONE_LABS } })
        equal(await everything(store), before)
        equal(await store.meta('cursor'), undefined)
      }
      succeeds(await store.write({ withdraws: [journal, { ...PHONE_LABS, fromSeq: 3, tip }] }))
      equal(
        (await store.tips()).map(({ stream, seq }) => [stream, seq]),
        [[LABS, 2]],
      )
    },
  },
]
