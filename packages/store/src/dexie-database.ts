import type { Bytes } from '@salus/base'
import { Dexie, type Table } from 'dexie'
import type { AlarmRow, BatchRow, CoreRow, OutboxRow, StoreFailure, TipRow } from './port.ts'

/** Dexie's number; IndexedDB's own is ten times that. A later layout gets its own `version()` with an upgrade. */
export const DEXIE_SCHEMA_VERSION = 1

/** One batch a row, verbatim (V36). */
const SCHEMA_1 = {
  batches: '[stream+device+seq]',
  tips: '[stream+device]',
  outbox: '[stream+device+seq]',
  core: 'seq',
  meta: 'name',
  alarms: 'id',
}

/** Errors tell what they wrap one in another; a chain longer than this is not followed. */
const CAUSES_MAX = 8

export interface MetaRow {
  readonly name: string
  readonly value: Bytes
}

export interface SalusDatabase {
  readonly dexie: Dexie
  readonly batches: Table<BatchRow, [string, string, number]>
  readonly tips: Table<TipRow, [string, string]>
  readonly outbox: Table<OutboxRow, [string, string, number]>
  readonly core: Table<CoreRow, number>
  readonly meta: Table<MetaRow, string>
  readonly alarms: Table<AlarmRow, string>
}

export function createSalusDatabase(name: string): SalusDatabase {
  // No live queries run on these rows, so there is nothing for Dexie to cache. It never opens by itself: a closed store
  // stays closed. Dexie reads alone; whoever wrote through it would want the strict durability.
  const dexie = new Dexie(name, { autoOpen: false, chromeTransactionDurability: 'strict', cache: 'disabled' })
  dexie.version(DEXIE_SCHEMA_VERSION).stores(SCHEMA_1)
  return {
    dexie,
    batches: dexie.table('batches'),
    tips: dexie.table('tips'),
    outbox: dexie.table('outbox'),
    core: dexie.table('core'),
    meta: dexie.table('meta'),
    alarms: dexie.table('alarms'),
  }
}

/** Dexie opens a database of a later version silently; this code must not write into a layout that it doesn't know. */
export function isNewerThanThis({ dexie }: SalusDatabase): boolean {
  return dexie.backendDB().version > DEXIE_SCHEMA_VERSION * 10
}

/** The browser's and Dexie's failures are expected; anything else is a bug and goes on. */
export function storeFailureOf(error: unknown): StoreFailure {
  const names = errorNames(error)
  if (names.length === 0) throw error
  if (names.some((name) => name === 'QuotaExceededError')) return 'Full'
  if (names.some((name) => name === 'DatabaseClosedError' || name === 'InvalidStateError')) return 'Closed'
  return names.includes('VersionError') ? 'Newer' : 'Refused'
}

/** The name of the error and of all that it wraps: Dexie hides a transaction's own error in `inner`, bulk ones in a list. */
function errorNames(error: unknown): string[] {
  const names: string[] = []
  const queue: unknown[] = [error]
  for (let i = 0; i < CAUSES_MAX && i < queue.length; i++) {
    const next = queue[i]
    if (next instanceof DOMException || next instanceof Dexie.DexieError) names.push(next.name)
    if (typeof next !== 'object' || next === null) continue
    if ('inner' in next) queue.push(next.inner)
    if (next instanceof Dexie.BulkError) queue.push(...next.failures.slice(0, CAUSES_MAX))
  }
  return names
}
