import type { ReadBatch, Replica } from '@salus/sync'

/**
 * Watches that a replica applies nothing before what it names (V25). Merging alone would hide a breach: its outcome does
 * not depend on the order, and a screen that reads in between does.
 */
export class CausalOrder {
  #taken: ReadBatch | undefined

  /** Call with each batch as it is taken in; the one before has been applied by now, or waits. */
  note(replica: Replica, read: ReadBatch | undefined): void {
    const before = this.#taken
    this.#taken = read
    if (before === undefined) return
    const state = replica.stream(before.stream)
    if (state.appliedSeq(before.device) < before.seq) return
    for (const [device, head] of before.frontierChanges) {
      if (state.appliedSeq(device) < head.seq)
        throw new Error(`batch ${String(before.seq)} is applied before its cause`)
    }
  }
}
