import type { DeviceId, StreamId } from '@salus/wire'
import { COMMIT_OPS_BYTES_MAX } from './commit.ts'
import { type Hlc, type Stamp, hlcPlus } from './hlc.ts'
import type { Op, OpBatch, Replaces } from './ops.ts'

/** An op's own clock, `"t":…,` with at most 16 digits, comes on top of what a command may write. */
export const REISSUED_OPS_BYTES_MAX = COMMIT_OPS_BYTES_MAX + 32

/** A batch of a retired id that no relay holds. */
export interface UnsyncedBatch {
  readonly stream: StreamId
  readonly batch: OpBatch
}

/**
 * The ops of these batches as another device issues them (S22a): at their own clocks, so that nothing older wins over
 * what was written later, and naming what they named; where that was another op among them, under its new stamp.
 * @returns one list of ops a batch, in the same order
 */
export function reissueOps(
  unsynced: readonly UnsyncedBatch[],
  retired: DeviceId,
  enrolled: DeviceId,
): (readonly [StreamId, readonly Op[]])[] {
  const moved = new Map<StreamId, Set<Hlc>>()
  for (const { stream, batch } of unsynced) {
    const clocks = moved.get(stream) ?? new Set<Hlc>()
    for (const [index, op] of batch.ops.entries()) clocks.add(hlcOf(batch, op, index))
    moved.set(stream, clocks)
  }
  return unsynced.map(({ stream, batch }) => {
    const rename = (stamp: Stamp): Stamp =>
      stamp.device === retired && moved.get(stream)?.has(stamp.hlc) === true ? { ...stamp, device: enrolled } : stamp
    const ops = batch.ops.map((op, index): Op => ({
      ...op,
      hlc: hlcOf(batch, op, index),
      replaces: renamed(op.replaces, rename),
    }))
    return [stream, ops] as const
  })
}

function hlcOf(batch: OpBatch, op: Op, index: number): Hlc {
  return op.hlc ?? hlcPlus(batch.base, index)
}

function renamed(replaces: Replaces, rename: (stamp: Stamp) => Stamp): Replaces {
  return Object.fromEntries(Object.entries(replaces).map(([field, stamps]) => [field, stamps.map(rename)]))
}
