import { hkdfSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HKDF_LENGTH_MAX, hkdfSha256 } from './hkdf.ts'

describe('HKDF-SHA-256', () => {
  it('equals OpenSSL for any input', () => {
    const anyBytes = fc.uint8Array({ maxLength: 100 })
    fc.assert(
      fc.property(anyBytes, anyBytes, anyBytes, fc.integer({ min: 1, max: 200 }), (ikm, salt, info, length) => {
        const expected = new Uint8Array(hkdfSync('sha256', ikm, salt, info, length))
        expect(hkdfSha256(ikm, salt, info, length)).toEqual(expected)
      }),
    )
  })

  it('gives 8160 bytes at most (RFC 5869 §2.3)', () => {
    const empty = new Uint8Array()
    expect(hkdfSha256(empty, empty, empty, HKDF_LENGTH_MAX)).toHaveLength(HKDF_LENGTH_MAX)
    for (const length of [HKDF_LENGTH_MAX + 1, 0, -1, 1.5]) {
      expect(() => hkdfSha256(empty, empty, empty, length)).toThrow('Invariant broken')
    }
  })

  it('leaves the caller its input key', () => {
    const ikm = Uint8Array.of(1, 2, 3)
    hkdfSha256(ikm, new Uint8Array(), new Uint8Array(), 32)
    expect(ikm).toEqual(Uint8Array.of(1, 2, 3))
  })
})
