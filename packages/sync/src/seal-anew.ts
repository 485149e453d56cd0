import { type Result, err, ok } from '@salus/base'
import type { BatchRow, StoreFailed } from '@salus/store'
import { type StreamId, decodeEnvelope, newestEpoch } from '@salus/wire'
import { COMMIT_TRIES_MAX, expectsKnownCore } from './commit.ts'
import type { Replica } from './replica.ts'
import { chainFrom } from './chain-rows.ts'

/**
 * Seals own batches that never left this device, and lie under a key that somebody who was removed still has, under the
 * newest one: same seq, same clocks, same ops (S21, S22c). Offered ones stand. For a caller that holds `replica.exclusive`.
 */
export async function sealUnofferedAnew(replica: Replica): Promise<Result<void, StoreFailed>> {
  for (let tries = 0; tries < COMMIT_TRIES_MAX; tries++) {
    const moved = await sealOnce(replica)
    if (!moved.ok) return moved
    if (!moved.value) return ok()
    await replica.refresh()
  }
  return ok()
}

/** @returns whether another tab has written meanwhile */
async function sealOnce(replica: Replica): Promise<Result<boolean, StoreFailed>> {
  const { store, self } = replica.deps
  const first = new Map<StreamId, number>()
  for (const row of await store.outbox()) {
    if (row.device === self && !row.isOffered)
      first.set(row.stream, Math.min(first.get(row.stream) ?? row.seq, row.seq))
  }
  for (const [stream, fromSeq] of first) {
    const rows = await chainFrom(store, { stream, device: self }, fromSeq)
    const anew = await sealRows(replica, stream, rows)
    const last = rows.at(-1)
    if (anew === undefined || last === undefined) continue
    const written = await store.write({
      ...expectsKnownCore(replica),
      withdraws: [{ stream, device: self, fromSeq, tip: last.hash }],
      batches: anew,
      isOutgoing: true,
    })
    if (written.ok) await replica.reload(stream)
    else if (written.error.type === 'StoreFailed') return err(written.error)
    else return ok(true)
  }
  return ok(false)
}

/** The rows under the newest key; undefined where they lie under it already, or one of them does not open. */
async function sealRows(
  replica: Replica,
  stream: StreamId,
  rows: readonly BatchRow[],
): Promise<BatchRow[] | undefined> {
  const core = replica.deps.core()
  const { crypto } = replica.deps
  const epoch = newestEpoch(core, stream)
  const anew: BatchRow[] = []
  for (const row of rows) {
    const envelope = decodeEnvelope(row.bytes)
    // A chain's core head never goes back (V22): where the first lies under the newest key, all do.
    if (!envelope.ok || (anew.length === 0 && envelope.value.header.epoch === epoch)) return undefined
    const opened = await crypto.open(envelope.value)
    if (!opened.ok) return undefined
    const prevHash = anew.at(-1)?.hash ?? row.prevHash
    const { bytes, hash } = await crypto.seal({
      vault: core.vault,
      stream,
      suite: core.suite,
      epoch,
      device: row.device,
      seq: row.seq,
      prevHash,
      coreHead: core.head,
      ...opened.value,
    })
    anew.push({ stream, device: row.device, seq: row.seq, hash, prevHash, coreSeq: core.seq, bytes })
  }
  return anew
}
