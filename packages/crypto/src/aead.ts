import { gcm } from '@noble/ciphers/aes.js'
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import { type Bytes, type Result, assert, err, ok } from '@salus/base'
import { platformSubtle } from './web-crypto.ts'

/** AES-256-GCM (NIST SP 800-38D), 12-byte nonce. SALUS1's default. */
export const SUITE_AES_256_GCM = 1
/** XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03 §2), 24-byte nonce. */
export const SUITE_XCHACHA20_POLY1305 = 2

/** SALUS1's cipher suites, as the envelope's suite byte numbers them. */
export type Suite = typeof SUITE_AES_256_GCM | typeof SUITE_XCHACHA20_POLY1305

/** Both suites take 32-byte keys. */
export const AEAD_KEY_BYTES = 32
/** Both suites append a 16-byte tag to the ciphertext. */
export const AEAD_TAG_BYTES = 16

/** One error for every cause: a wrong key, nonce, AAD, tag and a cut ciphertext are not told apart. */
export interface OpenFailed {
  readonly type: 'OpenFailed'
}

/** Bytes of nonce that a suite takes: 12 for suite 1 (SP 800-38D §8.2), 24 for suite 2 (draft-irtf-cfrg-xchacha-03 §2.3). */
export function aeadNonceBytes(suite: Suite): 12 | 24 {
  return suite === SUITE_AES_256_GCM ? 12 : 24
}

/** The all-zero nonce of SALUS1's envelopes, safe only because each envelope derives a key of its own. */
export function zeroNonce(suite: Suite): Bytes {
  return new Uint8Array(aeadNonceBytes(suite))
}

/**
 * Encrypts and authenticates. Suite 1 runs in Web Crypto, or without it in noble's table AES, whose timing a program
 * on the same processor might observe; suite 2 runs in noble.
 * @returns ciphertext followed by the 16-byte tag.
 * @throws on a key or nonce of another length: a caller's bug.
 */
export async function sealAead(
  suite: Suite,
  key: Bytes,
  nonce: Bytes,
  plaintext: Bytes,
  aad: Bytes,
  subtle: SubtleCrypto | null = platformSubtle,
): Promise<Bytes> {
  assertKeyAndNonce(suite, key, nonce)
  if (suite === SUITE_XCHACHA20_POLY1305) return xchacha20poly1305(key, nonce, aad).encrypt(plaintext)
  if (subtle === null) return gcm(key, nonce, aad).encrypt(plaintext)
  const aesKey = await subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt'])
  return new Uint8Array(await subtle.encrypt(gcmParameters(nonce, aad), aesKey, plaintext))
}

/**
 * Checks the tag, then decrypts; the reverse of {@link sealAead}.
 * @param ciphertext with its 16-byte tag at the end.
 * @throws on a key or nonce of another length: a caller's bug.
 */
export async function openAead(
  suite: Suite,
  key: Bytes,
  nonce: Bytes,
  ciphertext: Bytes,
  aad: Bytes,
  subtle: SubtleCrypto | null = platformSubtle,
): Promise<Result<Bytes, OpenFailed>> {
  assertKeyAndNonce(suite, key, nonce)
  if (ciphertext.length < AEAD_TAG_BYTES) return err({ type: 'OpenFailed' })
  if (suite === SUITE_XCHACHA20_POLY1305) return attempt(() => xchacha20poly1305(key, nonce, aad).decrypt(ciphertext))
  if (subtle === null) return attempt(() => gcm(key, nonce, aad).decrypt(ciphertext))
  const aesKey = await subtle.importKey('raw', key, 'AES-GCM', false, ['decrypt'])
  try {
    return ok(new Uint8Array(await subtle.decrypt(gcmParameters(nonce, aad), aesKey, ciphertext)))
  } catch (thrown) {
    // Web Crypto §29.4.2: a tag that does not match is an OperationError. Anything else is a bug and stays one.
    if (thrown instanceof DOMException && thrown.name === 'OperationError') return err({ type: 'OpenFailed' })
    throw thrown
  }
}

function gcmParameters(nonce: Bytes, aad: Bytes): AesGcmParams {
  return { name: 'AES-GCM', iv: nonce, additionalData: aad, tagLength: 8 * AEAD_TAG_BYTES }
}

/** noble throws a bare Error on a tag that does not match; lengths were checked before, so no other cause is left. */
function attempt(decrypt: () => Bytes): Result<Bytes, OpenFailed> {
  try {
    return ok(decrypt())
  } catch {
    return err({ type: 'OpenFailed' })
  }
}

function assertKeyAndNonce(suite: Suite, key: Bytes, nonce: Bytes): void {
  assert(key.length === AEAD_KEY_BYTES, 'an AEAD key has 32 bytes')
  assert(nonce.length === aeadNonceBytes(suite), 'a nonce has the length its suite wants')
}
