import { ed25519 } from '@noble/curves/ed25519.js'
import { bytesToNumberLE } from '@noble/curves/utils.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { type Bytes, assert, bytesToHex, equalBytes } from '@salus/base'
import { createBoundedCache } from './bounded-cache.ts'
import { ED25519_KEY_BYTES, isAcceptablePointEncoding, isCanonicalScalar } from './ed25519-encoding.ts'
import { ED25519_KEYS_CACHED_MAX, type Ed25519Point, decodeStrictPublicKey } from './ed25519-public-key.ts'
import { platformSubtle } from './web-crypto.ts'

/** An Ed25519 pair. `secretKey` is the 32-byte seed that RFC 8032 §5.1.5 calls the private key. */
export interface Ed25519Keys {
  readonly publicKey: Bytes
  readonly secretKey: Bytes
}

/** Says whether a signature is the key's own on this message; never throws and gives no reason. */
export type VerifyEd25519 = (publicKey: Bytes, message: Bytes, signature: Bytes) => Promise<boolean>

/** The pair of a 32-byte seed (RFC 8032 §5.1.5). The seed is copied. @throws on another length: a caller's bug. */
export function ed25519KeysFromSeed(seed: Bytes): Ed25519Keys {
  assert(seed.length === ED25519_KEY_BYTES, 'an Ed25519 seed has 32 bytes')
  return { publicKey: ed25519.getPublicKey(seed), secretKey: seed.slice() }
}

/** Signs (RFC 8032 §5.1.6, deterministic); 64 bytes. @throws on a secret of another length: a caller's bug. */
export function signEd25519(secretKey: Bytes, message: Bytes): Bytes {
  assert(secretKey.length === ED25519_KEY_BYTES, 'an Ed25519 secret has 32 bytes')
  return ed25519.sign(message, secretKey)
}

/**
 * Strict verification, in noble: RFC 8032 §5.1.7 with the equation [S]B = R + [k]A without the cofactor, S below L,
 * A and R canonical, A of prime order, R not of small order. Of the verifiers in use this is the narrowest set, so
 * that no two devices, whatever their engine, disagree about a batch.
 */
export function verifyEd25519Sync(publicKey: Bytes, message: Bytes, signature: Bytes): boolean {
  const signer = decodeStrictPublicKey(publicKey)
  return signer !== null && isWellFormed(signature) && satisfiesEquation(signer, publicKey, message, signature)
}

/**
 * {@link verifyEd25519Sync} with the engine's own Ed25519 where it has one (Secure Curves in Web Crypto), several
 * times as fast. Accepts the same set: the checks that engines leave out run before it. They are not a formality.
 * Chromium 156 and Firefox 153 take keys of small order, WebKitGTK 2.50 takes S + L and keys with a part of order 8,
 * and its process ends on a key that is no point of the curve (all seen with the vectors in tests/vectors/crypto).
 */
export const verifyEd25519: VerifyEd25519 = createEd25519Verifier(platformSubtle)

/** A verifier over the given Web Crypto, tried once; noble decides where it is null, lacks Ed25519 or throws. */
export function createEd25519Verifier(subtle: SubtleCrypto | null): VerifyEd25519 {
  let engine: Promise<EngineVerifier | null> | undefined
  return async (publicKey, message, signature) => {
    const signer = decodeStrictPublicKey(publicKey)
    if (signer === null || !isWellFormed(signature)) return false
    engine ??= createEngineVerifier(subtle)
    const verdict = (await (await engine)?.(publicKey, message, signature)) ?? null
    return verdict ?? satisfiesEquation(signer, publicKey, message, signature)
  }
}

/** The engine's verdict; null where it threw instead of giving one. */
type EngineVerifier = (publicKey: Bytes, message: Bytes, signature: Bytes) => Promise<boolean | null>

async function createEngineVerifier(subtle: SubtleCrypto | null): Promise<EngineVerifier | null> {
  if (subtle === null) return null
  const importedKeys = createBoundedCache<Promise<CryptoKey>>(ED25519_KEYS_CACHED_MAX)
  const verify: EngineVerifier = async (publicKey, message, signature) => {
    try {
      const key = await importedKeys.getOrCompute(bytesToHex(publicKey), () =>
        subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify']),
      )
      return await subtle.verify('Ed25519', key, signature, message)
    } catch {
      return null
    }
  }
  return (await passesKnownAnswers(verify)) ? verify : null
}

/** An engine counts as having Ed25519 when it tells noble's signature from the same with one bit changed. */
async function passesKnownAnswers(verify: EngineVerifier): Promise<boolean> {
  const keys = ed25519KeysFromSeed(new Uint8Array(ED25519_KEY_BYTES).fill(1))
  const message = new Uint8Array(1)
  const signature = signEd25519(keys.secretKey, message)
  const forged = signature.slice()
  forged[32] = (forged[32] ?? 0) ^ 1
  return (
    (await verify(keys.publicKey, message, signature)) === true &&
    (await verify(keys.publicKey, message, forged)) === false
  )
}

/** R and S, 32 bytes each and no more, in the one spelling that is accepted. */
function isWellFormed(signature: Bytes): boolean {
  return isAcceptablePointEncoding(signature.subarray(0, 32)) && isCanonicalScalar(signature.subarray(32))
}

/** R is compared as bytes: it must be the one canonical encoding of [S]B - [k]A. */
function satisfiesEquation(signer: Ed25519Point, publicKey: Bytes, message: Bytes, signature: Bytes): boolean {
  const encodedR = signature.subarray(0, 32)
  const hash = sha512.create().update(encodedR).update(publicKey).update(message).digest()
  const challenge = ed25519.Point.Fn.create(bytesToNumberLE(hash))
  const scalar = bytesToNumberLE(signature.subarray(32))
  // Nothing here is secret, so the faster multiplication, whose time varies, will do.
  const expected = ed25519.Point.BASE.multiplyUnsafe(scalar).subtract(signer.multiplyUnsafe(challenge))
  return equalBytes(expected.toBytes(), encodedR)
}
