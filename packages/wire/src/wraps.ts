import { type Bytes, type Result, compareBytes, concatBytes, ok } from '@salus/base'
import { ByteReader, ByteWriter } from './binary.ts'
import {
  type DeviceId,
  ID_BYTES,
  KEY_BYTES,
  type StreamId,
  type SyntaxFault,
  deviceIdOf,
  idBytes,
  malformed,
  streamIdOf,
} from './ids.ts'
import { LINKS_BYTES_MAX, WRAPS_BYTES_MAX } from './limits.ts'

/** HPKE's tag over the key and its category (V12). */
const WRAP_CIPHERTEXT_BYTES = 49
const WRAP_BYTES = ID_BYTES + 4 + ID_BYTES + KEY_BYTES + WRAP_CIPHERTEXT_BYTES
/** AES-GCM's tag over the previous epoch's key (V13). */
const LINK_CIPHERTEXT_BYTES = 48
const LINK_BYTES = ID_BYTES + 4 + LINK_CIPHERTEXT_BYTES

/** A stream's key of one epoch, sealed to one recipient (V12). */
export interface Wrap {
  readonly stream: StreamId
  readonly epoch: number
  readonly recipient: DeviceId
  readonly enc: Bytes
  readonly ciphertext: Bytes
}

/** The previous epoch's key under this one's (V13). */
export interface Link {
  readonly stream: StreamId
  readonly epoch: number
  readonly ciphertext: Bytes
}

/** Sorts, so that one set of wraps has one spelling. */
export function encodeWraps(wraps: readonly Wrap[]): Bytes {
  return concatBytes(...wraps.map(encodeWrap).sort(compareBytes))
}

export function decodeWraps(bytes: Uint8Array): Result<Wrap[], SyntaxFault> {
  return decodeSorted(bytes, WRAP_BYTES, WRAPS_BYTES_MAX, ID_BYTES + 4 + ID_BYTES, 'wraps', (reader) => ({
    stream: streamIdOf(reader.bytes(ID_BYTES)),
    epoch: reader.u32(),
    recipient: deviceIdOf(reader.bytes(ID_BYTES)),
    enc: reader.bytes(KEY_BYTES),
    ciphertext: reader.bytes(WRAP_CIPHERTEXT_BYTES),
  }))
}

export function encodeLinks(links: readonly Link[]): Bytes {
  return concatBytes(...links.map(encodeLink).sort(compareBytes))
}

export function decodeLinks(bytes: Uint8Array): Result<Link[], SyntaxFault> {
  return decodeSorted(bytes, LINK_BYTES, LINKS_BYTES_MAX, ID_BYTES + 4, 'links', (reader) => ({
    stream: streamIdOf(reader.bytes(ID_BYTES)),
    epoch: reader.u32(),
    ciphertext: reader.bytes(LINK_CIPHERTEXT_BYTES),
  }))
}

function encodeWrap(wrap: Wrap): Bytes {
  return new ByteWriter()
    .bytes(idBytes(wrap.stream))
    .u32(wrap.epoch)
    .bytes(idBytes(wrap.recipient))
    .bytes(wrap.enc)
    .bytes(wrap.ciphertext)
    .finish()
}

function encodeLink(link: Link): Bytes {
  return new ByteWriter().bytes(idBytes(link.stream)).u32(link.epoch).bytes(link.ciphertext).finish()
}

/** Rows of one size in strictly ascending order of their leading key: none twice, one spelling. */
function decodeSorted<Row>(
  bytes: Uint8Array,
  rowBytes: number,
  bytesMax: number,
  keyBytes: number,
  what: string,
  decodeRow: (reader: ByteReader) => Row,
): Result<Row[], SyntaxFault> {
  if (bytes.length > bytesMax || bytes.length % rowBytes !== 0) return malformed(what)
  const reader = new ByteReader(bytes)
  const rows: Row[] = []
  for (let offset = 0; offset < bytes.length; offset += rowBytes) {
    const key = bytes.subarray(offset, offset + keyBytes)
    if (offset > 0 && compareBytes(bytes.subarray(offset - rowBytes, offset - rowBytes + keyBytes), key) >= 0)
      return malformed(what)
    rows.push(decodeRow(reader))
  }
  return ok(rows)
}
