import {
  type Bytes,
  type Json,
  type Result,
  bytesToUtf8,
  canonicalJson,
  compareBytes,
  concatBytes,
  ok,
  parseCanonicalJson,
  utf8ToBytes,
} from '@salus/base'
import { ByteReader, ByteWriter } from './binary.ts'
import { type CoreBody, type CoreEntryType, decodeCoreBody } from './core-body.ts'
import {
  type DeviceId,
  HASH_BYTES,
  type Hash,
  ID_BYTES,
  SIGNATURE_BYTES,
  type SyntaxFault,
  type VaultId,
  deviceIdOf,
  hashOf,
  idBytes,
  malformed,
  vaultIdOf,
} from './ids.ts'
import { CORE_BODY_BYTES_MAX, CORE_ENTRY_BYTES_MAX, CORE_SIGNERS_MAX } from './limits.ts'
import { SIGNATURE_LABELS } from './signature-labels.ts'

const MAGIC = 'SLSC'
const CORE_VERSION = 1

/** The number on the wire of each type of entry (V8); 6 to 11 are reserved. */
const TYPE_NUMBERS: Readonly<Record<CoreEntryType, number>> = {
  genesis: 1,
  addDevice: 2,
  replaceDevice: 3,
  settle: 4,
  removeDevice: 5,
}

export interface CoreSignature {
  readonly signer: DeviceId
  readonly signature: Bytes
}

export interface CoreEntry {
  readonly vault: VaultId
  readonly seq: number
  readonly prevHash: Hash
  readonly body: CoreBody
  readonly signatures: readonly CoreSignature[]
  /** T of V5: what the signers sign the hash of. */
  readonly signedBytes: Bytes
  readonly bytes: Bytes
}

/** A well-formed entry of a later version: kept, but nothing may go on past it (V7). */
export type UnknownEntry = { readonly type: 'UnknownEntry'; readonly version: number; readonly entryType: number }

/** T of V5. */
export function encodeCoreEntry(vault: VaultId, seq: number, prevHash: Hash, body: CoreBody): Bytes {
  const { type, ...members } = body
  // A body's members are JSON by construction: its interfaces hold text, numbers and lists of them.
  const json = utf8ToBytes(canonicalJson(members as unknown as Json))
  return new ByteWriter()
    .bytes(utf8ToBytes(MAGIC))
    .u8(CORE_VERSION)
    .u8(TYPE_NUMBERS[type])
    .bytes(idBytes(vault))
    .u32(seq)
    .bytes(idBytes(prevHash))
    .u32(json.length)
    .bytes(json)
    .finish()
}

/** What a signer of T signs (V5). */
export function coreSigningInput(hash: (bytes: Uint8Array) => Bytes, signedBytes: Bytes): Bytes {
  return concatBytes(utf8ToBytes(SIGNATURE_LABELS.core), hash(signedBytes))
}

/** T and its signatures, in the signers' order. */
export function attachSignatures(signedBytes: Bytes, signatures: readonly CoreSignature[]): Bytes {
  const writer = new ByteWriter().bytes(signedBytes).u8(signatures.length)
  const signers = signatures.map(({ signer, signature }) => ({ id: idBytes(signer), signature }))
  for (const { id, signature } of signers.sort((a, b) => compareBytes(a.id, b.id))) writer.bytes(id).bytes(signature)
  return writer.finish()
}

export function decodeCoreEntry(bytes: Bytes): Result<CoreEntry, SyntaxFault | UnknownEntry> {
  if (bytes.length > CORE_ENTRY_BYTES_MAX) return malformed('entry size')
  const reader = new ByteReader(bytes)
  const magic = bytesToUtf8(reader.bytes(4))
  if (!magic.ok || magic.value !== MAGIC) return malformed('magic')
  const version = reader.u8()
  const entryType = reader.u8()
  if (version < CORE_VERSION || entryType === 0) return malformed('version')
  const type = typeOf(entryType)
  if (version > CORE_VERSION || type === undefined)
    return { ok: false, error: { type: 'UnknownEntry', version, entryType } }
  const vault = vaultIdOf(reader.bytes(HASH_BYTES))
  const seq = reader.u32()
  const prevHash = hashOf(reader.bytes(HASH_BYTES))
  const bodyLength = reader.u32()
  if (bodyLength > CORE_BODY_BYTES_MAX) return malformed('body size')
  const text = bytesToUtf8(reader.bytes(bodyLength))
  const signedLength = bytes.length - reader.remaining
  const signatures = decodeSignatures(reader)
  if (!text.ok || !reader.isComplete || signatures === undefined) return malformed('entry')
  const json = parseCanonicalJson(text.value)
  if (!json.ok) return malformed('body')
  const body = decodeCoreBody(type, json.value)
  if (!body.ok) return body
  return ok({
    vault,
    seq,
    prevHash,
    body: body.value,
    signatures,
    signedBytes: Uint8Array.from(bytes.subarray(0, signedLength)),
    bytes,
  })
}

function typeOf(number: number): CoreEntryType | undefined {
  for (const type of ['genesis', 'addDevice', 'replaceDevice', 'settle', 'removeDevice'] as const)
    if (TYPE_NUMBERS[type] === number) return type
  return undefined
}

function decodeSignatures(reader: ByteReader): CoreSignature[] | undefined {
  const count = reader.u8()
  if (count < 1 || count > CORE_SIGNERS_MAX) return undefined
  const signatures: CoreSignature[] = []
  let previous: Bytes | undefined
  for (let i = 0; i < count; i++) {
    const signer = reader.bytes(ID_BYTES)
    if (previous !== undefined && compareBytes(previous, signer) >= 0) return undefined
    signatures.push({ signer: deviceIdOf(signer), signature: reader.bytes(SIGNATURE_BYTES) })
    previous = signer
  }
  return signatures
}
