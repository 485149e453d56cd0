import { type Result, err, ok } from '@salus/base'
import { type ChainHead, type ChainTip, ZERO_HASH } from '@salus/wire'
import type { BatchRow, ChainName, ForsakenTail, HeadMoved, OutboxRow, UnofferedTail, Write } from './port.ts'

/** What the compare-and-swap of one write compares with: read in the transaction that writes. */
export interface HeadsBefore {
  /** By {@link chainKey}: the tips of all chains that the write touches, its withdrawals already taken off. */
  readonly tips: ReadonlyMap<string, ChainTip>
  readonly core: ChainHead | undefined
}

/** What the write makes of the rows beside the batches. */
export interface WritePlan {
  /** Where the touched chains end afterwards; undefined for one that a withdrawal has emptied. */
  readonly tips: readonly { readonly chain: ChainName; readonly tip: ChainTip | undefined }[]
  readonly outbox: readonly OutboxRow[]
}

export function chainKey(chain: ChainName): string {
  return `${chain.stream} ${chain.device}`
}

/** Every batch of the write, in its order. */
export function writtenBatches(write: Write): BatchRow[] {
  return [...(write.received ?? []), ...(write.batches ?? [])]
}

/** Everything that the write drops before. */
export function droppedTails(write: Write): (UnofferedTail | (ForsakenTail & { readonly isForsaken: true }))[] {
  const forsaken = (write.forsakes ?? []).map((tail) => ({ ...tail, isForsaken: true as const }))
  return [...(write.withdraws ?? []), ...forsaken]
}

/** Every chain that the write adds to or takes from, once. */
export function touchedChains(write: Write): ChainName[] {
  const chains = new Map<string, ChainName>()
  for (const { stream, device } of [...droppedTails(write), ...writtenBatches(write)]) {
    const chain = { stream, device }
    chains.set(chainKey(chain), chain)
  }
  return [...chains.values()]
}

/** Every batch must extend its chain and every core row the core (V36); nothing is written otherwise. */
export function planWrite(write: Write, before: HeadsBefore): Result<WritePlan, HeadMoved> {
  const tips = new Map(before.tips)
  const outbox: OutboxRow[] = []
  if (write.expectsCore !== undefined && before.core?.hash !== write.expectsCore)
    return err({ type: 'HeadMoved', chain: 'core' })
  const isOffered = write.isOutgoing === 'offered'
  const outgoing = new Set(isOffered || write.isOutgoing === true ? write.batches : [])
  for (const batch of writtenBatches(write)) {
    const { stream, device, seq, hash, prevHash, coreSeq } = batch
    const chain = { stream, device }
    if (!extendsHead(tips.get(chainKey(chain)), 1, seq, prevHash)) return err({ type: 'HeadMoved', chain })
    tips.set(chainKey(chain), { seq, hash, coreSeq })
    if (outgoing.has(batch)) outbox.push({ stream, device, seq, hash, isOffered })
  }
  let head = write.replacesCore === true ? undefined : before.core
  for (const row of write.core ?? []) {
    if (!extendsHead(head, 0, row.seq, row.prevHash)) return err({ type: 'HeadMoved', chain: 'core' })
    head = row
  }
  return ok({ tips: touchedChains(write).map((chain) => ({ chain, tip: tips.get(chainKey(chain)) })), outbox })
}

/**
 * Whether a tail may be dropped. One that is forsaken: its chain still ends where the caller knows. Any other: its chain still ends where the caller knows, and all of it waits, never offered (S21).
 * @param waiting the outbox of this chain from the tail's first seq on, ascending
 */
export function mayDrop(
  tail: UnofferedTail | (ForsakenTail & { readonly isForsaken: true }),
  tip: ChainTip | undefined,
  waiting: readonly OutboxRow[],
): boolean {
  if ('isForsaken' in tail) return tip?.hash === tail.tip && tail.fromSeq <= (tip?.seq ?? 0) + 1
  if (tip === undefined || tip.hash !== tail.tip || tail.fromSeq > tip.seq) return false
  return waiting.length === tip.seq - tail.fromSeq + 1 && waiting.every((row) => !row.isOffered)
}

function extendsHead(head: ChainHead | undefined, firstSeq: number, seq: number, prevHash: string): boolean {
  return head === undefined
    ? seq === firstSeq && prevHash === ZERO_HASH
    : seq === head.seq + 1 && prevHash === head.hash
}
