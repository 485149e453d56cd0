import { systemRandom } from '@salus/base'
import { type Hash, ZERO_HASH, deviceIdOf, hashOf } from '@salus/wire'
import type { NewBatch } from '../store/port.ts'

/** Batches of one chain; the store sees opaque bytes. */
export class TestChain {
  readonly device = deviceIdOf(systemRandom.bytes(16))
  #seq = 0
  #hash: Hash = ZERO_HASH

  next(size = 10, coreSeq = 0): NewBatch {
    const batch = {
      device: this.device,
      seq: ++this.#seq,
      prevHash: this.#hash,
      hash: hashOf(systemRandom.bytes(32)),
      coreSeq,
      bytes: systemRandom.bytes(size),
    }
    this.#hash = batch.hash
    return batch
  }

  take(count: number, size = 10): NewBatch[] {
    return Array.from({ length: count }, () => this.next(size))
  }
}
