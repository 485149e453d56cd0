import { type Bytes, bytesToHex } from '@salus/base'

/** Length of an Ed25519 public key and of its secret seed in bytes (RFC 8032 §5.1.5). */
export const ED25519_KEY_BYTES = 32
/** Length of an Ed25519 signature in bytes (RFC 8032 §5.1.6). */
export const ED25519_SIGNATURE_BYTES = 64

/** p = 2^255 - 19, little-endian (RFC 8032 §5.1). */
const FIELD_PRIME = littleEndian(2n ** 255n - 19n)
/** L = 2^252 + 27742317777372353535851937790883648493, little-endian (RFC 8032 §5.1). */
const GROUP_ORDER = littleEndian(2n ** 252n + 27742317777372353535851937790883648493n)

/**
 * The y-coordinates of the eight points whose order divides 8. They pair up by the sign of x, so five values of y cover
 * all: 1 (the identity), p - 1 (order 2), 0 (order 4), and two of order 8, which are the y with
 * d·y⁴ + 2·y² - 1 = 0 (mod p), the condition for the double of (x, y) to have y = 0 on -x² + y² = 1 + d·x²·y².
 */
const SMALL_ORDER_Y = new Set([
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
])

/**
 * Whether 32 bytes can be a point that SALUS1 accepts as A or R: y below p (RFC 8032 §5.1.3, step 1) and not of small
 * order, for which one signature would fit many messages. Whether the point is on the curve is left to the verifier.
 */
export function isAcceptablePointEncoding(encoded: Uint8Array): boolean {
  if (encoded.length !== ED25519_KEY_BYTES) return false
  const y = encoded.slice()
  y[31] = (y[31] ?? 0) & 0x7f
  // y = 1 and y = p - 1 have x = 0, whose sign bit must be clear (RFC 8032 §5.1.3, step 4): both are refused here.
  return isBelow(y, FIELD_PRIME) && !SMALL_ORDER_Y.has(bytesToHex(y))
}

/** Whether the scalar S is below L (RFC 8032 §5.1.7, step 1): S + L would be a second signature of the same message. */
export function isCanonicalScalar(scalar: Uint8Array): boolean {
  return scalar.length === 32 && isBelow(scalar, GROUP_ORDER)
}

function isBelow(value: Uint8Array, bound: Uint8Array): boolean {
  for (let i = 31; i >= 0; i--) {
    const difference = (value[i] ?? 0) - (bound[i] ?? 0)
    if (difference !== 0) return difference < 0
  }
  return false
}

function littleEndian(value: bigint): Bytes {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn))
}
