import fc from 'fast-check'
import { expect, test } from 'vitest'
import { unpackLz4Block, unpackMozLz4 } from './moz-lz4.ts'
import { packMozLz4 } from './packing-for-tests.ts'

test('what was packed comes out again', () => {
  const repetitive = fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes.map((byte) => byte % 2)))
  fc.assert(
    fc.property(repetitive, (input) => {
      expect(unpackMozLz4(packMozLz4(input))).toEqual(input)
    }),
  )
})

test('a literal of 270 bytes and a match of 300 use the longer lengths', () => {
  const input = Buffer.concat([
    Buffer.from(Array.from({ length: 270 }, (_, i) => (i * 7 + (i >> 3)) & 255)),
    Buffer.alloc(300, 'ab'),
  ])
  expect(unpackMozLz4(packMozLz4(input))).toEqual(input)
})

test('without the magic it is no such file', () => {
  expect(unpackMozLz4(Buffer.from('mozLz41\0....'))).toBeUndefined()
})

test('output ends at the limit, and at a match from before the start', () => {
  expect(unpackLz4Block(Buffer.from([0x1f, 0x61, 1, 0, 255, 0]), 10).toString()).toBe('aaaaaaaaaa')
  expect(unpackLz4Block(Buffer.from([0x10, 0x61, 2, 0, 0x10, 0x62]), 10).toString()).toBe('a')
})
