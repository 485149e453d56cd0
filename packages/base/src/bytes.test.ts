import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Bytes,
  base64UrlToBytes,
  bytesToBase64Url,
  bytesToHex,
  bytesToUtf8,
  compareBytes,
  concatBytes,
  equalBytes,
  hexToBytes,
  isZero,
  utf8ToBytes,
  wipe,
} from './bytes.ts'

const anyBytes = fc.uint8Array({ maxLength: 200 }).map((bytes): Bytes => Uint8Array.from(bytes))

describe('UTF-8', () => {
  it('round-trips every well-formed text, a leading BOM too', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(bytesToUtf8(utf8ToBytes(text))).toEqual({ ok: true, value: text })
      }),
    )
    expect(bytesToUtf8(utf8ToBytes('\uFEFFa'))).toEqual({ ok: true, value: '\uFEFFa' })
  })

  it.each([
    ['a stray continuation byte', [0x80]],
    ['a cut sequence', [0xe2, 0x82]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a code point above U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
  ])('refuses %s instead of replacing it', (_, bytes) => {
    expect(bytesToUtf8(Uint8Array.from(bytes))).toEqual({ ok: false, error: { type: 'NotUtf8' } })
  })
})

describe('base64url', () => {
  it("spells as Node's own encoder does", () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(bytesToBase64Url(bytes)).toBe(Buffer.from(bytes).toString('base64url'))
      }),
    )
  })

  it('round-trips bytes of every length up to 200', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(base64UrlToBytes(bytesToBase64Url(bytes))).toEqual({ ok: true, value: bytes })
      }),
    )
  })

  it('accepts one spelling: what it reads it writes again (RFC 4648 §3.5)', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'AQgw_-9z=+/ \n'), maxLength: 12 }), (text) => {
        const bytes = base64UrlToBytes(text)
        if (bytes.ok) expect(bytesToBase64Url(bytes.value)).toBe(text)
      }),
      { numRuns: 2_000 },
    )
  })

  it.each([
    ['padding', 'AA=='],
    ['one letter over', 'AAAAA'],
    ['trailing bits after one byte', 'AB'],
    ['trailing bits after two bytes', 'AAB'],
    ['the other alphabet', 'AA+/'],
    ['white space', 'AA A'],
    ['letters outside the alphabet', 'AAAé'],
    ['a letter outside the BMP', 'AA😀'],
  ])('refuses %s', (_, text) => {
    expect(base64UrlToBytes(text)).toEqual({ ok: false, error: { type: 'NotBase64Url' } })
  })
})

describe('hex', () => {
  it("round-trips, and spells as Node's own encoder does", () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const hex = bytesToHex(bytes)
        expect(hex).toBe(Buffer.from(bytes).toString('hex'))
        expect(hexToBytes(hex)).toEqual({ ok: true, value: bytes })
      }),
    )
  })

  it.each(['a', 'AB', '0x00', 'zz', ' 00', '00\n'])('refuses %j', (hex) => {
    expect(hexToBytes(hex)).toEqual({ ok: false, error: { type: 'NotHex' } })
  })
})

describe('comparing', () => {
  it("orders as Node's own comparison does, unsigned and the shorter first", () => {
    const short = fc.uint8Array({ maxLength: 4 })
    fc.assert(
      fc.property(short, short, (a, b) => {
        expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(a, b))
        expect(equalBytes(a, b)).toBe(Buffer.compare(a, b) === 0)
      }),
      { numRuns: 1_000 },
    )
    expect(compareBytes(Uint8Array.of(0x80), Uint8Array.of(0x7f))).toBeGreaterThan(0)
  })

  it('tells zeros from anything else', () => {
    expect(isZero(new Uint8Array(32))).toBe(true)
    for (let i = 0; i < 32; i++) expect(isZero(new Uint8Array(32).fill(128, i, i + 1))).toBe(false)
  })
})

describe('joining and wiping', () => {
  it('joins copies in order', () => {
    const part = Uint8Array.of(1, 2)
    const joined = concatBytes(part, new Uint8Array(0), Uint8Array.of(3))
    part.fill(9)
    expect(joined).toEqual(Uint8Array.of(1, 2, 3))
  })

  it('wipes every buffer that it is given, and no more of a view than its window', () => {
    const [one, two] = [Uint8Array.of(1, 2, 3), Uint8Array.of(4)]
    wipe(one.subarray(0, 2), two)
    expect([...one, ...two]).toEqual([0, 0, 3, 0])
  })
})
