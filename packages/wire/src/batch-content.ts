import { type Bytes, type Result, compareBytes, ok } from '@salus/base'
import { ByteReader, ByteWriter } from './binary.ts'
import {
  type DeviceId,
  HASH_BYTES,
  type Hash,
  ID_BYTES,
  type SyntaxFault,
  deviceIdOf,
  hashOf,
  idBytes,
  malformed,
} from './ids.ts'
import { FRONTIER_CHANGES_MAX } from './limits.ts'

/** One device's chain at a point: its newest batch. */
export interface ChainHead {
  readonly seq: number
  readonly hash: Hash
}

/** The vector that names a set of batches of one stream (V25). */
export type Frontier = ReadonlyMap<DeviceId, ChainHead>

/** What a batch holds inside its encryption, before padding (V17). */
export interface BatchContent {
  readonly isDeflated: boolean
  readonly frontierChanges: Frontier
  /** Canonical JSON of V24, or its raw deflate. */
  readonly ops: Bytes
}

export function encodeBatchContent(content: BatchContent): Bytes {
  const writer = new ByteWriter().u8(content.isDeflated ? 1 : 0).u32(content.frontierChanges.size)
  const changes = [...content.frontierChanges].map(([device, head]) => ({ device: idBytes(device), head }))
  for (const { device, head } of changes.sort((a, b) => compareBytes(a.device, b.device))) {
    writer.bytes(device).u32(head.seq).bytes(idBytes(head.hash))
  }
  return writer.bytes(content.ops).finish()
}

export function decodeBatchContent(bytes: Uint8Array): Result<BatchContent, SyntaxFault> {
  const reader = new ByteReader(bytes)
  const flag = reader.u8()
  if (flag > 1) return malformed('flag')
  const count = reader.u32()
  if (count > FRONTIER_CHANGES_MAX) return malformed('frontier changes')
  const frontierChanges = new Map<DeviceId, ChainHead>()
  let previous: Bytes | undefined
  for (let i = 0; i < count; i++) {
    const device = reader.bytes(ID_BYTES)
    const head = { seq: reader.u32(), hash: hashOf(reader.bytes(HASH_BYTES)) }
    const isAscending = previous === undefined || compareBytes(previous, device) < 0
    if (!isAscending || head.seq < 1) return malformed('frontier changes')
    frontierChanges.set(deviceIdOf(device), head)
    previous = device
  }
  const ops = reader.bytes(reader.remaining)
  return reader.isComplete ? ok({ isDeflated: flag === 1, frontierChanges, ops }) : malformed('content')
}
