import { type DeviceId } from '@salus/wire'
import { type StoreCase, equal, metaOf, rowsOf, succeeds } from './contract-case.ts'
import {
  LABS,
  LAPTOP,
  LAPTOP_LABS,
  PHONE,
  PHONE_JOURNAL,
  PHONE_LABS,
  batchesOf,
  bytesOf,
  coreRowsOf,
  only,
} from './contract-rows.ts'
import { type BatchRow, STORE_PAGE_BYTES_MAX, STORE_PAGE_ROWS_MAX } from './port.ts'

export const READING_CASES: readonly StoreCase[] = [
  {
    title: 'a stream is read chain by chain, in pages that are bounded in rows',
    async run(open) {
      const { store } = await open()
      const phone = batchesOf(PHONE_LABS, 1, STORE_PAGE_ROWS_MAX + 1, 16)
      const laptop = batchesOf(LAPTOP_LABS, 1, STORE_PAGE_ROWS_MAX - 1, 16)
      succeeds(await store.write({ batches: [...phone, ...laptop, ...batchesOf(PHONE_JOURNAL, 1, 1)] }))
      const sizes: number[] = []
      const seen: BatchRow[] = []
      for await (const page of store.batches(LABS)) {
        sizes.push(page.length)
        seen.push(...page)
      }
      equal(sizes, [STORE_PAGE_ROWS_MAX, STORE_PAGE_ROWS_MAX])
      equal(
        seen.filter((row) => row.device === PHONE),
        phone,
      )
      equal(
        seen.filter((row) => row.device === LAPTOP),
        laptop,
      )
    },
  },
  {
    title: 'pages are bounded in bytes as well',
    async run(open) {
      const { store } = await open()
      const half = STORE_PAGE_BYTES_MAX / 2
      const sizes = [STORE_PAGE_BYTES_MAX + 1, half, half, half, half + 1]
      const rows = sizes.map((size, i) => ({ ...only(batchesOf(PHONE_LABS, i + 1, 1)), bytes: bytesOf(size, i) }))
      for (const row of rows) succeeds(await store.write({ batches: [row] }))
      const pages: number[][] = []
      for await (const page of store.batches(LABS)) pages.push(page.map((row) => row.bytes.length))
      equal(pages, [[STORE_PAGE_BYTES_MAX + 1], [half, half], [half], [half + 1]])
      equal((await store.chain(PHONE_LABS, 2)).length, 2)
      equal((await store.chain(PHONE_LABS, 5)).length, 1)
    },
  },
  {
    title: 'reading after known seqs gives the rest alone',
    async run(open) {
      const { store } = await open()
      const rows = [...batchesOf(PHONE_LABS, 1, 300), ...batchesOf(LAPTOP_LABS, 1, 3)]
      succeeds(await store.write({ batches: rows }))
      const rest = async (...after: [DeviceId, number][]): Promise<string[]> =>
        (await rowsOf(store, new Map(after))).map(
          ({ device, seq }) => `${device === PHONE ? 'phone' : 'laptop'} ${seq}`,
        )
      equal(await rest([PHONE, 299], [LAPTOP, 1]), ['phone 300', 'laptop 2', 'laptop 3'])
      equal(await rest([PHONE, 300], [LAPTOP, 3]), [])
      equal(await rest([PHONE, 301]), ['laptop 1', 'laptop 2', 'laptop 3'])
      equal((await rest([LAPTOP, 3])).length, 300)
    },
  },
  {
    title: 'a chain is read from a seq on, a page at a time',
    async run(open) {
      const { store } = await open()
      const rows = batchesOf(PHONE_LABS, 1, STORE_PAGE_ROWS_MAX + 2, 16)
      succeeds(await store.write({ batches: [...rows, ...batchesOf(LAPTOP_LABS, 1, 5)] }))
      equal(await store.chain(PHONE_LABS, 2), rows.slice(1, STORE_PAGE_ROWS_MAX + 1))
      equal(await store.chain(PHONE_LABS, STORE_PAGE_ROWS_MAX + 2), rows.slice(-1))
      equal(await store.chain(PHONE_LABS, STORE_PAGE_ROWS_MAX + 3), [])
      equal(await store.chain(PHONE_JOURNAL, 1), [])
    },
  },
  {
    title: 'bytes are kept verbatim, also the window of a greater buffer',
    async run(open) {
      const { store } = await open()
      const page = bytesOf(600_000, 3)
      const window = page.subarray(1_234, 1_234 + 300_000)
      const expected = Uint8Array.from(window)
      const batch = { ...only(batchesOf(PHONE_LABS, 1, 1)), bytes: window }
      const core = {
        ...only(coreRowsOf(0, 1)),
        entry: page.subarray(1, 40),
        wraps: page.subarray(41, 80),
        links: page.subarray(0, 0),
      }
      succeeds(await store.write({ batches: [batch], core: [core], meta: { window: page.subarray(7, 9) } }))
      page.fill(0)
      const bytes = only(await store.chain(PHONE_LABS, 1)).bytes
      equal(bytes, expected)
      equal(bytes.buffer.byteLength, expected.length)
      const row = only(await store.core())
      equal(
        [row.entry, row.wraps, row.links],
        [bytesOf(600_000, 3).slice(1, 40), bytesOf(600_000, 3).slice(41, 80), new Uint8Array(0)],
      )
      equal(await store.meta('window'), bytesOf(600_000, 3).slice(7, 9))
    },
  },
  {
    title: 'what a caller does to bytes that it was given does not reach the disk',
    async run(open) {
      const { store } = await open()
      succeeds(
        await store.write({ batches: batchesOf(PHONE_LABS, 1, 1), core: coreRowsOf(0, 1), meta: { a: metaOf('abc') } }),
      )
      only(await store.chain(PHONE_LABS, 1)).bytes.fill(0)
      only(await store.core()).entry.fill(0)
      ;(await store.meta('a'))?.fill(0)
      equal(await rowsOf(store), batchesOf(PHONE_LABS, 1, 1))
      equal(await store.core(), coreRowsOf(0, 1))
      equal(await store.meta('a'), metaOf('abc'))
    },
  },
  {
    title: 'members that a row does not have are not stored with it',
    async run(open) {
      const { store } = await open()
      const decorated = batchesOf(PHONE_LABS, 1, 1).map((row) => ({ ...row, plaintext: 'ferritin 30' }))
      succeeds(await store.write({ batches: decorated, isOutgoing: true }))
      equal(await rowsOf(store), batchesOf(PHONE_LABS, 1, 1))
    },
  },
]
