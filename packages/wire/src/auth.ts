import { type Bytes, concatBytes, utf8ToBytes } from '@salus/base'
import { ByteWriter } from './binary.ts'
import { type VaultId, idBytes } from './ids.ts'
import { SIGNATURE_LABELS } from './signature-labels.ts'

/**
 * What a device signs for a token (S2): a nonce that one relay gave cannot be spent at another, since the origin that the
 * client dialled is inside.
 */
export function authSigningInput(vault: VaultId, origin: string, nonce: Bytes): Bytes {
  const dialled = utf8ToBytes(origin)
  return concatBytes(
    utf8ToBytes(SIGNATURE_LABELS.auth),
    new ByteWriter().bytes(idBytes(vault)).u16(dialled.length).bytes(dialled).bytes(nonce).finish(),
  )
}
