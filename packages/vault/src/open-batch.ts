import { type Bytes, type Result, base64UrlToBytes, concatBytes, err, ok } from '@salus/base'
import {
  LABELS,
  deriveEnvelopeKeys,
  digestSha256,
  equalSecret,
  openAead,
  sha256,
  verifyEd25519,
  zeroNonce,
} from '@salus/crypto'
import {
  BATCH_CONTENT_BYTES_MAX,
  BATCH_INFLATED_BYTES_MAX,
  type CoreState,
  type Envelope,
  type Frontier,
  decodeBatchContent,
  signedBytes,
  signingInputOf,
  unpad,
} from '@salus/wire'
import { inflateRaw } from './deflate.ts'
import type { Keyring } from './keyring.ts'

/** Where opening failed. Told apart in tests and alarms only; a screen says one thing for all (V19, V20). */
export type BatchFault =
  | { readonly type: 'SignatureWrong' }
  | { readonly type: 'KeyMissing' }
  | { readonly type: 'CommitmentWrong' }
  | { readonly type: 'OpenFailed' }
  | { readonly type: 'BadPadding' }
  | { readonly type: 'BadContent' }

export interface OpenedBatch {
  readonly frontierChanges: Frontier
  /** Inflated; not yet known to be canonical JSON. */
  readonly ops: Bytes
}

/** Is the batch its author's own? The signature comes before all else. */
export async function verifyBatch(core: CoreState, envelope: Envelope): Promise<boolean> {
  const keys = core.devices.get(envelope.header.device)?.keys
  const publicKey = keys === undefined ? undefined : base64UrlToBytes(keys.s)
  if (publicKey?.ok !== true) return false
  const digest = await digestSha256(signedBytes(envelope))
  return verifyEd25519(publicKey.value, signingInputOf(digest), envelope.signature)
}

/** Opens a batch whose signature and placement were checked. */
export async function openBatch(keyring: Keyring, envelope: Envelope): Promise<Result<OpenedBatch, BatchFault>> {
  const { header, headerBytes, commitment, ciphertext } = envelope
  const streamKey = keyring.get(header.stream)?.epochs.get(header.epoch)
  if (streamKey === undefined) return err({ type: 'KeyMissing' })
  const keys = deriveEnvelopeKeys(streamKey, header.salt, LABELS.batch, sha256(headerBytes))
  if (!equalSecret(keys.commitment, commitment)) return err({ type: 'CommitmentWrong' })
  const padded = await openAead(
    header.suite,
    keys.key,
    zeroNonce(header.suite),
    ciphertext,
    concatBytes(headerBytes, commitment),
  )
  if (!padded.ok) return padded
  const plain = unpad(padded.value)
  if (!plain.ok) return plain
  if (plain.value.length > BATCH_CONTENT_BYTES_MAX) return err({ type: 'BadContent' })
  const content = decodeBatchContent(plain.value)
  if (!content.ok) return err({ type: 'BadContent' })
  const { isDeflated, frontierChanges, ops } = content.value
  if (!isDeflated) return ok({ frontierChanges, ops })
  const inflated = await inflateRaw(ops, BATCH_INFLATED_BYTES_MAX)
  return inflated.ok ? ok({ frontierChanges, ops: inflated.value }) : err({ type: 'BadContent' })
}
