import { type ChainTip, type Hash, ZERO_HASH } from '@salus/wire'
import type { NewBatch, PushRefusal } from './port.ts'

/** A batch that its chain has already, the next one, or why it is neither. */
export type ChainStep = 'known' | 'next' | Extract<PushRefusal, { type: 'ChainBroken' } | { type: 'CoreHeadWentBack' }>

/**
 * Where a batch stands to its chain; the one rule of all adapters, asked inside the transaction that writes.
 * @param tip the chain's newest batch, with those of the same push counted
 * @param hashAt the hash of the chain's batch at a seq up to the tip's
 * @param index the batch's place in its push
 */
export function chainStep(
  tip: ChainTip | undefined,
  batch: NewBatch,
  hashAt: (seq: number) => Hash | undefined,
  index: number,
): ChainStep {
  const broken = { type: 'ChainBroken', device: batch.device, head: tip && { seq: tip.seq, hash: tip.hash } } as const
  if (tip !== undefined && batch.seq <= tip.seq) return hashAt(batch.seq) === batch.hash ? 'known' : broken
  if (batch.seq !== (tip?.seq ?? 0) + 1 || batch.prevHash !== (tip?.hash ?? ZERO_HASH)) return broken
  return batch.coreSeq < (tip?.coreSeq ?? 0) ? { type: 'CoreHeadWentBack', index } : 'next'
}
