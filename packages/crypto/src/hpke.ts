import { type Bytes, type Random, type Result, assert, err, ok, wipe } from '@salus/base'
import { type OpenFailed, SUITE_AES_256_GCM, openAead, sealAead } from './aead.ts'
import { type HpkeAead, type HpkeContextKeys, extractAndExpand, keyScheduleBase } from './hpke-key-schedule.ts'
import { platformSubtle } from './web-crypto.ts'
import { type LowOrderPublicKey, X25519_KEY_BYTES, x25519KeysFromSeed, x25519SharedSecret } from './x25519.ts'

/** AES-256-GCM (RFC 9180 §7.3): SALUS1's one HPKE suite is (0x0020, 0x0001, 0x0002). */
const AES_256_GCM: HpkeAead = { id: 0x0002, keyBytes: 32 }

/** A sealed message: `enc` is the sender's one-time public key (32 bytes), `ciphertext` ends with its 16-byte tag. */
export interface HpkeSealed {
  readonly enc: Bytes
  readonly ciphertext: Bytes
}

/**
 * SealBase, single-shot (RFC 9180 §6.1): DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. Only the holder of
 * the recipient's secret key opens it; who sent it is not proven, so the caller signs what it wraps.
 * @param random gives the sender's one-time secret of 32 bytes.
 * @returns `LowOrderPublicKey` for a recipient key that forces the shared secret to zero (RFC 9180 §7.1.4).
 */
export async function hpkeSeal(
  recipientPublicKey: Bytes,
  info: Bytes,
  aad: Bytes,
  plaintext: Bytes,
  random: Random,
  subtle: SubtleCrypto | null = platformSubtle,
): Promise<Result<HpkeSealed, LowOrderPublicKey>> {
  const seed = random.bytes(X25519_KEY_BYTES)
  const ephemeral = x25519KeysFromSeed(seed)
  const diffieHellman = x25519SharedSecret(ephemeral.secretKey, recipientPublicKey)
  wipe(seed, ephemeral.secretKey)
  if (!diffieHellman.ok) return diffieHellman
  const { key, baseNonce } = scheduleKeys(diffieHellman.value, ephemeral.publicKey, recipientPublicKey, info)
  // ComputeNonce(0) is base_nonce itself (RFC 9180 §5.2).
  const ciphertext = await sealAead(SUITE_AES_256_GCM, key, baseNonce, plaintext, aad, subtle)
  wipe(key, baseNonce)
  return ok({ enc: ephemeral.publicKey, ciphertext })
}

/**
 * OpenBase, single-shot (RFC 9180 §6.1), the reverse of {@link hpkeSeal}. A sender's key of low order, a wrong
 * recipient, info, AAD and a changed ciphertext are all the one `OpenFailed`.
 * @throws on a secret key of another length: a caller's bug.
 */
export async function hpkeOpen(
  secretKey: Bytes,
  enc: Bytes,
  info: Bytes,
  aad: Bytes,
  ciphertext: Bytes,
  subtle: SubtleCrypto | null = platformSubtle,
): Promise<Result<Bytes, OpenFailed>> {
  assert(secretKey.length === X25519_KEY_BYTES, 'an X25519 secret has 32 bytes')
  if (enc.length !== X25519_KEY_BYTES) return err({ type: 'OpenFailed' })
  const recipient = x25519KeysFromSeed(secretKey)
  const diffieHellman = x25519SharedSecret(recipient.secretKey, enc)
  wipe(recipient.secretKey)
  if (!diffieHellman.ok) return err({ type: 'OpenFailed' })
  const { key, baseNonce } = scheduleKeys(diffieHellman.value, enc, recipient.publicKey, info)
  const opened = await openAead(SUITE_AES_256_GCM, key, baseNonce, ciphertext, aad, subtle)
  wipe(key, baseNonce)
  return opened
}

/** SetupBaseS and SetupBaseR from their Diffie-Hellman output on (RFC 9180 §5.1.1); wipes that output. */
function scheduleKeys(diffieHellman: Bytes, enc: Bytes, recipientPublicKey: Bytes, info: Bytes): HpkeContextKeys {
  const sharedSecret = extractAndExpand(diffieHellman, enc, recipientPublicKey)
  const keys = keyScheduleBase(AES_256_GCM, sharedSecret, info)
  wipe(diffieHellman, sharedSecret)
  return keys
}
