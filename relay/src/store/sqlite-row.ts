import type { Bytes } from '@salus/base'

/** A row as node:sqlite gives it. */
export type SqliteRow = Record<string, unknown>

/** The columns of our own tables have the types of our schema (STRICT); anything else means a foreign file. */
export function numberIn(row: SqliteRow, column: string): number {
  const value = row[column]
  if (typeof value !== 'number') throw new Error(`Invariant broken: ${column} is an integer`)
  return value
}

export function bytesIn(row: SqliteRow, column: string): Bytes {
  const bytes = optionalBytesIn(row, column)
  if (bytes === undefined) throw new Error(`Invariant broken: ${column} is a blob`)
  return bytes
}

/** Undefined for NULL. */
export function optionalBytesIn(row: SqliteRow, column: string): Bytes | undefined {
  const value = row[column]
  if (value === null) return undefined
  if (!(value instanceof Uint8Array) || !(value.buffer instanceof ArrayBuffer))
    throw new Error(`Invariant broken: ${column} is a blob`)
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
}
