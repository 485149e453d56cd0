import type { BatchRow, OutboxRow, Store } from '@salus/store'
import type { ReadBatch } from '@salus/sync'
import type { DeviceId, StreamId } from '@salus/wire'

/** Which records have an own change that no relay has acknowledged. */
export class WaitingRecords {
  readonly #self: DeviceId
  /** First own seq of a stream that waits; nothing waits where there is none. */
  #firstWaiting = new Map<StreamId, number>()
  readonly #newestSeq = new Map<StreamId, Map<string, number>>()
  #batches = 0
  #writes = 0
  #isLoading = true

  constructor(self: DeviceId) {
    this.#self = self
  }

  /** Batches in the outbox. */
  get batches(): number {
    return this.#batches
  }

  /** Own batches that have just been stored: they wait, without a look at the outbox. */
  add(written: readonly BatchRow[]): void {
    this.#writes++
    this.#batches += written.length
    for (const { stream, seq } of written)
      this.#firstWaiting.set(stream, Math.min(this.#firstWaiting.get(stream) ?? seq, seq))
  }

  /**
   * Reads the outbox: before rows are loaded, and after each acknowledgement and what another tab wrote.
   * @returns records that wait no longer
   */
  async refresh(store: Store): Promise<ReadonlyMap<StreamId, ReadonlySet<string>>> {
    const first = new Map<StreamId, number>()
    const outbox = await this.#readOutbox(store)
    for (const row of outbox)
      if (row.device === this.#self) first.set(row.stream, Math.min(first.get(row.stream) ?? row.seq, row.seq))
    this.#firstWaiting = first
    this.#batches = outbox.length
    const done = new Map<StreamId, Set<string>>()
    for (const [stream, seqs] of this.#newestSeq) {
      const waiting = first.get(stream) ?? Number.POSITIVE_INFINITY
      const ids = [...seqs].filter(([, seq]) => seq < waiting).map(([id]) => id)
      for (const id of ids) seqs.delete(id)
      if (ids.length > 0) done.set(stream, new Set(ids))
    }
    return done
  }

  /** What is written while it is read might be missing in it, and seem acknowledged. */
  async #readOutbox(store: Store): Promise<OutboxRow[]> {
    for (;;) {
      const writes = this.#writes
      const outbox = await store.outbox()
      if (writes === this.#writes) return outbox
    }
  }

  /** From here on a batch that the outbox read last does not know is newer than it, and so waits. */
  endLoading(): void {
    this.#isLoading = false
  }

  note(read: ReadBatch): void {
    const unknown = this.#isLoading ? Number.POSITIVE_INFINITY : 0
    if (read.device !== this.#self || read.seq < (this.#firstWaiting.get(read.stream) ?? unknown)) return
    const seqs = this.#newestSeq.get(read.stream) ?? new Map<string, number>()
    for (const op of read.batch?.ops ?? []) seqs.set(op.id, read.seq)
    this.#newestSeq.set(read.stream, seqs)
  }

  has(stream: StreamId, id: string): boolean {
    return this.#newestSeq.get(stream)?.has(id) ?? false
  }
}
