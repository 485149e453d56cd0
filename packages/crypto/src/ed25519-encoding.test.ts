import { ed25519 } from '@noble/curves/ed25519.js'
import { type Bytes, bytesToHex } from '@salus/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isAcceptablePointEncoding, isCanonicalScalar } from './ed25519-encoding.ts'

const { Point } = ed25519
const FIELD_PRIME = 2n ** 255n - 19n
const GROUP_ORDER = Point.Fn.ORDER

describe('isAcceptablePointEncoding', () => {
  it('refuses the eight points of small order, all of them found by computing multiples of one of order 8', () => {
    const generator = pointOfOrder8()
    const encodings = new Set<string>()
    let point = Point.ZERO
    for (let i = 0; i < 8; i++) {
      encodings.add(bytesToHex(point.toBytes()))
      expect(isAcceptablePointEncoding(point.toBytes())).toBe(false)
      point = point.add(generator)
    }
    expect(encodings.size).toBe(8)
  })

  it('takes y up to p - 2 and refuses p - 1, p and what lies above, with either sign', () => {
    for (const sign of [0n, 2n ** 255n]) {
      expect(isAcceptablePointEncoding(littleEndian(FIELD_PRIME - 2n + sign))).toBe(true)
      for (let y = FIELD_PRIME - 1n; y < 2n ** 255n; y++) {
        expect(isAcceptablePointEncoding(littleEndian(y + sign))).toBe(false)
      }
    }
  })

  it('takes every public key that is made from a seed', () => {
    const anySeed = fc.uint8Array({ minLength: 32, maxLength: 32 })
    fc.assert(fc.property(anySeed, (seed) => isAcceptablePointEncoding(ed25519.getPublicKey(seed))))
  })

  it('refuses other lengths', () => {
    for (const length of [0, 31, 33, 64]) expect(isAcceptablePointEncoding(new Uint8Array(length).fill(2))).toBe(false)
  })
})

describe('isCanonicalScalar', () => {
  it('takes L - 1 and refuses L', () => {
    expect(isCanonicalScalar(littleEndian(0n))).toBe(true)
    expect(isCanonicalScalar(littleEndian(GROUP_ORDER - 1n))).toBe(true)
    expect(isCanonicalScalar(littleEndian(GROUP_ORDER))).toBe(false)
    expect(isCanonicalScalar(littleEndian(2n ** 256n - 1n))).toBe(false)
  })

  it('compares as integers do', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }), (value) => {
        expect(isCanonicalScalar(littleEndian(value))).toBe(value < GROUP_ORDER)
      }),
    )
  })

  it('refuses other lengths', () => {
    expect(isCanonicalScalar(new Uint8Array(31))).toBe(false)
    expect(isCanonicalScalar(new Uint8Array(33))).toBe(false)
  })
})

/** A point times L has only its part of small order left; some small y has one of order 8. */
function pointOfOrder8(): InstanceType<typeof Point> {
  for (let y = 2n; y < 200n; y++) {
    const point = decode(littleEndian(y))
    const torsion = point?.multiplyUnsafe(GROUP_ORDER - 1n).add(point)
    if (torsion !== undefined && !torsion.multiplyUnsafe(4n).is0()) return torsion
  }
  throw new Error('no point of order 8 among small y')
}

function decode(encoded: Bytes): InstanceType<typeof Point> | undefined {
  try {
    return Point.fromBytes(encoded)
  } catch {
    return undefined
  }
}

function littleEndian(value: bigint): Bytes {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn))
}
