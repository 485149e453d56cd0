import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BATCH_CONTENT_BYTES_MAX } from './limits.ts'
import { pad, paddedSize, unpad } from './padding.ts'
import { anyBytes } from './testing/arbitraries.ts'

/** V18 read bit by bit: the top free bits of the length stay, and any bit below them rounds up. */
function slowPaddedSize(length: number): number {
  const needed = length + 1
  for (const bucket of [512, 1024, 2048, 4096]) if (needed <= bucket) return bucket
  const bits = needed.toString(2).length
  const free = (bits - 1).toString(2).length
  let low = 1
  for (let i = 0; i < bits - 1 - free; i++) low *= 2
  let size = needed
  while (size % low !== 0) size++
  return size
}

describe('padding (V18)', () => {
  it('round-trips', () => {
    fc.assert(
      fc.property(anyBytes(0, 6_000), (content) => {
        const padded = pad(content)
        expect(padded).toHaveLength(paddedSize(content.length))
        expect(unpad(padded)).toEqual({ ok: true, value: content })
      }),
    )
  })

  it('has the size that the slow twin finds, up to the greatest content', () => {
    for (let length = 0; length <= 9_000; length++) expect(paddedSize(length)).toBe(slowPaddedSize(length))
    fc.assert(
      fc.property(fc.nat(2 * BATCH_CONTENT_BYTES_MAX), (length) => {
        expect(paddedSize(length)).toBe(slowPaddedSize(length))
      }),
    )
  })

  it.each([
    [0, 512],
    [511, 512],
    [512, 1024],
    [1023, 1024],
    [1024, 2048],
    [2047, 2048],
    [2048, 4096],
    [4095, 4096],
    [4096, 4352],
    [4351, 4352],
    [4352, 4608],
    [8191, 8192],
    [8192, 8704],
    [BATCH_CONTENT_BYTES_MAX - 1, 262_144],
    [BATCH_CONTENT_BYTES_MAX, 270_336],
  ])('%i bytes become %i', (length, size) => {
    expect(paddedSize(length)).toBe(size)
  })

  it('adds at most 12 % above the buckets, and never shrinks', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4_096, max: BATCH_CONTENT_BYTES_MAX }), (length) => {
        expect(paddedSize(length)).toBeGreaterThan(length)
        expect(paddedSize(length)).toBeLessThanOrEqual(Math.ceil((length + 1) * 1.12))
        expect(paddedSize(length + 1)).toBeGreaterThanOrEqual(paddedSize(length))
      }),
    )
  })

  it('keeps zeros and markers that belong to the content', () => {
    for (const content of [Uint8Array.of(0x80), Uint8Array.of(1, 0, 0), Uint8Array.of(0x80, 0, 0x80, 0)]) {
      expect(unpad(pad(content))).toEqual({ ok: true, value: content })
    }
  })

  it.each([
    ['nothing', new Uint8Array(0)],
    ['zeros alone', new Uint8Array(512)],
    ['another marker', padded(512, 9, 0x81)],
    ['a bucket too many', padded(1024, 9, 0x80)],
    ['a size that is no bucket', padded(513, 512, 0x80)],
    ['one byte less', padded(511, 9, 0x80)],
    ['a byte behind the marker', padded(512, 9, 0x80).fill(1, 511)],
  ])('refuses %s', (_, bytes) => {
    expect(unpad(bytes)).toEqual({ ok: false, error: { type: 'BadPadding' } })
  })

  it('accepts one spelling: what it reads, pad writes', () => {
    const sized = fc.constantFrom(511, 512, 513, 1024, 4352, 4353)
    fc.assert(
      fc.property(sized, fc.nat(4_400), fc.constantFrom(0, 1, 0x80), (size, at, marker) => {
        const bytes = padded(size, Math.min(at, size - 1), marker)
        const content = unpad(bytes)
        if (content.ok) expect(pad(content.value)).toEqual(bytes)
      }),
      { numRuns: 500 },
    )
  })
})

function padded(size: number, markerAt: number, marker: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size)
  bytes[markerAt] = marker
  return bytes
}
