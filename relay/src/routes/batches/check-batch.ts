import { createHash } from 'node:crypto'
import { type Bytes, type Result, err, ok } from '@salus/base'
import {
  BATCH_BYTES_MAX,
  type CoreCrypto,
  type CoreState,
  type Hash,
  SIGNATURE_BYTES,
  type StreamId,
  checkPlacement,
  decodeEnvelope,
  hashOf,
  signingInputOf,
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
export function checkBatch(
  crypto: CoreCrypto,
  core: CoreState,
  stream: StreamId,
  bytes: Bytes,
): Result<NewBatch, BatchFault> {
  if (bytes.length > BATCH_BYTES_MAX) return err({ type: 'TooLarge' })
  const envelope = decodeEnvelope(bytes)
  if (!envelope.ok) return bad('Malformed')
  const { header, signature } = envelope.value
  if (header.stream !== stream) return bad('OtherStream')
  if (header.vault !== core.vault) return bad('ForeignVault')
  const author = core.devices.get(header.device)
  if (author === undefined) return bad('NotItsAuthor')
  const hashes = hashBatch(bytes)
  // What is signed has been hashed already: there is nothing to join, only the label to put before it.
  const message = signingInputOf(hashes.signed)
  if (!crypto.verifyEd25519(decodedKey(author.keys.s), message, signature)) return bad('Signature')
  // The batch's own word on its predecessor: the chain itself is compared later.
  const claimed = { seq: header.seq - 1, hash: header.prevHash, coreSeq: 0 }
  const coreSeq = checkPlacement(core, header, hashes.whole, header.seq === 1 ? undefined : claimed)
  if (!coreSeq.ok) return bad(coreSeq.error.type)
  return ok({
    device: header.device,
    seq: header.seq,
    prevHash: header.prevHash,
    hash: hashes.whole,
    coreSeq: coreSeq.value,
    bytes,
  })
}

/** The hash that the author signs, of H | c | C, and the batch's own, of all with the signature (V20), in one pass. */
function hashBatch(bytes: Bytes): { readonly signed: Bytes; readonly whole: Hash } {
  const hash = createHash('sha256').update(bytes.subarray(0, -SIGNATURE_BYTES))
  const signed = new Uint8Array(hash.copy().digest())
  return { signed, whole: hashOf(hash.update(bytes.subarray(-SIGNATURE_BYTES)).digest()) }
}
