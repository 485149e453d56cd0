import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js'
import type { Bytes } from '@salus/base'
import { platformSubtle } from './web-crypto.ts'

/** Length of a SHA-256 digest in bytes (FIPS 180-4 §1). */
export const SHA256_BYTES = 32

/** SHA-256 over input that arrives in pieces, such as all rows of a vault for its state hash. */
export interface Sha256 {
  /** Appends bytes; returns itself, so that calls chain. */
  update(part: Uint8Array): Sha256
  /** The digest, 32 bytes. The hash is spent: any further call throws. */
  digest(): Bytes
}

/** SHA-256 (FIPS 180-4 §6.2) of the parts, joined without separators: callers give each part a fixed or written length. */
export function sha256(...parts: readonly Uint8Array[]): Bytes {
  const hash = nobleSha256.create()
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** An incremental SHA-256 (FIPS 180-4 §6.2); equal to {@link sha256} of all that was appended. */
export function createSha256(): Sha256 {
  const state = nobleSha256.create()
  const hash: Sha256 = {
    update: (part) => {
      state.update(part)
      return hash
    },
    digest: () => state.digest(),
  }
  return hash
}

/** From here on Web Crypto is faster than noble, its way to and fro included. */
const DIGEST_BYTES_MIN = 2_048

/** The same digest, by Web Crypto where there is one and the input is long: ten times as fast. */
export async function digestSha256(bytes: Bytes, subtle: SubtleCrypto | null = platformSubtle): Promise<Bytes> {
  if (subtle === null || bytes.length < DIGEST_BYTES_MIN) return sha256(bytes)
  return new Uint8Array(await subtle.digest('SHA-256', bytes))
}
