import { closeSync, chmodSync, constants, fsyncSync, openSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { type Bytes, type Result, err, ok } from '@salus/base'
import type { ChainTip, DeviceId, StreamId } from '@salus/wire'
import { type ChainStart, batchPages, chainStarts, firstPage } from './batch-pages.ts'
import type {
  AlarmRow,
  BatchRow,
  ChainAck,
  ChainName,
  CoreRow,
  HeadMoved,
  OutboxRow,
  Store,
  StoreFailed,
  StoreFailure,
  TipRow,
  Write,
} from './port.ts'
import {
  SQLITE_SCHEMA,
  SQLITE_SCHEMA_VERSION,
  blob,
  integer,
  toAlarmRow,
  toBatchRow,
  toCoreHead,
  toCoreRow,
  toOutboxRow,
  toTipRow,
} from './sqlite-rows.ts'
import { chainKey, droppedTails, mayDrop, planWrite, touchedChains, writtenBatches } from './write-plan.ts'

/** How long a writer waits for another process, milliseconds. */
const BUSY_TIMEOUT_MS = 5_000

const SQLITE_FULL = 13

/**
 * Opens the database of a headless device, or makes it, readable by its owner alone.
 * WAL with synchronous=FULL: a write that has resolved survives a power cut. Passwords' old slots are overwritten
 * (`secure_delete`).
 * @param path of the file; SQLite's `-wal` and `-shm` lie beside it
 */
export function openSqliteStore(path: string): Result<Store, StoreFailed> {
  try {
    makePrivateFile(path)
  } catch (error) {
    if (isSystemError(error)) return storeFailed(error.code === 'ENOSPC' ? 'Full' : 'Refused')
    throw error
  }
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS })
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON')
    if (prepareSchema(database) === 'Newer') {
      database.close()
      return storeFailed('Newer')
    }
    return ok(new SqliteStore(path, database))
  } catch (error) {
    database?.close()
    return storeFailed(sqliteFailureOf(error))
  }
}

function makePrivateFile(path: string): void {
  // An existing file may have come from a backup with wider permissions; SQLite gives its side files the same ones.
  closeSync(openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600))
  chmodSync(path, 0o600)
  const directory = openSync(dirname(path), constants.O_RDONLY)
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
}

function prepareSchema(database: DatabaseSync): 'Ready' | 'Newer' {
  database.exec('BEGIN IMMEDIATE')
  const version = integer(database.prepare('PRAGMA user_version').get()?.['user_version'])
  if (version === 0) database.exec(SQLITE_SCHEMA)
  database.exec('COMMIT')
  return version > SQLITE_SCHEMA_VERSION ? 'Newer' : 'Ready'
}

class SqliteStore implements Store {
  readonly #path: string
  readonly #database: DatabaseSync
  readonly #sql: Statements

  constructor(path: string, database: DatabaseSync) {
    this.#path = path
    this.#database = database
    this.#sql = prepareStatements(database)
  }

  async write(write: Write): Promise<Result<void, HeadMoved | StoreFailed>> {
    return this.#transaction(write.isFlushedLater === true ? 'flushedLater' : 'flushed', () => {
      for (const tail of droppedTails(write)) {
        if (!this.#withdraw(tail)) return headMoved(tail)
      }
      const tips = new Map<string, ChainTip>()
      for (const chain of touchedChains(write)) {
        const tip = this.#tip(chain)
        if (tip !== undefined) tips.set(chainKey(chain), tip)
      }
      const head = this.#sql.coreHead.get()
      const plan = planWrite(write, { tips, core: head && toCoreHead(head) })
      if (!plan.ok) return plan
      for (const row of writtenBatches(write)) {
        this.#sql.addBatch.run(row.stream, row.device, row.seq, row.hash, row.prevHash, row.coreSeq, row.bytes)
      }
      for (const { chain, tip } of plan.value.tips) {
        if (tip === undefined) this.#sql.dropTip.run(chain.stream, chain.device)
        else this.#sql.setTip.run(chain.stream, chain.device, tip.seq, tip.hash, tip.coreSeq)
      }
      for (const row of plan.value.outbox) {
        this.#sql.addOutbox.run(row.stream, row.device, row.seq, row.hash, row.isOffered ? 1 : 0)
      }
      this.#writeCore(write)
      for (const [name, value] of Object.entries(write.meta ?? {})) {
        if (value === undefined) this.#sql.dropMeta.run(name)
        else this.#sql.setMeta.run(name, value)
      }
      return ok()
    })
  }

  async meta(name: string): Promise<Bytes | undefined> {
    const row = this.#sql.meta.get(name)
    return row && blob(row['value'])
  }

  async core(): Promise<CoreRow[]> {
    return this.#sql.core.all().map(toCoreRow)
  }

  async tips(): Promise<TipRow[]> {
    return this.#sql.tips.all().map(toTipRow)
  }

  async *batches(stream: StreamId, after?: ReadonlyMap<DeviceId, number>): AsyncGenerator<BatchRow[]> {
    const tips = this.#sql.tipsOfStream.all(stream).map(toTipRow)
    yield* batchPages(chainStarts(tips, after), (start, rowsMax) => this.#read(start, rowsMax))
  }

  async chain(chain: ChainName, fromSeq: number): Promise<BatchRow[]> {
    return firstPage({ chain, fromSeq }, (start, rowsMax) => this.#read(start, rowsMax))
  }

  async outbox(): Promise<OutboxRow[]> {
    return this.#sql.outbox.all().map(toOutboxRow)
  }

  async markOffered(rows: readonly OutboxRow[]): Promise<Result<void, HeadMoved | StoreFailed>> {
    return this.#transaction('flushed', () => {
      for (const row of rows) {
        if (this.#sql.markOffered.run(row.stream, row.device, row.seq, row.hash).changes !== 1) return headMoved(row)
      }
      return ok()
    })
  }

  async acknowledge(
    rows: readonly ChainAck[],
    meta: Readonly<Record<string, Bytes>> = {},
  ): Promise<Result<void, StoreFailed>> {
    // Nothing that was saved can be lost by it: only outbox rows go, and the batches were flushed when they were written.
    // A batch that waits again after a power cut is offered again, under its hash, as the mark that was flushed before
    // its first byte left says (S21); the relay has it and says so.
    return this.#transaction('flushedLater', () => {
      for (const { stream, device, seq } of rows) this.#sql.acknowledge.run(stream, device, seq)
      for (const [name, value] of Object.entries(meta)) this.#sql.setMeta.run(name, value)
      return ok()
    })
  }

  async alarms(): Promise<AlarmRow[]> {
    return this.#sql.alarms.all().map(toAlarmRow)
  }

  async raise({ id, json }: AlarmRow): Promise<Result<void, StoreFailed>> {
    return this.#transaction('flushed', () => {
      this.#sql.raise.run(id, json)
      return ok()
    })
  }

  async destroy(): Promise<void> {
    await this.close()
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${this.#path}${suffix}`, { force: true })
  }

  async close(): Promise<void> {
    if (this.#database.isOpen) this.#database.close()
  }

  #withdraw(tail: ReturnType<typeof droppedTails>[number]): boolean {
    const { stream, device, fromSeq } = tail
    const waiting = this.#sql.outboxOfChain.all(stream, device, fromSeq).map(toOutboxRow)
    if (!mayDrop(tail, this.#tip(tail), waiting)) return false
    this.#sql.withdrawOutbox.run(stream, device, fromSeq)
    this.#sql.withdrawBatches.run(stream, device, fromSeq)
    this.#sql.dropTip.run(stream, device)
    const before = this.#sql.batch.get(stream, device, fromSeq - 1)
    if (before !== undefined) {
      const { seq, hash, coreSeq } = toTipRow(before)
      this.#sql.setTip.run(stream, device, seq, hash, coreSeq)
    }
    return true
  }

  #writeCore(write: Write): void {
    if (write.replacesCore === true) this.#sql.dropCore.run()
    for (const row of write.core ?? []) {
      this.#sql.addCore.run(row.seq, row.hash, row.prevHash, row.entry, row.wraps ?? null, row.links ?? null)
    }
  }

  #tip(chain: ChainName): TipRow | undefined {
    const row = this.#sql.tip.get(chain.stream, chain.device)
    return row && toTipRow(row)
  }

  async #read({ chain, fromSeq }: ChainStart, rowsMax: number): Promise<BatchRow[]> {
    return this.#sql.chain.all(chain.stream, chain.device, fromSeq, rowsMax).map(toBatchRow)
  }

  /** A transaction that is flushed later leaves its log to the next flush, which takes all of the log along. */
  #transaction<E>(flush: 'flushed' | 'flushedLater', body: () => Result<void, E>): Result<void, E | StoreFailed> {
    if (!this.#database.isOpen) return storeFailed('Closed')
    try {
      if (flush === 'flushedLater') this.#database.exec('PRAGMA synchronous = NORMAL')
      this.#database.exec('BEGIN IMMEDIATE')
      const result = body()
      this.#database.exec(result.ok ? 'COMMIT' : 'ROLLBACK')
      return result
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      return storeFailed(sqliteFailureOf(error))
    } finally {
      if (flush === 'flushedLater') this.#database.exec('PRAGMA synchronous = FULL')
    }
  }
}

type Statements = ReturnType<typeof prepareStatements>

function prepareStatements(database: DatabaseSync) {
  const sql = (text: string): StatementSync => database.prepare(text)
  return {
    batch: sql('SELECT * FROM batches WHERE stream = ? AND device = ? AND seq = ?'),
    chain: sql('SELECT * FROM batches WHERE stream = ? AND device = ? AND seq >= ? ORDER BY seq LIMIT ?'),
    addBatch: sql(
      'INSERT INTO batches (stream, device, seq, hash, prev_hash, core_seq, bytes) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    withdrawBatches: sql('DELETE FROM batches WHERE stream = ? AND device = ? AND seq >= ?'),
    tip: sql('SELECT * FROM tips WHERE stream = ? AND device = ?'),
    tips: sql('SELECT * FROM tips ORDER BY stream, device'),
    tipsOfStream: sql('SELECT * FROM tips WHERE stream = ? ORDER BY device'),
    setTip: sql('INSERT OR REPLACE INTO tips (stream, device, seq, hash, core_seq) VALUES (?, ?, ?, ?, ?)'),
    dropTip: sql('DELETE FROM tips WHERE stream = ? AND device = ?'),
    outbox: sql('SELECT * FROM outbox ORDER BY stream, device, seq'),
    outboxOfChain: sql('SELECT * FROM outbox WHERE stream = ? AND device = ? AND seq >= ? ORDER BY seq'),
    addOutbox: sql('INSERT INTO outbox (stream, device, seq, hash, is_offered) VALUES (?, ?, ?, ?, ?)'),
    markOffered: sql('UPDATE outbox SET is_offered = 1 WHERE stream = ? AND device = ? AND seq = ? AND hash = ?'),
    acknowledge: sql('DELETE FROM outbox WHERE stream = ? AND device = ? AND seq <= ?'),
    withdrawOutbox: sql('DELETE FROM outbox WHERE stream = ? AND device = ? AND seq >= ?'),
    core: sql('SELECT * FROM core ORDER BY seq'),
    coreHead: sql('SELECT seq, hash FROM core ORDER BY seq DESC LIMIT 1'),
    addCore: sql('INSERT INTO core (seq, hash, prev_hash, entry, wraps, links) VALUES (?, ?, ?, ?, ?, ?)'),
    dropCore: sql('DELETE FROM core'),
    meta: sql('SELECT value FROM meta WHERE name = ?'),
    setMeta: sql('INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)'),
    dropMeta: sql('DELETE FROM meta WHERE name = ?'),
    alarms: sql('SELECT * FROM alarms ORDER BY id'),
    raise: sql('INSERT OR IGNORE INTO alarms (id, json) VALUES (?, ?)'),
  }
}

function headMoved({ stream, device }: ChainName): Result<never, HeadMoved> {
  return err({ type: 'HeadMoved', chain: { stream, device } })
}

function storeFailed(reason: StoreFailure): Result<never, StoreFailed> {
  return err({ type: 'StoreFailed', reason })
}

/** SQLite's own failures are expected; anything else is a bug and goes on. */
export function sqliteFailureOf(error: unknown): StoreFailure {
  if (!isSystemError(error) || error.code !== 'ERR_SQLITE_ERROR') throw error
  // The low byte of an extended result code is the code itself.
  return typeof error.errcode === 'number' && (error.errcode & 0xff) === SQLITE_FULL ? 'Full' : 'Refused'
}

function isSystemError(error: unknown): error is Error & { readonly code: unknown; readonly errcode?: unknown } {
  return error instanceof Error && 'code' in error
}
