import { type Bytes, type Result, err, ok } from '@salus/base'
import {
  BATCH_BYTES_MAX,
  type CoreCrypto,
  type CoreState,
  type StreamId,
  batchSigningInput,
  checkPlacement,
  decodeEnvelope,
  hashOf,
} from '@salus/wire'
import type { NewBatch } from '../../store/port.ts'
import { decodedKey } from '../auth/auth-request.ts'

/** Why a batch is refused; V22's faults go by the names of `checkPlacement`. */
export type BatchFault = { readonly type: 'TooLarge' } | { readonly type: 'BadBatch'; readonly reason: string }

const bad = (reason: string): { ok: false; error: BatchFault } => err({ type: 'BadBatch', reason })

/**
 * Everything that can be said of a batch under a core state without its chain (S14): form, stream, author, signature,
 * placement. Whether it is its chain's next the store compares inside its transaction.
 */
export function checkBatch(crypto: CoreCrypto, core: CoreState, stream: StreamId, bytes: Bytes): Result<NewBatch, BatchFault> {
  if (bytes.length > BATCH_BYTES_MAX) return err({ type: 'TooLarge' })
  const envelope = decodeEnvelope(bytes)
  if (!envelope.ok) return bad('Malformed')
  const { header, signature } = envelope.value
  if (header.stream !== stream) return bad('OtherStream')
  if (header.vault !== core.vault) return bad('ForeignVault')
  const author = core.devices.get(header.device)
  if (author === undefined) return bad('NotItsAuthor')
  const message = batchSigningInput((part) => crypto.sha256(part), envelope.value)
  if (!crypto.verifyEd25519(decodedKey(author.keys.s), message, signature)) return bad('Signature')
  const hash = hashOf(crypto.sha256(bytes))
  // The batch's own word on its predecessor: the chain itself is compared later.
  const claimed = { seq: header.seq - 1, hash: header.prevHash, coreSeq: 0 }
  const coreSeq = checkPlacement(core, header, hash, header.seq === 1 ? undefined : claimed)
  if (!coreSeq.ok) return bad(coreSeq.error.type)
  return ok({ device: header.device, seq: header.seq, prevHash: header.prevHash, hash, coreSeq: coreSeq.value, bytes })
}
