import { type Bytes, type Result, assert } from '@salus/base'
import { type ChainHead, parseDeviceId, parseHash, parseStreamId } from '@salus/wire'
import type { AlarmRow, BatchRow, CoreRow, OutboxRow, TipRow } from './port.ts'

/** A row as node:sqlite gives it. */
export type SqlRow = Readonly<Record<string, unknown>>

/** Layout version, kept in `user_version`. */
export const SQLITE_SCHEMA_VERSION = 1

/** Rowid tables: rows of a kilobyte and more make a b-tree that is keyed by text slow. */
export const SQLITE_SCHEMA = `
  CREATE TABLE batches (
    stream TEXT NOT NULL, device TEXT NOT NULL, seq INTEGER NOT NULL, hash TEXT NOT NULL, prev_hash TEXT NOT NULL,
    core_seq INTEGER NOT NULL, bytes BLOB NOT NULL, UNIQUE (stream, device, seq)
  ) STRICT;
  CREATE TABLE tips (
    stream TEXT NOT NULL, device TEXT NOT NULL, seq INTEGER NOT NULL, hash TEXT NOT NULL, core_seq INTEGER NOT NULL,
    PRIMARY KEY (stream, device)
  ) STRICT;
  CREATE TABLE outbox (
    stream TEXT NOT NULL, device TEXT NOT NULL, seq INTEGER NOT NULL, hash TEXT NOT NULL,
    is_offered INTEGER NOT NULL CHECK (is_offered IN (0, 1)), PRIMARY KEY (stream, device, seq)
  ) STRICT;
  CREATE TABLE core (
    seq INTEGER PRIMARY KEY, hash TEXT NOT NULL, prev_hash TEXT NOT NULL, entry BLOB NOT NULL, wraps BLOB, links BLOB
  ) STRICT;
  CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
  CREATE TABLE alarms (id TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT;
  PRAGMA user_version = ${SQLITE_SCHEMA_VERSION};
`

export function toBatchRow(row: SqlRow): BatchRow {
  return { ...toTipRow(row), prevHash: checked(parseHash(row['prev_hash'])), bytes: blob(row['bytes']) }
}

export function toTipRow(row: SqlRow): TipRow {
  return {
    stream: checked(parseStreamId(row['stream'])),
    device: checked(parseDeviceId(row['device'])),
    seq: integer(row['seq']),
    hash: checked(parseHash(row['hash'])),
    coreSeq: integer(row['core_seq']),
  }
}

export function toOutboxRow(row: SqlRow): OutboxRow {
  return {
    stream: checked(parseStreamId(row['stream'])),
    device: checked(parseDeviceId(row['device'])),
    seq: integer(row['seq']),
    hash: checked(parseHash(row['hash'])),
    isOffered: row['is_offered'] === 1,
  }
}

export function toCoreHead(row: SqlRow): ChainHead {
  return { seq: integer(row['seq']), hash: checked(parseHash(row['hash'])) }
}

export function toCoreRow(row: SqlRow): CoreRow {
  return {
    ...toCoreHead(row),
    prevHash: checked(parseHash(row['prev_hash'])),
    entry: blob(row['entry']),
    wraps: row['wraps'] === null ? undefined : blob(row['wraps']),
    links: row['links'] === null ? undefined : blob(row['links']),
  }
}

export function toAlarmRow(row: SqlRow): AlarmRow {
  const { id, json } = row
  assert(typeof id === 'string' && typeof json === 'string', 'strict tables hold what was written')
  return { id, json }
}

export function blob(value: unknown): Bytes {
  assert(value instanceof Uint8Array && value.buffer instanceof ArrayBuffer, 'strict tables hold what was written')
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
}

export function integer(value: unknown): number {
  assert(typeof value === 'number', 'strict tables hold what was written')
  return value
}

function checked<T>(parsed: Result<T, unknown>): T {
  if (!parsed.ok) throw new Error('Invariant broken: strict tables hold what was written')
  return parsed.value
}
