import { type Bytes, type Result, bytesToUtf8, concatBytes, ok, utf8ToBytes } from '@salus/base'
import { ByteReader, ByteWriter } from './binary.ts'
import {
  type DeviceId,
  HASH_BYTES,
  type Hash,
  ID_BYTES,
  SIGNATURE_BYTES,
  type StreamId,
  type SyntaxFault,
  type VaultId,
  deviceIdOf,
  hashOf,
  idBytes,
  malformed,
  streamIdOf,
  vaultIdOf,
} from './ids.ts'
import { BATCH_BYTES_MAX } from './limits.ts'
import { SIGNATURE_LABELS } from './signature-labels.ts'

/** 1 = AES-256-GCM, 2 = XChaCha20-Poly1305 (V19). */
export type Suite = 1 | 2

export const ENVELOPE_VERSION = 1
/** The one kind of envelope that this version has (V16). */
export const KIND_BATCH = 1
export const HEADER_BYTES = 179
/** Both suites' authentication tag. */
export const TAG_BYTES = 16

const MAGIC = utf8ToBytes('SLS1')
/** Where the salt lies, so that V21 can hash the header without it. */
const SALT_OFFSET = HEADER_BYTES - 4 - HASH_BYTES

/** What everybody can read of a batch (V16). */
export interface EnvelopeHeader {
  readonly suite: Suite
  readonly vault: VaultId
  readonly stream: StreamId
  readonly epoch: number
  readonly device: DeviceId
  /** 1 for the first batch of a chain. */
  readonly seq: number
  readonly prevHash: Hash
  readonly coreHead: Hash
  readonly salt: Bytes
  readonly ciphertextBytes: number
}

/** A batch taken apart; nothing in it has been verified yet. */
export interface Envelope {
  readonly header: EnvelopeHeader
  readonly headerBytes: Bytes
  readonly commitment: Bytes
  readonly ciphertext: Bytes
  readonly signature: Bytes
  /** The whole batch, as it travels and as it lies on the disk. */
  readonly bytes: Bytes
}

export function encodeHeader(header: EnvelopeHeader): Bytes {
  return new ByteWriter()
    .bytes(MAGIC)
    .u8(ENVELOPE_VERSION)
    .u8(KIND_BATCH)
    .u8(header.suite)
    .bytes(idBytes(header.vault))
    .bytes(idBytes(header.stream))
    .u32(header.epoch)
    .bytes(idBytes(header.device))
    .u32(header.seq)
    .bytes(idBytes(header.prevHash))
    .bytes(idBytes(header.coreHead))
    .bytes(header.salt)
    .u32(header.ciphertextBytes)
    .finish()
}

/** H without salt and length (V21). */
export function headerWithoutSalt(headerBytes: Uint8Array): Bytes {
  return Uint8Array.from(headerBytes.subarray(0, SALT_OFFSET))
}

export function encodeEnvelope(headerBytes: Bytes, commitment: Bytes, ciphertext: Bytes, signature: Bytes): Bytes {
  return concatBytes(headerBytes, commitment, ciphertext, signature)
}

/** What the author signs, but for the label (V20): the input of the hash. */
export function batchSigningInput(
  hash: (bytes: Uint8Array) => Bytes,
  parts: Pick<Envelope, 'headerBytes' | 'commitment' | 'ciphertext'>,
): Bytes {
  return signingInputOf(hash(concatBytes(parts.headerBytes, parts.commitment, parts.ciphertext)))
}

/** The same of a hash of H | c | C that has been taken already. */
export function signingInputOf(hash: Bytes): Bytes {
  return concatBytes(utf8ToBytes(SIGNATURE_LABELS.batch), hash)
}

/** H | c | C, whose hash the author signs (V20): a view. */
export function signedBytes(envelope: Envelope): Bytes {
  return envelope.bytes.subarray(0, envelope.bytes.length - SIGNATURE_BYTES)
}

/** Takes a batch apart and refuses all that is not SALUS1 version 1 (V16). */
export function decodeEnvelope(bytes: Bytes): Result<Envelope, SyntaxFault> {
  if (bytes.length > BATCH_BYTES_MAX) return malformed('batch size')
  const reader = new ByteReader(bytes)
  const magic = bytesToUtf8(reader.bytes(4))
  if (!magic.ok || magic.value !== 'SLS1') return malformed('magic')
  if (reader.u8() !== ENVELOPE_VERSION) return malformed('version')
  if (reader.u8() !== KIND_BATCH) return malformed('kind')
  const suite = reader.u8()
  if (suite !== 1 && suite !== 2) return malformed('suite')
  const header: EnvelopeHeader = {
    suite,
    vault: vaultIdOf(reader.bytes(HASH_BYTES)),
    stream: streamIdOf(reader.bytes(ID_BYTES)),
    epoch: reader.u32(),
    device: deviceIdOf(reader.bytes(ID_BYTES)),
    seq: reader.u32(),
    prevHash: hashOf(reader.bytes(HASH_BYTES)),
    coreHead: hashOf(reader.bytes(HASH_BYTES)),
    salt: reader.bytes(HASH_BYTES),
    ciphertextBytes: reader.u32(),
  }
  if (!reader.isWithin) return malformed('header')
  if (header.seq < 1) return malformed('seq')
  if (reader.remaining !== HASH_BYTES + header.ciphertextBytes + SIGNATURE_BYTES) return malformed('length')
  if (header.ciphertextBytes < TAG_BYTES) return malformed('length')
  return ok({
    header,
    headerBytes: Uint8Array.from(bytes.subarray(0, HEADER_BYTES)),
    commitment: reader.bytes(HASH_BYTES),
    ciphertext: reader.bytes(header.ciphertextBytes),
    signature: reader.bytes(SIGNATURE_BYTES),
    bytes,
  })
}
