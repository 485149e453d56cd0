import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Result, epochMs, ok, present, systemRandom } from '@salus/base'
import { type Hash, ZERO_HASH, deviceIdOf, hashOf, streamIdOf, vaultIdOf } from '@salus/wire'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { GROUP_WRITES_MAX } from '../limits.ts'
import { relayStoreContract } from './contract.ts'
import { GroupCommit, type Transactions } from './group-commit.ts'
import type { PushRefusal, Pushed, RelayStore } from './port.ts'
import { SCHEMA_VERSION } from './sqlite-schema.ts'
import { DATABASE_FILE, SqliteStore } from './sqlite-store.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'salus-relay-store-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

relayStoreContract('The relay store in SQLite', () => new SqliteStore(join(folder, 'data'), systemRandom))

async function createVault(store: RelayStore): Promise<ReturnType<typeof vaultIdOf>> {
  const inviteHash = hashOf(systemRandom.bytes(32))
  const vault = vaultIdOf(systemRandom.bytes(32))
  await store.addInvite({ hash: inviteHash, createdMs: epochMs(0), expiresMs: undefined })
  const kit = deviceIdOf(systemRandom.bytes(16))
  await store.createVault({
    vault,
    kit,
    genesis: systemRandom.bytes(9),
    wraps: systemRandom.bytes(9),
    inviteHash,
    nowMs: epochMs(0),
  })
  return vault
}

const stream = streamIdOf(systemRandom.bytes(16))
function pushOne(
  store: RelayStore,
  vault: ReturnType<typeof vaultIdOf>,
  hash: Hash = hashOf(systemRandom.bytes(32)),
): Promise<Result<Pushed, PushRefusal>> {
  const batch = {
    device: deviceIdOf(systemRandom.bytes(16)),
    seq: 1,
    prevHash: ZERO_HASH,
    hash,
    coreSeq: 0,
    bytes: systemRandom.bytes(300),
  }
  return store.push({ vault, stream, checkedAtCoreSeq: 0, batches: [batch], vaultBytesMax: 1e9, chainsMax: 1e3 })
}

describe('The database of the relay', () => {
  it('flushes at each commit: journal_mode is wal and synchronous is 2, FULL (S15)', async () => {
    const store = new SqliteStore(folder, systemRandom)
    expect(store.pragma('synchronous')).toBe(2)
    expect(store.pragma('journal_mode')).toBe('wal')
    expect(store.pragma('foreign_keys')).toBe(1)
    await store.close()
  })

  it('lies in a folder of mode 700, its files are of mode 600 whatever the umask', async () => {
    const data = join(folder, 'new', 'data')
    const store = new SqliteStore(data, systemRandom)
    await createVault(store)
    const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8)
    expect(mode(data)).toBe('700')
    expect(['', '-wal', '-shm'].map((suffix) => mode(join(data, DATABASE_FILE + suffix)))).toEqual([
      '600',
      '600',
      '600',
    ])
    await store.close()
  })

  it('closes a file to others that was open to them', async () => {
    writeFileSync(join(folder, DATABASE_FILE), '', { mode: 0o644 })
    const store = new SqliteStore(folder, systemRandom)
    expect((statSync(join(folder, DATABASE_FILE)).mode & 0o777).toString(8)).toBe('600')
    await store.close()
  })

  it('keeps rows, epoch and invites over a reopening', async () => {
    const first = new SqliteStore(folder, systemRandom)
    const vault = await createVault(first)
    expect((await pushOne(first, vault)).ok).toBe(true)
    const epoch = first.relayEpoch
    await first.close()
    const second = new SqliteStore(folder, systemRandom)
    expect(second.relayEpoch).toBe(epoch)
    expect((await second.page({ vault, streams: new Set([stream]), after: 0, bytesMax: 1_000 })).batches).toHaveLength(
      1,
    )
    await second.close()
  })

  it('draws another epoch for another database (S7)', async () => {
    const stores = ['a', 'b'].map((name) => new SqliteStore(join(folder, name), systemRandom))
    expect(new Set(stores.map((store) => store.relayEpoch)).size).toBe(2)
    for (const store of stores) await store.close()
  })

  it('names its schema version and refuses a newer one untouched', async () => {
    await new SqliteStore(folder, systemRandom).close()
    const database = new DatabaseSync(join(folder, DATABASE_FILE))
    expect(database.prepare('SELECT version FROM schema_version').all()).toEqual([{ version: SCHEMA_VERSION }])
    database.prepare('INSERT INTO schema_version (version) VALUES (?)').run(SCHEMA_VERSION + 1)
    database.close()
    expect(() => new SqliteStore(folder, systemRandom)).toThrow(/newer Salus/)
  })

  it('lets another process write invites while it is open', async () => {
    const relay = new SqliteStore(folder, systemRandom)
    const commandLine = new SqliteStore(folder, systemRandom)
    const hash = hashOf(systemRandom.bytes(32))
    await commandLine.addInvite({ hash, createdMs: epochMs(5), expiresMs: undefined })
    expect((await relay.invite(hash))?.createdMs).toBe(5)
    await commandLine.close()
    await relay.close()
  })
})

describe('Group commit', () => {
  function countingStore(): {
    store: SqliteStore
    counts: Record<'begin' | 'commit', number>
    failNext: { commit: boolean }
  } {
    const counts = { begin: 0, commit: 0 }
    const failNext = { commit: false }
    const wrap = (inner: Transactions): Transactions => ({
      ...inner,
      begin: () => {
        counts.begin++
        inner.begin()
      },
      commit: () => {
        if (failNext.commit) {
          failNext.commit = false
          throw new Error('disk full')
        }
        counts.commit++
        inner.commit()
      },
    })
    return { store: new SqliteStore(folder, systemRandom, wrap), counts, failNext }
  }

  it('makes one transaction of all writes of a turn of the event loop', async () => {
    const { store, counts } = countingStore()
    const vault = await createVault(store)
    counts.commit = 0
    const results = await Promise.all(Array.from({ length: 50 }, () => pushOne(store, vault)))
    expect(results.every((result) => result.ok)).toBe(true)
    expect(counts.commit).toBe(1)
    await store.close()
  })

  it('puts GROUP_WRITES_MAX writes into one transaction and one more into the next', async () => {
    const { store, counts } = countingStore()
    const vault = await createVault(store)
    counts.commit = 0
    const invite = (): Promise<void> =>
      store.addInvite({ hash: hashOf(systemRandom.bytes(32)), createdMs: epochMs(0), expiresMs: undefined })
    await Promise.all(Array.from({ length: GROUP_WRITES_MAX }, invite))
    expect(counts.commit).toBe(1)
    await Promise.all(Array.from({ length: GROUP_WRITES_MAX + 1 }, invite))
    expect(counts.commit).toBe(3)
    expect((await pushOne(store, vault)).ok).toBe(true)
    await store.close()
  })

  it('acknowledges nobody when the commit fails, and goes on', async () => {
    const { store, failNext } = countingStore()
    const vault = await createVault(store)
    failNext.commit = true
    const results = await Promise.allSettled([pushOne(store, vault), pushOne(store, vault)])
    expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected'])
    expect((await store.heads(vault, new Set([stream])))?.newest).toBe(0)
    expect((await pushOne(store, vault)).ok).toBe(true)
    await store.close()
  })

  it('takes back a member that throws and keeps the others', async () => {
    const database = new DatabaseSync(':memory:')
    database.exec('CREATE TABLE rows (value INTEGER)')
    const run = (sql: string) => (): void => database.exec(sql)
    const group = new GroupCommit({
      begin: run('BEGIN'),
      commit: run('COMMIT'),
      rollback: run('ROLLBACK'),
      savepoint: run('SAVEPOINT member'),
      release: run('RELEASE member'),
      rollbackToSavepoint: run('ROLLBACK TO member'),
    })
    const insert = (value: number): void => void database.prepare('INSERT INTO rows VALUES (?)').run(value)
    const results = await Promise.allSettled([
      group.write(() => ok(insert(1))),
      group.write(() => {
        insert(2)
        throw new Error('a bug')
      }),
      group.write(() => {
        insert(3)
        return { ok: false, error: 'refused' }
      }),
      group.write(() => ok(insert(4))),
    ])
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
    expect(
      database
        .prepare('SELECT value FROM rows')
        .all()
        .map((row) => row['value']),
    ).toEqual([1, 4])
  })

  it('finishes what waits before the store closes', async () => {
    const store = new SqliteStore(folder, systemRandom)
    const vault = await createVault(store)
    const pushed = pushOne(store, vault)
    await store.close()
    expect(present((await pushed).ok, '')).toBe(true)
  })
})
