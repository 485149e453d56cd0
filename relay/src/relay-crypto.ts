import { hash } from 'node:crypto'
import { type Bytes, utf8ToBytes } from '@salus/base'
import { type CoreCrypto, type Hash, hashOf } from '@salus/wire'
import { StrictEd25519 } from './strict-ed25519.ts'

/** SHA-256 by OpenSSL. */
export function sha256(bytes: Uint8Array): Bytes {
  // A copy: the result of node:crypto lies in a buffer that it shares with others.
  return new Uint8Array(hash('sha256', bytes, 'buffer'))
}

/** The hash of a text's UTF-8, in which secrets (invites, tokens) are looked up. */
export function hashOfText(text: string): Hash {
  return hashOf(sha256(utf8ToBytes(text)))
}

/** What the shared rules need (V15), with one bounded cache of keys. */
export function createRelayCrypto(): CoreCrypto {
  const ed25519 = new StrictEd25519()
  return { sha256, verifyEd25519: (publicKey, message, signature) => ed25519.verify(publicKey, message, signature) }
}
