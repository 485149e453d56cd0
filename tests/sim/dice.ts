import { type Bytes, type Random, present } from '@salus/base'

/** All chance of one simulation: the same seed throws the same dice. */
export class Dice {
  #state: number

  constructor(seed: number) {
    // Neighbouring seeds must not begin alike.
    this.#state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0
  }

  /** A whole number from 0 to `count` - 1 (mulberry32). */
  below(count: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % count
  }

  between(least: number, most: number): number {
    return least + this.below(most - least + 1)
  }

  /** True in `percent` of a hundred throws. */
  chance(percent: number): boolean {
    return this.below(10_000) < percent * 100
  }

  pick<T>(list: readonly T[]): T {
    return present(list[this.below(list.length)], 'nothing is picked from an empty list')
  }

  /** Bytes that follow from the seed; no secret anywhere but here. */
  get random(): Random {
    return {
      bytes: (length): Bytes => {
        const bytes = new Uint8Array(length)
        for (let i = 0; i < length; i++) bytes[i] = this.below(256)
        return bytes
      },
    }
  }
}
