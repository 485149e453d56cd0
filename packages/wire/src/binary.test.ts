import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteReader, ByteWriter } from './binary.ts'
import { anyBytes, anyU32 } from './testing/arbitraries.ts'

describe('writing', () => {
  it('puts integers big-endian', () => {
    const bytes = new ByteWriter().u8(0x01).u16(0x0203).u32(0x04050607).bytes(Uint8Array.of(8, 9)).finish()
    expect(bytes).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9))
  })

  it('takes the greatest integer of each width, and throws at one above, below zero and at fractions', () => {
    const widths: ((value: number) => ByteWriter)[] = [
      (value) => new ByteWriter().u8(value),
      (value) => new ByteWriter().u16(value),
      (value) => new ByteWriter().u32(value),
    ]
    for (const [i, write] of widths.entries()) {
      const max = [0xff, 0xffff, 0xffffffff][i] ?? 0
      expect(
        write(max)
          .finish()
          .every((byte) => byte === 0xff),
      ).toBe(true)
      for (const value of [max + 1, -1, 0.5, Number.NaN]) expect(() => write(value)).toThrow('integer out of range')
    }
  })
})

describe('reading', () => {
  it('reads back what was written, also from the window of a greater buffer', () => {
    fc.assert(
      fc.property(fc.nat(0xff), fc.nat(0xffff), anyU32, anyBytes(0, 40), fc.nat(9), (a, b, c, rest, shift) => {
        const written = new ByteWriter().u8(a).u16(b).u32(c).bytes(rest).finish()
        const page = new Uint8Array(written.length + 20)
        page.set(written, shift)
        const reader = new ByteReader(page.subarray(shift, shift + written.length))
        expect([reader.u8(), reader.u16(), reader.u32(), reader.bytes(rest.length)]).toEqual([a, b, c, rest])
        expect(reader.isComplete).toBe(true)
      }),
    )
  })

  it('gives copies, which what happens to the page afterwards does not reach', () => {
    const page = Uint8Array.of(1, 2, 3)
    const copy = new ByteReader(page).bytes(2)
    page.fill(0)
    expect(copy).toEqual(Uint8Array.of(1, 2))
    expect(copy.buffer.byteLength).toBe(2)
  })

  it('yields zeros past the end, and remembers even where a later field would fit', () => {
    const reader = new ByteReader(Uint8Array.of(7, 7))
    expect(reader.u32()).toBe(0)
    expect(reader.u8()).toBe(0)
    expect(reader.u16()).toBe(0)
    expect(reader.bytes(1)).toEqual(new Uint8Array(0))
    expect([reader.isWithin, reader.isComplete, reader.remaining]).toEqual([false, false, 2])
  })

  it('tells what is left over from what is missing', () => {
    const reader = new ByteReader(Uint8Array.of(1, 2))
    reader.u8()
    expect([reader.isWithin, reader.isComplete, reader.remaining]).toEqual([true, false, 1])
    reader.u8()
    expect([reader.isWithin, reader.isComplete]).toEqual([true, true])
    reader.u8()
    expect([reader.isWithin, reader.isComplete]).toEqual([false, false])
  })
})
