import { expand, extract } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { type Bytes, assert, wipe } from '@salus/base'

/** The longest output of HKDF-SHA-256: 255 blocks of 32 bytes (RFC 5869 §2.3). */
export const HKDF_LENGTH_MAX = 255 * 32

/**
 * HKDF-SHA-256, extract and expand (RFC 5869 §2).
 * @param salt may be empty, which RFC 5869 §2.2 equates to 32 zero bytes.
 * @param length bytes wanted, 1 to {@link HKDF_LENGTH_MAX}.
 * @throws when `length` is out of range: a caller's bug.
 */
export function hkdfSha256(ikm: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Bytes {
  const pseudorandomKey = hkdfExtract(salt, ikm)
  const output = hkdfExpand(pseudorandomKey, info, length)
  wipe(pseudorandomKey)
  return output
}

/** HKDF-Extract (RFC 5869 §2.2): 32 bytes. The argument order is the RFC's. */
export function hkdfExtract(salt: Uint8Array, ikm: Uint8Array): Bytes {
  return extract(sha256, ikm, salt)
}

/** HKDF-Expand (RFC 5869 §2.3). @throws when `length` is out of range: a caller's bug. */
export function hkdfExpand(pseudorandomKey: Uint8Array, info: Uint8Array, length: number): Bytes {
  assert(Number.isInteger(length) && length >= 1 && length <= HKDF_LENGTH_MAX, 'HKDF output is 1 to 8160 bytes')
  return expand(sha256, pseudorandomKey, info, length)
}
