import type { DeviceId } from '@salus/wire'
import { type BatchRow, type ChainName, STORE_PAGE_BYTES_MAX, STORE_PAGE_ROWS_MAX, type TipRow } from './port.ts'

/** Rows that an adapter reads at once: of the greatest batches still under 40 MB in memory. */
const READ_ROWS_MAX = 128

/** Where to start reading a chain. */
export interface ChainStart {
  readonly chain: ChainName
  readonly fromSeq: number
}

/** Reads up to `rowsMax` rows of one chain from a seq on, ascending. */
export type ReadRows = (start: ChainStart, rowsMax: number) => Promise<BatchRow[]>

/** Each chain of a stream that goes on beyond `after`. */
export function chainStarts(tips: readonly TipRow[], after: ReadonlyMap<DeviceId, number> | undefined): ChainStart[] {
  return tips
    .map(({ stream, device, seq }) => ({ chain: { stream, device }, fromSeq: (after?.get(device) ?? 0) + 1, seq }))
    .filter(({ fromSeq, seq }) => fromSeq <= seq)
}

/** Chain after chain, cut into pages that are bounded in rows and in bytes. */
export async function* batchPages(starts: readonly ChainStart[], read: ReadRows): AsyncGenerator<BatchRow[]> {
  let page: BatchRow[] = []
  let pageBytes = 0
  for (const start of starts) {
    for await (const row of chainRows(start, read)) {
      if (
        page.length === STORE_PAGE_ROWS_MAX ||
        (page.length > 0 && pageBytes + row.bytes.length > STORE_PAGE_BYTES_MAX)
      ) {
        yield page
        page = []
        pageBytes = 0
      }
      page.push(row)
      pageBytes += row.bytes.length
    }
  }
  if (page.length > 0) yield page
}

/** The first page of one chain. */
export async function firstPage(start: ChainStart, read: ReadRows): Promise<BatchRow[]> {
  for await (const page of batchPages([start], read)) return page
  return []
}

async function* chainRows({ chain, fromSeq }: ChainStart, read: ReadRows): AsyncGenerator<BatchRow> {
  for (let from = fromSeq; ; from += READ_ROWS_MAX) {
    const rows = await read({ chain, fromSeq: from }, READ_ROWS_MAX)
    yield* rows
    if (rows.length < READ_ROWS_MAX) return
  }
}
