import { type Bytes, type Random, type Result, concatBytes, err, ok } from '@salus/base'
import { SUITE_XCHACHA20_POLY1305, openAead, sealAead } from '@salus/crypto'

/** A random nonce of this length never repeats (XChaCha20, draft-irtf-cfrg-xchacha-03 §2). */
const NONCE_BYTES = 24

/** nonce | XChaCha20-Poly1305 (V31): for what is written anew under one key, as the keystore is. */
export async function sealBox(key: Bytes, plaintext: Bytes, aad: Bytes, random: Random): Promise<Bytes> {
  const nonce = random.bytes(NONCE_BYTES)
  return concatBytes(nonce, await sealAead(SUITE_XCHACHA20_POLY1305, key, nonce, plaintext, aad))
}

export async function openBox(key: Bytes, box: Bytes, aad: Bytes): Promise<Result<Bytes, { type: 'OpenFailed' }>> {
  if (box.length < NONCE_BYTES) return err({ type: 'OpenFailed' })
  const opened = await openAead(SUITE_XCHACHA20_POLY1305, key, box.slice(0, NONCE_BYTES), box.slice(NONCE_BYTES), aad)
  return opened.ok ? ok(opened.value) : err({ type: 'OpenFailed' })
}
