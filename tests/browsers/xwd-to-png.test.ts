import { inflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { xwdToPng } from './xwd-to-png.ts'

function dumpOf(width: number, height: number, bitsPerPixel: number, pixels: readonly number[]): Buffer {
  const header = Buffer.alloc(100)
  header.writeUInt32BE(100, 0)
  header.writeUInt32BE(width, 16)
  header.writeUInt32BE(height, 20)
  header.writeUInt32BE(bitsPerPixel, 44)
  header.writeUInt32BE(width * 4, 48)
  header.writeUInt32BE(1, 76)
  return Buffer.concat([header, Buffer.alloc(12), Buffer.from(pixels)])
}

test('a frame buffer of two pixels becomes a PNG of the same colours', () => {
  const png = xwdToPng(dumpOf(2, 1, 32, [3, 2, 1, 0, 6, 5, 4, 0]))
  expect(png.readUInt32BE(16)).toBe(2)
  expect(png.readUInt32BE(20)).toBe(1)
  const dataLength = png.readUInt32BE(33)
  expect([...inflateSync(png.subarray(41, 41 + dataLength))]).toEqual([0, 1, 2, 3, 4, 5, 6])
})

test('another pixel layout is refused', () => {
  expect(() => xwdToPng(dumpOf(1, 1, 24, [1, 2, 3, 0]))).toThrow('32 bits')
})
