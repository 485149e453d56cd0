import { x25519 } from '@noble/curves/ed25519.js'
import { type Bytes, type Result, assert, err, isZero, ok } from '@salus/base'

/** Length of an X25519 public key, secret key and shared secret in bytes (RFC 7748 §5). */
export const X25519_KEY_BYTES = 32

/** An X25519 pair. `secretKey` is kept as the 32 random bytes; RFC 7748 §5 clamps them on each use. */
export interface X25519Keys {
  readonly publicKey: Bytes
  readonly secretKey: Bytes
}

/** The peer's key is one of the few that force the shared secret to zero, whatever the own secret (RFC 7748 §6.1). */
export interface LowOrderPublicKey {
  readonly type: 'LowOrderPublicKey'
}

/** The pair of 32 random bytes (RFC 7748 §6.1). The seed is copied. @throws on another length: a caller's bug. */
export function x25519KeysFromSeed(seed: Bytes): X25519Keys {
  assert(seed.length === X25519_KEY_BYTES, 'an X25519 seed has 32 bytes')
  return { publicKey: x25519.getPublicKey(seed), secretKey: seed.slice() }
}

/**
 * The shared secret X25519(secretKey, publicKey) (RFC 7748 §6.1): 32 bytes for a key derivation, never a key as is.
 * An all-zero result is refused, as RFC 9180 §7.1.4 demands. @throws on other lengths: a caller's bug.
 */
export function x25519SharedSecret(secretKey: Bytes, publicKey: Bytes): Result<Bytes, LowOrderPublicKey> {
  assert(secretKey.length === X25519_KEY_BYTES, 'an X25519 secret has 32 bytes')
  assert(publicKey.length === X25519_KEY_BYTES, 'an X25519 public key has 32 bytes')
  let shared: Bytes
  try {
    shared = x25519.getSharedSecret(secretKey, publicKey)
  } catch {
    // Lengths are right, so noble's one remaining reason is a public key of low order.
    return err({ type: 'LowOrderPublicKey' })
  }
  return isZero(shared) ? err({ type: 'LowOrderPublicKey' }) : ok(shared)
}
