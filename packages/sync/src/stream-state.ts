import type { EpochMs } from '@salus/base'
import {
  type ChainHead,
  type CoreState,
  type DeviceId,
  FRONTIER_CHANGES_MAX,
  type Frontier,
  type Hash,
  type StreamId,
} from '@salus/wire'
import { type Hlc, hlcPlus, hlcToMs, isFromFuture } from './hlc.ts'
import type { Op, OpBatch } from './ops.ts'
import { type OpOrigin, RecordState } from './record-state.ts'

/** A batch whose signature, place and encryption were checked, with its ops read. */
export interface ReadBatch {
  readonly stream: StreamId
  readonly device: DeviceId
  readonly seq: number
  readonly hash: Hash
  readonly frontierChanges: Frontier
  /** Undefined when it holds something of a later version: it stops the stream there (V7). */
  readonly batch: OpBatch | undefined
}

/** A batch that names another one which is not here. */
export interface MissingCause {
  readonly stream: StreamId
  readonly device: DeviceId
  readonly seq: number
}

/** One stream, merged. Batches may arrive in any order; each is applied after all that it names (V25). */
export class StreamState {
  readonly id: StreamId
  readonly records = new Map<string, RecordState>()
  readonly #chains = new Map<DeviceId, { applied: number; readonly hashes: Hash[]; readonly timesMs: number[] }>()
  readonly #waiting = new Map<DeviceId, ReadBatch[]>()
  /** What each author's batches have said of others, summed up along its chain. */
  readonly #said = new Map<DeviceId, Map<DeviceId, number>>()
  // Zero is before any clock.
  #greatestHlc = 0 as Hlc
  #isBlocked = false

  constructor(id: StreamId) {
    this.id = id
  }

  /** Something of a later version stands in the way: this build may read, but neither write nor merge (V7). */
  get isBlocked(): boolean {
    return this.#isBlocked
  }

  /** The greatest stamp that may move this device's clock (V26). */
  get greatestHlc(): Hlc {
    return this.#greatestHlc
  }

  /** Takes a batch in. Ids of records that changed are added to `changed`. */
  take(core: CoreState, read: ReadBatch, nowMs: EpochMs, changed: Set<string>): void {
    const queue = this.#waiting.get(read.device) ?? []
    queue.push(read)
    this.#waiting.set(read.device, queue)
    this.advance(core, nowMs, changed)
  }

  /** Applies what has become ready; a core entry's cuts can make it so (V25). */
  advance(core: CoreState, nowMs: EpochMs, changed: Set<string>): void {
    while (this.#applyReady(core, nowMs, changed)) continue
  }

  /**
   * What the author of the next batch must say: chains that it has applied further than its own batches told (V25). At
   * most {@link FRONTIER_CHANGES_MAX}; its next batch says the rest.
   */
  frontierChanges(author: DeviceId): Frontier {
    const said = this.#said.get(author)
    const changes = new Map<DeviceId, ChainHead>()
    for (const [device, chain] of this.#chains) {
      if (changes.size === FRONTIER_CHANGES_MAX) break
      const hash = chain.hashes[chain.applied - 1]
      if (device !== author && hash !== undefined && (said?.get(device) ?? 0) < chain.applied)
        changes.set(device, { seq: chain.applied, hash })
    }
    return changes
  }

  /** The newest batch of a chain that is applied; 0 for none. */
  appliedSeq(device: DeviceId): number {
    return this.#chains.get(device)?.applied ?? 0
  }

  /** Hash of a batch that is applied or waits; undefined for one that is not here. */
  hashAt(device: DeviceId, seq: number): Hash | undefined {
    return (
      this.#chains.get(device)?.hashes[seq - 1] ?? this.#waiting.get(device)?.find((batch) => batch.seq === seq)?.hash
    )
  }

  /** When an applied batch was written, in milliseconds by its author's clock. */
  writtenMs(device: DeviceId, seq: number): number | undefined {
    return this.#chains.get(device)?.timesMs[seq - 1]
  }

  /** The newest batch of a chain that an author's own batches have named, as proof that it had it; 0 for none. */
  confirmedSeq(author: DeviceId, device: DeviceId): number {
    return this.#said.get(author)?.get(device) ?? 0
  }

  /** What waiting batches name and nobody has (S18, Omission). */
  missingCauses(core: CoreState): MissingCause[] {
    const missing: MissingCause[] = []
    for (const queue of this.#waiting.values()) {
      const [next] = queue
      if (next === undefined) continue
      for (const [device, head] of next.frontierChanges) {
        const isHeld = this.#waiting.get(device)?.some((batch) => batch.seq >= head.seq) ?? false
        if (!this.#isApplied(core, device, head.seq) && !isHeld)
          missing.push({ stream: this.id, device, seq: head.seq })
      }
    }
    return missing
  }

  #applyReady(core: CoreState, nowMs: EpochMs, changed: Set<string>): boolean {
    let hasApplied = false
    for (const [device, queue] of this.#waiting) {
      for (let next = queue[0]; next !== undefined && this.#isReady(core, next); next = queue[0]) {
        if (next.batch === undefined) {
          this.#isBlocked = true
          return false
        }
        queue.shift()
        this.#apply(next, next.batch, nowMs, changed)
        hasApplied = true
      }
      if (queue.length === 0) this.#waiting.delete(device)
    }
    return hasApplied
  }

  #isReady(core: CoreState, read: ReadBatch): boolean {
    if (this.#isBlocked || read.seq !== this.appliedSeq(read.device) + 1) return false
    for (const [device, head] of read.frontierChanges) if (!this.#isApplied(core, device, head.seq)) return false
    return true
  }

  /** What lies beyond a cut does not exist, so it counts as applied (V25). */
  #isApplied(core: CoreState, device: DeviceId, seq: number): boolean {
    const applied = this.appliedSeq(device)
    if (applied >= seq) return true
    const ended = core.devices.get(device)
    return ended?.untilSeq !== undefined && applied >= (ended.cuts?.get(this.id)?.seq ?? 0)
  }

  #apply(read: ReadBatch, batch: OpBatch, nowMs: EpochMs, changed: Set<string>): void {
    const chain = this.#chains.get(read.device) ?? { applied: 0, hashes: [], timesMs: [] }
    chain.applied = read.seq
    chain.hashes.push(read.hash)
    chain.timesMs.push(hlcToMs(batch.base))
    this.#chains.set(read.device, chain)
    const said = this.#said.get(read.device) ?? new Map<DeviceId, number>()
    for (const [device, head] of read.frontierChanges) said.set(device, Math.max(said.get(device) ?? 0, head.seq))
    this.#said.set(read.device, said)
    const hasSeen = (device: DeviceId, seq: number): boolean => device === read.device || (said.get(device) ?? 0) >= seq
    for (const [index, op] of batch.ops.entries()) {
      const stamp = { hlc: op.hlc ?? hlcPlus(batch.base, index), device: read.device }
      this.#applyOp(op, { stamp, seq: read.seq, hasSeen }, nowMs)
      changed.add(op.id)
    }
  }

  #applyOp(op: Op, origin: OpOrigin, nowMs: EpochMs): void {
    const { stamp } = origin
    if (stamp.hlc > this.#greatestHlc && !isFromFuture(stamp.hlc, nowMs)) this.#greatestHlc = stamp.hlc
    const record = this.records.get(op.id)
    if (record === undefined) this.records.set(op.id, new RecordState(op, origin))
    else record.apply(op, origin)
  }
}
