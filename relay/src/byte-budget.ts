/** A share of the memory that requests and answers may take together. */
export interface Reservation {
  /** Grows or shrinks the share; false, and unchanged, where the budget has no room. */
  resize(bytes: number): boolean
  /** Gives it back; once is enough, more do nothing. */
  release(): void
}

/** Bounds what is in memory over all requests: many clients that read slowly must not sum up. */
export class ByteBudget {
  #usedBytes = 0
  readonly #bytesMax: number

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  get usedBytes(): number {
    return this.#usedBytes
  }

  /** Undefined where there is no room now. */
  reserve(bytes: number): Reservation | undefined {
    let held = 0
    let isReleased = false
    const resize = (wanted: number): boolean => {
      if (isReleased || this.#usedBytes - held + wanted > this.#bytesMax) return false
      this.#usedBytes += wanted - held
      held = wanted
      return true
    }
    const release = (): void => {
      this.#usedBytes -= held
      held = 0
      isReleased = true
    }
    return resize(bytes) ? { resize, release } : undefined
  }
}
