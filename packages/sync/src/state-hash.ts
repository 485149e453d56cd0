import { type Bytes, type Json, bytesToBase64Url, canonicalJson, utf8ToBytes } from '@salus/base'
import { type Stamp, compareStamps, stampText } from './hlc.ts'
import type { RecordState } from './record-state.ts'

/** An incremental SHA-256. */
export interface Hasher {
  update(bytes: Uint8Array): unknown
  digest(): Bytes
}

interface Row {
  readonly field: string
  readonly stamp: Stamp
  readonly parts: readonly string[]
}

/** What the owner can see (V29): equal again after an undo. base64url. */
export function stateHash(records: Iterable<RecordState>, hasher: Hasher): string {
  return hashRows(records, hasher, (record) => {
    if (record.isDeleted) return []
    return record.fieldNames.flatMap((field) =>
      record
        .heads(field)
        .map(({ stamp, value }) => ({ field, stamp, parts: [record.id, record.kind, field, jsonText(value)] })),
    )
  })
}

/** All rows: history, tombstones and stamps too (V29). base64url. */
export function logHash(records: Iterable<RecordState>, hasher: Hasher): string {
  return hashRows(records, hasher, (record) => [
    ...record.revisions().map(({ field, revision, isReplaced }) => ({
      field,
      stamp: revision.stamp,
      parts: [
        record.id,
        record.kind,
        field,
        jsonText(revision.value),
        stampText(revision.stamp),
        isReplaced ? 'replaced' : 'head',
      ],
    })),
    ...record.tombstones.map((stamp) => ({
      field: '',
      stamp,
      parts: [record.id, record.kind, '', '', stampText(stamp), 'tombstone'],
    })),
  ])
}

function hashRows(records: Iterable<RecordState>, hasher: Hasher, rowsOf: (record: RecordState) => Row[]): string {
  const ordered = [...records].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
  const length = new DataView(new ArrayBuffer(4))
  for (const record of ordered) {
    for (const row of rowsOf(record).sort(byFieldThenStamp)) {
      for (const part of row.parts) {
        const bytes = utf8ToBytes(part)
        length.setUint32(0, bytes.length)
        hasher.update(new Uint8Array(length.buffer))
        hasher.update(bytes)
      }
    }
  }
  return bytesToBase64Url(hasher.digest())
}

function byFieldThenStamp(a: Row, b: Row): number {
  return a.field === b.field ? compareStamps(a.stamp, b.stamp) : a.field < b.field ? -1 : 1
}

function jsonText(value: Json): string {
  return canonicalJson(value)
}
