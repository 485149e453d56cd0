import { type Bytes, type Result, err, ok } from '@salus/base'
import type { BatchRow, ChainAck, ChainName, OutboxRow, Store, StoreFailed } from '@salus/store'
import { PUSH_BATCHES_MAX, PUSH_BYTES_MAX } from '@salus/wire'
import type { Transport, TransportError } from './transport.ts'

/** Batches of one chain that one request has brought to the relay. */
export interface Acknowledged extends ChainAck {
  readonly count: number
  /** No byte of them had left before. */
  readonly isFirstOffer: boolean
}

/** What it answers is put down with the acknowledgement. @param cursor the relay's, behind the vault's newest batch */
export type OnAcknowledged = (acknowledged: Acknowledged, cursor: string) => Readonly<Record<string, Bytes>>

/**
 * Offers the outbox to the relay, chain by chain, and empties it as the relay acknowledges (S21). A batch is marked
 * offered, durably, before its first byte leaves.
 */
export async function pushOutbox(
  store: Store,
  transport: Transport,
  onAcknowledged: OnAcknowledged = () => ({}),
): Promise<Result<number, TransportError | StoreFailed>> {
  let pushed = 0
  for (const rows of byChain(await store.outbox())) {
    const [first] = rows
    const last = rows.at(-1)
    if (first === undefined || last === undefined) continue
    const unoffered = rows.filter((row) => !row.isOffered)
    const marked: Awaited<ReturnType<Store['markOffered']>> =
      unoffered.length === 0 ? ok() : await store.markOffered(unoffered)
    if (!marked.ok) {
      // Another tab has sealed some of them anew: they are offered as they are now, next time.
      if (marked.error.type === 'HeadMoved') continue
      return err(marked.error)
    }
    const neverOffered = new Set(unoffered.map((row) => row.seq))
    const sent = await pushChain(store, transport, first, first.seq, last.seq, (group, cursor) => {
      const { stream, device, seq } = group.at(-1) ?? first
      const isFirstOffer = group.every((row) => neverOffered.has(row.seq))
      const meta = onAcknowledged({ stream, device, seq, count: group.length, isFirstOffer }, cursor)
      return store.acknowledge([{ stream, device, seq }], meta)
    })
    if (!sent.ok) return sent
    pushed += rows.length
  }
  return ok(pushed)
}

/** Sends one chain from `fromSeq` to `toSeq`, in as few requests as the limits allow (S6). */
export async function pushChain(
  store: Store,
  transport: Transport,
  chain: ChainName,
  fromSeq: number,
  toSeq: number,
  onDurable: (group: readonly BatchRow[], cursor: string) => Promise<Result<void, StoreFailed>>,
): Promise<Result<void, TransportError | StoreFailed>> {
  let seq = fromSeq
  while (seq <= toSeq) {
    const rows = (await store.chain(chain, seq)).filter((row) => row.seq <= toSeq)
    if (rows.length === 0) return ok()
    const group = firstRequest(rows)
    const sent = await transport.push(
      chain.stream,
      group.map((row) => row.bytes),
    )
    if (!sent.ok) return sent
    seq += group.length
    const noted = await onDurable(group, sent.value)
    if (!noted.ok) return noted
  }
  return ok()
}

/** As many rows from the first on as one request takes (S6). */
export function firstRequest(rows: readonly BatchRow[]): BatchRow[] {
  const group: BatchRow[] = []
  let size = 0
  for (const row of rows) {
    if (group.length >= PUSH_BATCHES_MAX || size + row.bytes.length + 4 > PUSH_BYTES_MAX) break
    group.push(row)
    size += row.bytes.length + 4
  }
  return group
}

function byChain(rows: readonly OutboxRow[]): OutboxRow[][] {
  const chains = new Map<string, OutboxRow[]>()
  for (const row of rows) {
    const key = `${row.stream} ${row.device}`
    const chain = chains.get(key) ?? []
    chain.push(row)
    chains.set(key, chain)
  }
  return [...chains.values()]
}
