import type { Clock } from '@salus/base'

/**
 * A map whose entries all live equally long and which never holds more than `entriesMax`: the oldest goes first.
 * Insertion order is the order of expiry, so both ends are cleared from the front without a timer.
 */
export class ExpiringMap<Value> {
  readonly #entries = new Map<string, { readonly value: Value; readonly expiresMs: number }>()
  readonly #clock: Clock
  readonly #ttlMs: number
  readonly #entriesMax: number
  readonly #onDropped: (key: string, value: Value) => void

  constructor(
    clock: Clock,
    ttlMs: number,
    entriesMax: number,
    onDropped: (key: string, value: Value) => void = () => undefined,
  ) {
    this.#clock = clock
    this.#ttlMs = ttlMs
    this.#entriesMax = entriesMax
    this.#onDropped = onDropped
  }

  /** @returns when the entry ends, epoch milliseconds */
  set(key: string, value: Value): number {
    this.#dropExpired()
    this.#entries.delete(key)
    const expiresMs = this.#clock.nowMs() + this.#ttlMs
    this.#entries.set(key, { value, expiresMs })
    if (this.#entries.size > this.#entriesMax) this.#dropOldest()
    return expiresMs
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key)
    return entry !== undefined && entry.expiresMs > this.#clock.nowMs() ? entry.value : undefined
  }

  /** Whether the entry was there, and it is gone now. */
  take(key: string): boolean {
    const isLive = this.get(key) !== undefined
    this.#drop(key)
    return isLive
  }

  /** Entries that have not expired. */
  get size(): number {
    this.#dropExpired()
    return this.#entries.size
  }

  #dropExpired(): void {
    const nowMs = this.#clock.nowMs()
    for (const [key, entry] of this.#entries) {
      if (entry.expiresMs > nowMs) return
      this.#drop(key)
    }
  }

  #dropOldest(): void {
    for (const key of this.#entries.keys()) {
      this.#drop(key)
      return
    }
  }

  #drop(key: string): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    this.#onDropped(key, entry.value)
  }
}
