import type { Json, JsonObject, Result } from '@salus/base'
import { type DecodeError, FieldReader } from './field-reader.ts'

/** The record kind of an import. */
export const IMPORT_KIND = 'import'

/** A file that was imported, so that it can be shown and undone as one. */
export interface ImportRecord {
  readonly fileName: string
  /** SHA-256 of the file, hex. */
  readonly fileHash: string
  readonly format: string
  /** Epoch milliseconds. */
  readonly importedAtMs: number
  /** Items of the source in its own terms. */
  readonly source: Readonly<Record<string, number>>
  /** Records that this import wrote, by kind. */
  readonly records: Readonly<Record<string, number>>
  /** First and last date of what was written; null when all is undated. */
  readonly from: string | null
  readonly to: string | null
  /** How many things the preview named as problems. */
  readonly problemCount: number
}

/** A typed view of an import's fields; fields that this version does not know stay in the record. */
export function decodeImportRecord(fields: JsonObject): Result<ImportRecord, DecodeError> {
  const reader = new FieldReader(fields)
  return reader.result({
    fileName: reader.text('fileName'),
    fileHash: reader.text('fileHash'),
    format: reader.text('format'),
    importedAtMs: reader.number('importedAtMs'),
    source: reader.counts('source'),
    records: reader.counts('records'),
    from: reader.optionalText('from') ?? null,
    to: reader.optionalText('to') ?? null,
    problemCount: reader.optionalNumber('problemCount') ?? 0,
  })
}

/** The fields of an import record; dates that are null are left out. */
export function importRecordFields(record: ImportRecord): JsonObject {
  const fields: Record<string, Json> = {
    fileName: record.fileName,
    fileHash: record.fileHash,
    format: record.format,
    importedAtMs: record.importedAtMs,
    source: record.source,
    records: record.records,
    problemCount: record.problemCount,
  }
  if (record.from !== null) fields['from'] = record.from
  if (record.to !== null) fields['to'] = record.to
  return fields
}
