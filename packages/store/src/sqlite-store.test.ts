import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { PHONE_LABS, batchesOf } from './contract-rows.ts'
import { STORE_CONTRACT, type StoreUnderTest } from './contract.ts'
import type { Store } from './port.ts'
import { SQLITE_SCHEMA_VERSION } from './sqlite-rows.ts'
import { openSqliteStore, sqliteFailureOf } from './sqlite-store.ts'

let directory: string
let path: string
let opened: Store[]

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'salus-store-'))
  path = join(directory, 'vault.db')
  opened = []
})
afterEach(async () => {
  for (const store of opened) await store.close()
  rmSync(directory, { recursive: true })
})

function openStore(): Store {
  const result = openSqliteStore(path)
  if (!result.ok) throw new Error(result.error.reason)
  opened.push(result.value)
  return result.value
}

/** Runs SQL on the database from outside. */
function tamper(sql: string): void {
  const database = new DatabaseSync(path)
  database.exec(sql)
  database.close()
}

describe('the store in SQLite keeps the contract', () => {
  test.each(STORE_CONTRACT)('$title', async ({ run }) => {
    await run(async (): Promise<StoreUnderTest> => ({
      store: openStore(),
      reopen: async () => openStore(),
      refuseMeta: async () => {
        tamper(`CREATE TRIGGER refuse BEFORE INSERT ON meta BEGIN SELECT RAISE(ABORT, 'refused'); END`)
      },
    }))
  })
})

describe('the store in SQLite', () => {
  test('its files are readable by their owner alone, also when they were not', async () => {
    writeFileSync(path, '')
    chmodSync(path, 0o644)
    const store = openStore()
    await store.write({ batches: batchesOf(PHONE_LABS, 1, 1) })
    for (const file of [path, `${path}-wal`, `${path}-shm`]) expect(statSync(file).mode & 0o777, file).toBe(0o600)
  })

  test('destroy leaves no file', async () => {
    const store = openStore()
    await store.write({ batches: batchesOf(PHONE_LABS, 1, 1) })
    await store.destroy()
    for (const file of [path, `${path}-wal`, `${path}-shm`]) expect(existsSync(file), file).toBe(false)
  })

  test('every commit is flushed to the disk (S15)', () => {
    openStore()
    const database = new DatabaseSync(path)
    expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
    database.close()
  })

  test('what a write has resolved survives kill -9 of the process', async () => {
    const script = `
      import { openSqliteStore } from ${JSON.stringify(import.meta.resolve('./sqlite-store.ts'))}
      import { PHONE_LABS, batchesOf } from ${JSON.stringify(import.meta.resolve('./contract-rows.ts'))}
      const { value: store } = openSqliteStore(process.argv[1])
      for (let seq = 1; seq <= 20; seq++) await store.write({ batches: batchesOf(PHONE_LABS, seq, 1, 5_000), isOutgoing: true })
      process.kill(process.pid, 'SIGKILL')
    `
    const { signal, stderr } = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', script, path], {
      encoding: 'utf8',
    })
    expect(signal, stderr).toBe('SIGKILL')
    const store = openStore()
    expect(await store.chain(PHONE_LABS, 1)).toEqual(batchesOf(PHONE_LABS, 1, 20, 5_000))
    expect(await store.outbox()).toHaveLength(20)
    expect((await store.tips())[0]?.seq).toBe(20)
  })

  test('a power cut that takes an acknowledgement, or a part of one, leaves every batch and the mark that it was offered', async () => {
    const store = openStore()
    const rows = batchesOf(PHONE_LABS, 1, 3)
    await store.write({ batches: rows, isOutgoing: true })
    await store.markOffered(await store.outbox())
    const flushed = statSync(`${path}-wal`).size
    await store.acknowledge([{ ...PHONE_LABS, seq: 2 }])
    const written = statSync(`${path}-wal`).size
    expect(written).toBeGreaterThan(flushed)
    const waiting = new Set<number>()
    // What was never flushed may be on the disk up to any byte.
    for (let kept = flushed; kept <= written; kept += 412) {
      const cut = join(directory, `cut-${String(kept)}.db`)
      copyFileSync(path, cut)
      copyFileSync(`${path}-wal`, `${cut}-wal`)
      truncateSync(`${cut}-wal`, kept)
      const after = openSqliteStore(cut)
      if (!after.ok) throw new Error(after.error.reason)
      opened.push(after.value)
      expect(await after.value.chain(PHONE_LABS, 1)).toEqual(rows)
      const outbox = await after.value.outbox()
      expect(outbox.every((row) => row.isOffered)).toBe(true)
      waiting.add(outbox.length)
    }
    expect(waiting).toEqual(new Set([3, 1]))
  })

  test('a write after an acknowledgement is flushed as every other, and takes it along', async () => {
    const script = `
      import { DatabaseSync } from 'node:sqlite'
      import { openSqliteStore } from ${JSON.stringify(import.meta.resolve('./sqlite-store.ts'))}
      import { PHONE_LABS, batchesOf } from ${JSON.stringify(import.meta.resolve('./contract-rows.ts'))}
      const levels = []
      const exec = DatabaseSync.prototype.exec
      let level = ''
      DatabaseSync.prototype.exec = function (sql) {
        level = /synchronous = (\\w+)/.exec(sql)?.[1] ?? level
        if (sql === 'COMMIT') levels.push(level)
        return exec.call(this, sql)
      }
      const { value: store } = openSqliteStore(process.argv[1])
      levels.length = 0
      await store.write({ batches: batchesOf(PHONE_LABS, 1, 1), isOutgoing: true })
      await store.acknowledge([{ ...PHONE_LABS, seq: 1 }])
      await store.write({ batches: batchesOf(PHONE_LABS, 2, 1), isOutgoing: true })
      await store.write({ meta: { a: new Uint8Array(1) }, isFlushedLater: true })
      console.log(levels.join(' '))
      process.kill(process.pid, 'SIGKILL')
    `
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', script, path], {
      encoding: 'utf8',
    })
    expect(stdout.trim(), stderr).toBe('FULL NORMAL FULL NORMAL')
    const store = openStore()
    expect((await store.outbox()).map((row) => row.seq)).toEqual([2])
    expect((await store.chain(PHONE_LABS, 1)).map((row) => row.seq)).toEqual([1, 2])
  })

  test('a database of a later version is left alone', () => {
    openStore()
    tamper(`PRAGMA user_version = ${SQLITE_SCHEMA_VERSION + 1}`)
    expect(openSqliteStore(path)).toEqual({ ok: false, error: { type: 'StoreFailed', reason: 'Newer' } })
  })

  test('a file that is no database, or a place that has none, is refused', () => {
    writeFileSync(path, 'not a database, and long enough that SQLite looks at its header'.repeat(20))
    expect(openSqliteStore(path)).toEqual({ ok: false, error: { type: 'StoreFailed', reason: 'Refused' } })
    expect(openSqliteStore(join(directory, 'absent', 'vault.db'))).toEqual({
      ok: false,
      error: { type: 'StoreFailed', reason: 'Refused' },
    })
  })

  test('a full disk is told apart from other failures', () => {
    const database = new DatabaseSync(':memory:')
    database.exec('PRAGMA max_page_count = 2; CREATE TABLE t (b BLOB) STRICT')
    const thrownBy = (sql: string): unknown => {
      try {
        database.exec(sql)
      } catch (error) {
        return error
      }
      return undefined
    }
    expect(sqliteFailureOf(thrownBy('INSERT INTO t VALUES (zeroblob(9000))'))).toBe('Full')
    expect(sqliteFailureOf(thrownBy('INSERT INTO t VALUES (1)'))).toBe('Refused')
    expect(() => sqliteFailureOf(new TypeError('a bug'))).toThrow('a bug')
  })

  test('a bug in a caller is thrown, not swallowed, and rolled back', async () => {
    const store = openStore()
    const [row] = batchesOf(PHONE_LABS, 1, 1)
    // The bug that the types forbid: a batch without its bytes.
    const broken = { ...row, bytes: undefined } as unknown as NonNullable<typeof row>
    await expect(store.write({ batches: [broken] })).rejects.toThrow()
    expect(await store.write({ batches: batchesOf(PHONE_LABS, 1, 1) })).toEqual({ ok: true })
  })
})
