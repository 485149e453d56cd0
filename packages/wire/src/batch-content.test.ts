import { type Bytes, compareBytes } from '@salus/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type BatchContent, type ChainHead, decodeBatchContent, encodeBatchContent } from './batch-content.ts'
import { ByteWriter } from './binary.ts'
import { deviceIdOf, hashOf, idBytes } from './ids.ts'
import { FRONTIER_CHANGES_MAX } from './limits.ts'
import { anyBytes, anyDeviceId, anyHash, anySeq } from './testing/arbitraries.ts'

const anyHead: fc.Arbitrary<ChainHead> = fc.record({ seq: anySeq, hash: anyHash })
const anyContent: fc.Arbitrary<BatchContent> = fc.record({
  isDeflated: fc.boolean(),
  frontierChanges: fc
    .uniqueArray(fc.tuple(anyDeviceId, anyHead), { maxLength: 6, selector: ([id]) => id })
    .map((rows) => new Map(rows)),
  ops: anyBytes(0, 40),
})

const HASH = new Uint8Array(32).fill(7)
const malformed = (what: string) => ({ ok: false, error: { type: 'Malformed', what } })

/** P of V17 with whatever it should not hold. */
function content(flag: number, count: number, rows: readonly [device: Uint8Array, seq: number][]): Bytes {
  const writer = new ByteWriter().u8(flag).u32(count)
  for (const [device, seq] of rows) writer.bytes(device).u32(seq).bytes(HASH)
  return writer.bytes(Uint8Array.of(0x7b, 0x7d)).finish()
}

const device = (first: number): Uint8Array => new Uint8Array(16).fill(first)

describe('batch content (V17)', () => {
  it('round-trips', () => {
    fc.assert(
      fc.property(anyContent, (original) => {
        expect(decodeBatchContent(encodeBatchContent(original))).toEqual({ ok: true, value: original })
      }),
    )
  })

  it('has one spelling, whatever the order in which changes were gathered', () => {
    fc.assert(
      fc.property(anyContent, (original) => {
        const reversed = new Map([...original.frontierChanges].toReversed())
        expect(encodeBatchContent({ ...original, frontierChanges: reversed })).toEqual(encodeBatchContent(original))
      }),
    )
  })

  it("sorts changes by the devices' bytes, which is not the order of their text", () => {
    // In base64url '-' comes first as text, yet stands for 62.
    const [low, high] = [deviceIdOf(device(0x00)), deviceIdOf(device(0xfb))]
    expect(low > high).toBe(true)
    const head = { seq: 1, hash: hashOf(HASH) }
    const bytes = encodeBatchContent({
      isDeflated: false,
      frontierChanges: new Map([
        [high, head],
        [low, head],
      ]),
      ops: new Uint8Array(0),
    })
    expect(bytes.subarray(5, 21)).toEqual(idBytes(low))
    expect(decodeBatchContent(bytes).ok).toBe(true)
    fc.assert(
      fc.property(anyContent, ({ frontierChanges }) => {
        const written = encodeBatchContent({ isDeflated: false, frontierChanges, ops: new Uint8Array(0) })
        for (let at = 5 + 52; at < written.length; at += 52) {
          expect(compareBytes(written.subarray(at - 52, at - 36), written.subarray(at, at + 16))).toBeLessThan(0)
        }
      }),
    )
  })

  it('accepts one spelling: whatever bytes it reads, it writes again', () => {
    fc.assert(
      fc.property(anyContent, fc.nat(), fc.nat(255), (original, at, value) => {
        const bytes = encodeBatchContent(original)
        bytes[at % bytes.length] = value
        const read = decodeBatchContent(bytes)
        if (read.ok) expect(encodeBatchContent(read.value)).toEqual(bytes)
      }),
      { numRuns: 1_000 },
    )
  })

  it('is refused when it is cut before its ops', () => {
    const bytes = content(0, 2, [
      [device(1), 1],
      [device(2), 1],
    ])
    const opsAt = bytes.length - 2
    for (let end = 0; end < opsAt; end++)
      expect(decodeBatchContent(bytes.subarray(0, end)).ok, `cut at ${end}`).toBe(false)
    expect(decodeBatchContent(bytes.subarray(0, opsAt))).toMatchObject({ ok: true, value: { ops: new Uint8Array(0) } })
  })

  it('knows no flag bit but deflate', () => {
    expect(decodeBatchContent(content(0, 0, []))).toMatchObject({ value: { isDeflated: false } })
    expect(decodeBatchContent(content(1, 0, []))).toMatchObject({ value: { isDeflated: true } })
    for (const flag of [2, 3, 128, 255]) expect(decodeBatchContent(content(flag, 0, []))).toEqual(malformed('flag'))
  })

  it.each<[string, [Uint8Array, number][]]>([
    [
      'unsorted',
      [
        [device(2), 1],
        [device(1), 1],
      ],
    ],
    [
      'named twice',
      [
        [device(1), 1],
        [device(1), 2],
      ],
    ],
    [
      'sorted as text',
      [
        [device(0xfb), 1],
        [device(0x00), 1],
      ],
    ],
    ['before the first batch', [[device(1), 0]]],
  ])('refuses frontier changes that are %s', (_, rows) => {
    expect(decodeBatchContent(content(0, rows.length, rows))).toEqual(malformed('frontier changes'))
  })

  it(`carries at most ${FRONTIER_CHANGES_MAX} changes`, () => {
    const rows = (count: number): [Uint8Array, number][] =>
      Array.from({ length: count }, (_, i) => [Uint8Array.of(i >> 8, i & 0xff, ...new Uint8Array(14)), 1])
    const most = content(0, FRONTIER_CHANGES_MAX, rows(FRONTIER_CHANGES_MAX))
    expect(decodeBatchContent(most).ok).toBe(true)
    const over = content(0, FRONTIER_CHANGES_MAX + 1, rows(FRONTIER_CHANGES_MAX + 1))
    expect(decodeBatchContent(over)).toEqual(malformed('frontier changes'))
    expect(decodeBatchContent(content(0, 0xffffffff, []))).toEqual(malformed('frontier changes'))
  })
})
