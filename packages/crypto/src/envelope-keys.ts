import { type Bytes, concatBytes, wipe } from '@salus/base'
import { hkdfSha256 } from './hkdf.ts'
import { hmacSha256 } from './hmac-sha256.ts'
import { LABELS, type Label, labelBytes } from './labels.ts'
import { sha256 } from './sha256.ts'

/** What one envelope is sealed with. `key` is secret; `commitment` is sent along. 32 bytes each. */
export interface EnvelopeKeys {
  readonly key: Bytes
  readonly commitment: Bytes
}

/**
 * An envelope's own key and its commitment (V19): HKDF-SHA-256 of the stream key, the envelope's salt, and the label
 * followed by the header's hash; 64 bytes, split in halves. The AEADs do not commit to their key: a ciphertext can be
 * made that opens under two. The commitment does, so it is compared (`equalSecret`) before anything is opened.
 * @param headerHash SHA-256 of the whole header.
 */
export function deriveEnvelopeKeys(streamKey: Bytes, salt: Bytes, label: Label, headerHash: Bytes): EnvelopeKeys {
  const output = hkdfSha256(streamKey, salt, concatBytes(labelBytes(label), headerHash), 64)
  const keys = { key: output.slice(0, 32), commitment: output.slice(32) }
  wipe(output)
  return keys
}

/**
 * An envelope's salt (V21): HMAC under a key of the stream's own over fresh random bytes and the hash of what is about
 * to be sealed. A generator that repeats itself, such as a cloned machine's, still gives different plaintexts or
 * headers different salts, and so different keys under the zero nonce.
 * @param random32 32 bytes of the platform's generator.
 * @param headerWithoutSalt the header up to its salt.
 * @returns 32 bytes, which reveal nothing of the plaintext to who lacks the stream key.
 */
export function hedgedSalt(streamKey: Bytes, random32: Bytes, headerWithoutSalt: Bytes, plaintext: Bytes): Bytes {
  const hedgeKey = hkdfSha256(streamKey, new Uint8Array(), labelBytes(LABELS.hedge), 32)
  const salt = hmacSha256(hedgeKey, random32, sha256(headerWithoutSalt, plaintext))
  wipe(hedgeKey)
  return salt
}
