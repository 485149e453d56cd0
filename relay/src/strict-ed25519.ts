import { type KeyObject, createPublicKey, verify } from 'node:crypto'
import { type Bytes, bytesToBase64Url, bytesToHex } from '@salus/base'
import { FIELD_PRIME, GROUP_ORDER, isPrimeOrderPoint, littleEndianToBigint } from './ed25519-point.ts'
import { KEYS_CACHED_MAX } from './limits.ts'

/**
 * The y-coordinates of the points whose order divides 8, little-endian (five cover all eight: they pair up by the sign
 * of x). For such an R or key one signature fits many messages.
 */
const SMALL_ORDER_Y = new Set([
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
])

/** p and L as 32 bytes, most significant last, to compare without big integers at each signature. */
const PRIME_BYTES = littleEndian(FIELD_PRIME)
const ORDER_BYTES = littleEndian(GROUP_ORDER)

/**
 * Strict Ed25519 (V20) by node:crypto. OpenSSL checks the equation without the cofactor and S < L; the rest is added,
 * so that a relay never takes what a client would refuse: A of prime order and canonical, R canonical and not of small
 * order, S < L whatever OpenSSL does.
 */
export class StrictEd25519 {
  readonly #keysMax: number
  /** Parsed keys, in the order of use; null for those that are refused: the check costs milliseconds. */
  readonly #keys = new Map<string, KeyObject | null>()

  constructor(keysMax = KEYS_CACHED_MAX) {
    this.#keysMax = keysMax
  }

  verify(publicKey: Bytes, message: Bytes, signature: Bytes): boolean {
    if (signature.length !== 64 || publicKey.length !== 32) return false
    if (!isAcceptableR(signature.subarray(0, 32)) || !isBelow(signature.subarray(32), ORDER_BYTES)) return false
    const key = this.#keyOf(publicKey)
    return key !== null && verify(null, message, key, signature)
  }

  get keysCached(): number {
    return this.#keys.size
  }

  #keyOf(publicKey: Bytes): KeyObject | null {
    const name = bytesToBase64Url(publicKey)
    const known = this.#keys.get(name)
    const key = known === undefined ? parseKey(publicKey, name) : known
    this.#keys.delete(name)
    this.#keys.set(name, key)
    if (this.#keys.size > this.#keysMax) {
      for (const oldest of this.#keys.keys()) {
        this.#keys.delete(oldest)
        break
      }
    }
    return key
  }
}

function parseKey(publicKey: Bytes, base64Url: string): KeyObject | null {
  if (!isPrimeOrderPoint(publicKey)) return null
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: base64Url }, format: 'jwk' })
}

function isAcceptableR(encoded: Uint8Array): boolean {
  const y = Uint8Array.from(encoded)
  y[31] = (y[31] ?? 0) & 0x7f
  if (!isBelow(y, PRIME_BYTES)) return false
  // The first byte rules all but one in fifty out before hex is spelt.
  const first = y[0] ?? 0
  return (first > 1 && first !== 0xec && first !== 0x26 && first !== 0xc7) || !SMALL_ORDER_Y.has(bytesToHex(y))
}

function isBelow(value: Uint8Array, bound: Uint8Array): boolean {
  for (let i = 31; i >= 0; i--) {
    const difference = (value[i] ?? 0) - (bound[i] ?? 0)
    if (difference !== 0) return difference < 0
  }
  return false
}

function littleEndian(value: bigint): Bytes {
  const bytes = Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn))
  if (littleEndianToBigint(bytes) !== value) throw new Error('Invariant broken: 32 bytes hold the bound')
  return bytes
}
