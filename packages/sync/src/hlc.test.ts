import { epochMs } from '@salus/base'
import { BATCH_OPS_MAX } from '@salus/wire'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  FUTURE_MS_MAX,
  type Hlc,
  compareStamps,
  hlcOfMs,
  hlcPlus,
  hlcToMs,
  isFromFuture,
  isHlc,
  nextHlc,
  stampText,
} from './hlc.ts'
import { deviceNamed } from './plain-vault-for-tests.ts'

const hlc = (value: number): Hlc => value as Hlc
const anyHlc = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }).map(hlc)
const anyMs = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }).map(epochMs)

describe('the hybrid logical clock (V26)', () => {
  it('exceeds the device’s clock, its own last and all that is replaced, as far as there are numbers', () => {
    fc.assert(
      fc.property(anyMs, anyHlc, anyHlc, (now, own, replaced) => {
        const next = nextHlc(now, own, replaced)
        const room = Number.MAX_SAFE_INTEGER - BATCH_OPS_MAX
        if (Math.max(now * 2048, own, replaced) < room)
          expect(next > own && next > replaced && next >= now * 2048).toBe(true)
        expect(isHlc(next) && isHlc(hlcPlus(next, BATCH_OPS_MAX - 1))).toBe(true)
      }),
    )
  })

  it('a clock beyond the year 2109 still gives stamps that every device reads', () => {
    for (const year of ['2108-06-01', '2110-01-01', '9999-01-01']) {
      expect(isHlc(hlcPlus(nextHlc(epochMs(Date.parse(year)), hlc(0), hlc(0)), 499)), year).toBe(true)
    }
    expect(nextHlc(epochMs(-1), hlc(0), hlc(0))).toBe(1)
  })

  it('tells the millisecond that it was made from', () => {
    const now = epochMs(1_795_000_000_123)
    expect(hlcToMs(hlcOfMs(now))).toBe(now)
    expect(hlcToMs(hlcPlus(hlcOfMs(now), 2047))).toBe(now)
    expect(hlcToMs(hlcPlus(hlcOfMs(now), 2048))).toBe(now + 1)
  })

  it('24 hours ahead are now, a millisecond more is the future', () => {
    const now = epochMs(1_795_000_000_000)
    expect(isFromFuture(hlcOfMs(epochMs(now + FUTURE_MS_MAX)), now)).toBe(false)
    expect(isFromFuture(hlcOfMs(epochMs(now + FUTURE_MS_MAX + 1)), now)).toBe(true)
  })

  it('refuses fractions, negatives and what is beyond 2^53', () => {
    for (const value of [-1, 0.5, 2 ** 53, Number.NaN, '1', null]) expect(isHlc(value)).toBe(false)
    for (const value of [0, 2 ** 53 - 1]) expect(isHlc(value)).toBe(true)
  })

  it('stamps order by clock, then by device, and have one text each', () => {
    const [a, b] = [deviceNamed('a'), deviceNamed('b')].sort()
    if (a === undefined || b === undefined) throw new Error('two devices')
    const stamps = [
      { hlc: hlc(1), device: b },
      { hlc: hlc(2), device: a },
      { hlc: hlc(2), device: b },
    ]
    expect([...stamps].reverse().sort(compareStamps)).toEqual(stamps)
    expect(new Set(stamps.map(stampText)).size).toBe(3)
    expect(compareStamps({ hlc: hlc(2), device: a }, { hlc: hlc(2), device: a })).toBe(0)
  })
})
