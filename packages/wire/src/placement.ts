import { type Result, err, ok } from '@salus/base'
import type { ChainHead } from './batch-content.ts'
import type { CoreState } from './core-log.ts'
import type { EnvelopeHeader } from './envelope.ts'
import { type Hash, ZERO_HASH } from './ids.ts'

/** Why a batch may not stand where it claims to (V22). */
export type PlacementFault =
  | { readonly type: 'ForeignVault' }
  | { readonly type: 'UnknownStream' }
  /** Not on the reader's core log: newer than it, or of a fork. */
  | { readonly type: 'UnknownCoreHead' }
  | { readonly type: 'CoreHeadWentBack' }
  | { readonly type: 'WrongEpoch' }
  | { readonly type: 'WrongSuite' }
  | { readonly type: 'NotItsAuthor' }
  | { readonly type: 'BeyondCut' }
  | { readonly type: 'ChainGap'; readonly expectedSeq: number }
  | { readonly type: 'ChainFork' }

/** A chain's head together with what the next batch must not go back behind. */
export interface ChainTip extends ChainHead {
  readonly coreSeq: number
}

/**
 * The rules of V22 and of the chain, alike on relay and clients.
 * @param hash the batch's own hash, which must be the cut's where it is the last that counts
 * @param tip the newest batch of this author's chain in this stream; undefined before its first
 * @returns the seq of the core entry that the batch was written under
 */
export function checkPlacement(
  core: CoreState,
  header: EnvelopeHeader,
  hash: Hash,
  tip: ChainTip | undefined,
): Result<number, PlacementFault> {
  if (header.vault !== core.vault) return err({ type: 'ForeignVault' })
  const stream = core.streams.get(header.stream)
  if (stream === undefined) return err({ type: 'UnknownStream' })
  const coreSeq = core.seqOfHash.get(header.coreHead)
  if (coreSeq === undefined) return err({ type: 'UnknownCoreHead' })
  if (tip !== undefined && coreSeq < tip.coreSeq) return err({ type: 'CoreHeadWentBack' })
  if (header.epoch !== stream.epochSinceSeq.findLastIndex((since) => since <= coreSeq))
    return err({ type: 'WrongEpoch' })
  if (header.suite !== core.suite) return err({ type: 'WrongSuite' })
  const device = core.devices.get(header.device)
  const isHolder = device !== undefined && device.streams.has(header.stream) && device.sinceSeq <= coreSeq
  if (!isHolder || (device.untilSeq !== undefined && device.untilSeq <= coreSeq)) return err({ type: 'NotItsAuthor' })
  // What does not exist leaves no hole: this is said before the chain is looked at.
  if (device.untilSeq !== undefined && !isWithinCut(device.cuts?.get(header.stream), header.seq, hash))
    return err({ type: 'BeyondCut' })
  const expectedSeq = (tip?.seq ?? 0) + 1
  if (header.seq > expectedSeq) return err({ type: 'ChainGap', expectedSeq })
  if (header.seq < expectedSeq || header.prevHash !== (tip?.hash ?? ZERO_HASH)) return err({ type: 'ChainFork' })
  return ok(coreSeq)
}

function isWithinCut(cut: ChainHead | undefined, seq: number, hash: Hash): boolean {
  return cut !== undefined && (seq < cut.seq || (seq === cut.seq && hash === cut.hash))
}
