import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeFrames, encodeFrames } from './frames.ts'
import { FRAMES_MAX } from './limits.ts'
import { anyBytes } from './testing/arbitraries.ts'

describe('frames (S1)', () => {
  it('round-trip, the empty ones too', () => {
    fc.assert(
      fc.property(fc.array(anyBytes(0, 30), { maxLength: 8 }), (parts) => {
        expect(decodeFrames(encodeFrames(parts))).toEqual({ ok: true, value: parts })
      }),
    )
  })

  it('accept one spelling: any bytes that are read are written again', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 16 }).map((bytes) => bytes.map((byte) => byte % 4)),
        (bytes) => {
          const parts = decodeFrames(bytes)
          if (parts.ok) expect(encodeFrames(parts.value)).toEqual(Uint8Array.from(bytes))
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('are refused when cut anywhere but between two frames', () => {
    const bytes = encodeFrames([Uint8Array.of(1, 2, 3), new Uint8Array(0), Uint8Array.of(4)])
    const whole = [0, 7, 11, 16]
    for (let end = 0; end <= bytes.length; end++) {
      expect(decodeFrames(bytes.subarray(0, end)).ok, `cut at ${end}`).toBe(whole.includes(end))
    }
  })

  it('do not trust a length beyond the end', () => {
    expect(decodeFrames(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 1))).toEqual({
      ok: false,
      error: { type: 'Malformed', what: 'frame length' },
    })
  })

  it('number at most as many as the caller allows', () => {
    const three = encodeFrames([Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3)])
    expect(decodeFrames(three, 3).ok).toBe(true)
    expect(decodeFrames(three, 2)).toEqual({ ok: false, error: { type: 'Malformed', what: 'number of frames' } })
  })

  it(`number at most ${FRAMES_MAX}, which can be written as well`, () => {
    const parts = (count: number): Uint8Array[] => Array.from({ length: count }, () => new Uint8Array(0))
    const most = decodeFrames(encodeFrames(parts(FRAMES_MAX)))
    expect(most.ok && most.value.length).toBe(FRAMES_MAX)
    expect(decodeFrames(encodeFrames(parts(FRAMES_MAX + 1))).ok).toBe(false)
  })
})
