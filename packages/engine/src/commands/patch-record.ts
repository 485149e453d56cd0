import { type Json, type JsonObject, canonicalJson } from '@salus/base'
import type { Op, RecordState } from '@salus/sync'

/** Version of the shape of the records that this build writes. */
export const RECORD_VERSION = 1

export function newRecordOp(id: string, kind: string, fields: JsonObject): Op {
  return { type: 'patch', id, kind, version: RECORD_VERSION, fields, replaces: {} }
}

/**
 * The change from what a record shows to these fields; undefined when nothing changes. Fields that `fields` does not
 * name and that `isKept` claims stay: another build's members, or where the record came from.
 */
export function editRecordOp(
  record: RecordState,
  fields: JsonObject,
  isKept: (field: string) => boolean,
): Op | undefined {
  const shown = record.shown
  const changed: Record<string, Json> = {}
  for (const [name, value] of Object.entries(fields)) {
    const before = shown[name]
    // As canonical text: what came out of a batch has its keys sorted, what a form made has not.
    if (before === undefined || canonicalJson(before) !== canonicalJson(value)) changed[name] = value
  }
  const removed = Object.keys(shown).filter((name) => !(name in fields) && !isKept(name))
  const touched = [...Object.keys(changed), ...removed]
  if (touched.length === 0) return undefined
  return {
    type: 'patch',
    id: record.id,
    kind: record.kind,
    version: Math.max(RECORD_VERSION, record.version),
    fields: changed,
    replaces: record.replacesOf(touched),
  }
}

/** Marks all that its author sees of a record as dead (V28). */
export function deleteRecordOp(record: RecordState): Op {
  return {
    type: 'tombstone',
    id: record.id,
    kind: record.kind,
    version: record.version,
    replaces: record.replacesOf(record.fieldNames),
  }
}

/** Writes what a deleted record showed again, over the dead values. */
export function restoreRecordOp(record: RecordState, fields: JsonObject = record.shown): Op {
  return {
    type: 'patch',
    id: record.id,
    kind: record.kind,
    version: record.version,
    fields,
    replaces: record.replacesOf(record.fieldNames),
  }
}
