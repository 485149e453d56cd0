import { ed25519 } from '@noble/curves/ed25519.js'
import { bytesToHex } from '@salus/base'
import { createBoundedCache } from './bounded-cache.ts'
import { isAcceptablePointEncoding } from './ed25519-encoding.ts'

/** Public keys whose decoding is remembered: far more than a vault has devices, each entry under 1 KB. */
export const ED25519_KEYS_CACHED_MAX = 256

export type Ed25519Point = InstanceType<typeof ed25519.Point>

const decodedKeys = createBoundedCache<Ed25519Point | null>(ED25519_KEYS_CACHED_MAX)

/**
 * Whether SALUS1 takes these bytes as a signer's key: 32 bytes, canonical (RFC 8032 §5.1.3), on the curve, and of the
 * prime order L. Keys with a part of small order are refused because engines differ on them: RFC 8032 §5.1.7 allows
 * the equation with and without the cofactor, and only for such keys do the two disagree.
 */
export function isStrictEd25519PublicKey(publicKey: Uint8Array): boolean {
  return decodeStrictPublicKey(publicKey) !== null
}

/** The point of a key that {@link isStrictEd25519PublicKey} accepts, else null. Remembered: the check costs a verification. */
export function decodeStrictPublicKey(publicKey: Uint8Array): Ed25519Point | null {
  if (!isAcceptablePointEncoding(publicKey)) return null
  return decodedKeys.getOrCompute(bytesToHex(publicKey), () => {
    const point = decodePoint(publicKey)
    return point !== null && point.isTorsionFree() ? point : null
  })
}

function decodePoint(encoded: Uint8Array): Ed25519Point | null {
  try {
    return ed25519.Point.fromBytes(encoded)
  } catch {
    // noble throws where no x belongs to this y (RFC 8032 §5.1.3, step 3).
    return null
  }
}
