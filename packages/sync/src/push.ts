import { type Bytes, type Result, err, ok } from '@salus/base'
import type { ChainName, OutboxRow, Store, StoreFailed } from '@salus/store'
import { PUSH_BATCHES_MAX, PUSH_BYTES_MAX } from '@salus/wire'
import type { Transport, TransportError } from './transport.ts'

/**
 * Offers the outbox to the relay, chain by chain, and empties it as the relay acknowledges (S21). A batch is marked
 * offered, durably, before its first byte leaves.
 */
export async function pushOutbox(
  store: Store,
  transport: Transport,
): Promise<Result<number, TransportError | StoreFailed>> {
  let pushed = 0
  for (const rows of byChain(await store.outbox())) {
    const [first] = rows
    const last = rows.at(-1)
    if (first === undefined || last === undefined) continue
    const marked = await store.markOffered(rows.filter((row) => !row.isOffered))
    if (!marked.ok) {
      // Another tab has sealed some of them anew: they are offered as they are now, next time.
      if (marked.error.type === 'HeadMoved') continue
      return err(marked.error)
    }
    const sent = await pushChain(store, transport, first, first.seq, last.seq, async (seq) => {
      const acknowledged = await store.acknowledge([{ stream: first.stream, device: first.device, seq }])
      return acknowledged.ok ? ok() : acknowledged
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
  onDurable: (seq: number) => Promise<Result<void, StoreFailed>>,
): Promise<Result<void, TransportError | StoreFailed>> {
  let seq = fromSeq
  while (seq <= toSeq) {
    const rows = (await store.chain(chain, seq)).filter((row) => row.seq <= toSeq)
    if (rows.length === 0) return ok()
    const group: Bytes[] = []
    let size = 0
    for (const row of rows) {
      if (group.length >= PUSH_BATCHES_MAX || size + row.bytes.length + 4 > PUSH_BYTES_MAX) break
      group.push(row.bytes)
      size += row.bytes.length + 4
    }
    const sent = await transport.push(chain.stream, group)
    if (!sent.ok) return sent
    seq += group.length
    const noted = await onDurable(seq - 1)
    if (!noted.ok) return noted
  }
  return ok()
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
