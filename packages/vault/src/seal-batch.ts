import { type Bytes, type Random, assert, concatBytes } from '@salus/base'
import { LABELS, deriveEnvelopeKeys, hedgedSalt, sealAead, sha256, signEd25519, zeroNonce } from '@salus/crypto'
import {
  BATCH_CONTENT_BYTES_MAX,
  DEFLATE_BYTES_MIN,
  type DeviceId,
  type EnvelopeHeader,
  type Frontier,
  HASH_BYTES,
  type Hash,
  KEY_BYTES,
  type StreamId,
  type Suite,
  TAG_BYTES,
  type VaultId,
  batchSigningInput,
  encodeBatchContent,
  encodeEnvelope,
  encodeHeader,
  hashOf,
  headerWithoutSalt,
  pad,
} from '@salus/wire'
import { deflateRaw } from './deflate.ts'

/** All of a batch but its encryption. */
export interface BatchDraft {
  readonly vault: VaultId
  readonly stream: StreamId
  readonly suite: Suite
  readonly epoch: number
  readonly device: DeviceId
  readonly seq: number
  readonly prevHash: Hash
  readonly coreHead: Hash
  readonly frontierChanges: Frontier
  /** Canonical JSON of V24. */
  readonly ops: Bytes
}

export interface SealedBatch {
  readonly bytes: Bytes
  readonly hash: Hash
}

/** Pads, encrypts, commits and signs (V16 to V21). */
export async function sealBatch(
  draft: BatchDraft,
  streamKey: Bytes,
  signingSecret: Bytes,
  random: Random,
): Promise<SealedBatch> {
  const isDeflated = draft.ops.length >= DEFLATE_BYTES_MIN
  const ops = isDeflated ? await deflateRaw(draft.ops) : draft.ops
  const content = encodeBatchContent({ isDeflated, frontierChanges: draft.frontierChanges, ops })
  assert(content.length <= BATCH_CONTENT_BYTES_MAX, 'whoever fills a batch keeps to its limit')
  const plaintext = pad(content)
  const header = headerOf(draft, new Uint8Array(HASH_BYTES), plaintext.length)
  const salt = hedgedSalt(streamKey, random.bytes(KEY_BYTES), headerWithoutSalt(encodeHeader(header)), plaintext)
  const headerBytes = encodeHeader({ ...header, salt })
  const { key, commitment } = deriveEnvelopeKeys(streamKey, salt, LABELS.batch, sha256(headerBytes))
  const ciphertext = await sealAead(
    draft.suite,
    key,
    zeroNonce(draft.suite),
    plaintext,
    concatBytes(headerBytes, commitment),
  )
  const signature = signEd25519(signingSecret, batchSigningInput(sha256, { headerBytes, commitment, ciphertext }))
  const bytes = encodeEnvelope(headerBytes, commitment, ciphertext, signature)
  return { bytes, hash: hashOf(sha256(bytes)) }
}

function headerOf(draft: BatchDraft, salt: Bytes, plaintextBytes: number): EnvelopeHeader {
  const { suite, vault, stream, epoch, device, seq, prevHash, coreHead } = draft
  return {
    suite,
    vault,
    stream,
    epoch,
    device,
    seq,
    prevHash,
    coreHead,
    salt,
    ciphertextBytes: plaintextBytes + TAG_BYTES,
  }
}
