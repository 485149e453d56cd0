import fc from 'fast-check'
import { expect, test } from 'vitest'
import { packSnappy, packSnappyFrames } from './packing-for-tests.ts'
import { sweepSnappy, unpackSnappy, unpackSnappyFrames } from './snappy.ts'

/** Few different bytes, so that there is something to copy. */
const repetitive = fc
  .uint8Array({ minLength: 1, maxLength: 500 })
  .map((bytes) => Buffer.from(bytes.map((byte) => byte % 3)))

test('what was packed comes out again', () => {
  fc.assert(
    fc.property(repetitive, (input) => {
      expect(unpackSnappy(packSnappy(input))).toEqual(input)
    }),
  )
})

test('the documented element kinds are read: long literals and copies with one, two and four bytes of distance', () => {
  const literal = Buffer.from('abcdefgh'.repeat(10))
  const input = Buffer.concat([
    Buffer.from([80 + 4 + 3 + 2]),
    Buffer.from([60 << 2, 79]),
    literal,
    Buffer.from([0b000_000_01, 8]),
    Buffer.from([(2 << 2) | 2, 8, 0]),
    Buffer.from([(1 << 2) | 3, 8, 0, 0, 0]),
  ])
  expect(unpackSnappy(input)?.toString()).toBe('abcdefgh'.repeat(11) + 'a')
})

test('a copy may overlap what it writes', () => {
  expect(unpackSnappy(Buffer.from([5, 0, 0x78, (3 << 2) | 2, 1, 0]))?.toString()).toBe('xxxxx')
})

test('a stream that breaks off gives what came before the break', () => {
  const packed = packSnappy(Buffer.from('testosterone, testosterone, and more of it'))
  expect(unpackSnappy(packed.subarray(0, -4))?.toString()).toBe('testosterone, testosterone, and more o')
})

test('a copy from before the start ends the stream', () => {
  expect(unpackSnappy(Buffer.from([9, 0, 0x78, (3 << 2) | 2, 2, 0]))?.toString()).toBe('x')
  expect(unpackSnappy(Buffer.from([9, (3 << 2) | 2, 1, 0]))).toBeUndefined()
})

test('a length above the limit is not believed', () => {
  expect(unpackSnappy(Buffer.from([0x80, 0x80, 0x80, 0x20, 0, 0x78]))?.toString()).toBe('x')
  expect(unpackSnappy(Buffer.from([0x81, 0x80, 0x80, 0x20, 0, 0x78]))).toBeUndefined()
})

test('a stream is found wherever it stands', () => {
  const input = Buffer.from('oestradiol 120 pmol/l, oestradiol 130 pmol/l')
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.uint8Array({ maxLength: 60 }), (before, after) => {
      const found = [...sweepSnappy(Buffer.concat([before, packSnappy(input), after]))]
      expect(found.some(({ offset, output }) => offset === before.length && output.equals(input))).toBe(true)
    }),
  )
})

test('frames are joined, so that a string across two of them is whole', () => {
  const input = Buffer.from('level level level level of the hormone')
  const [unpacked] = unpackSnappyFrames(Buffer.concat([Buffer.from('..'), packSnappyFrames(input, 10)]))
  expect(unpacked?.offset).toBe(2)
  expect(unpacked?.output).toEqual(input)
})
