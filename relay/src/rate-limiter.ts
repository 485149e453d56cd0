import type { Clock } from '@salus/base'
import type { Rate } from './limits.ts'

interface Bucket {
  tokens: number
  filledMs: number
  isRefusing: boolean
}

/** A token bucket for each address (RFC 2697 without its second rate). */
export class RateLimiter {
  readonly #buckets = new Map<string, Bucket>()
  readonly #clock: Clock
  readonly #rate: Rate
  readonly #addressesMax: number

  constructor(clock: Clock, rate: Rate, addressesMax: number) {
    this.#clock = clock
    this.#rate = rate
    this.#addressesMax = addressesMax
  }

  /** @returns `firstRefused` once until the address is let in again, so that a flood leaves one line in the log */
  take(address: string): 'taken' | 'firstRefused' | 'refused' {
    const bucket = this.#bucketOf(rateKey(address))
    const nowMs = this.#clock.nowMs()
    const grownMs = Math.max(0, nowMs - bucket.filledMs)
    bucket.tokens = Math.min(this.#rate.burst, bucket.tokens + (grownMs / 1_000) * this.#rate.perSecond)
    bucket.filledMs = nowMs
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1
      bucket.isRefusing = false
      return 'taken'
    }
    const verdict = bucket.isRefusing ? 'refused' : 'firstRefused'
    bucket.isRefusing = true
    return verdict
  }

  get addressesCounted(): number {
    return this.#buckets.size
  }

  #bucketOf(key: string): Bucket {
    const known = this.#buckets.get(key)
    if (known !== undefined) return known
    const bucket = { tokens: this.#rate.burst, filledMs: this.#clock.nowMs(), isRefusing: false }
    this.#buckets.set(key, bucket)
    if (this.#buckets.size > this.#addressesMax) {
      for (const oldest of this.#buckets.keys()) {
        this.#buckets.delete(oldest)
        break
      }
    }
    return bucket
  }
}

/** An IPv6 subscriber has 2^64 addresses: they count as one (RFC 6177 §2 gives each a /64 at least). */
export function rateKey(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped?.[1] !== undefined) return mapped[1]
  if (!address.includes(':')) return address
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? []
  const groups = head === '' ? [] : head.split(':')
  const rest = tail === undefined || tail === '' ? [] : tail.split(':')
  const whole = [...groups, ...Array.from({ length: Math.max(0, 8 - groups.length - rest.length) }, () => '0'), ...rest]
  return `${whole.slice(0, 4).join(':')}::/64`
}
