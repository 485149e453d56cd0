import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Bytes, type Random, type Result, bytesToBase64Url, epochMs, err, ok, present } from '@salus/base'
import {
  type ChainAt,
  type ChainHead,
  type ChainTip,
  type DeviceId,
  type Hash,
  type StreamId,
  type VaultId,
  deviceIdOf,
  hashOf,
  idBytes,
  streamIdOf,
  vaultIdOf,
} from '@salus/wire'
import { PAGE_SCAN_ROWS_MAX } from '../limits.ts'
import { chainStep } from './chain-step.ts'
import { coreStep } from './core-step.ts'
import { mayUseInvite } from './invite-use.ts'
import { GroupCommit, type Transactions } from './group-commit.ts'
import {
  type ChainRequest,
  type CoreRefusal,
  type CoreRow,
  FRAME_LENGTH_BYTES,
  type InviteRefused,
  type InviteRow,
  type NewBatch,
  type NewCoreRow,
  type NewVault,
  type Page,
  type PageRequest,
  type Push,
  type PushRefusal,
  type Pushed,
  type RelayStore,
  type VaultHeads,
  compareChains,
  coreRowBytes,
} from './port.ts'
import { migrate } from './sqlite-schema.ts'
import { type SqliteRow, bytesIn, numberIn, optionalBytesIn } from './sqlite-row.ts'
import { type Statements, prepareStatements } from './sqlite-statements.ts'

/** The database's file in the data folder; SQLite puts its -wal and -shm beside it, with the same mode. */
export const DATABASE_FILE = 'relay.sqlite'
/** How long a write waits for another process, such as the command line, milliseconds. */
const BUSY_TIMEOUT_MS = 10_000

/** A chain that a push touches. */
interface OpenChain {
  readonly id: number | undefined
  readonly tip: ChainTip | undefined
  readonly added: NewBatch[]
}

/** What a push adds, judged and not yet written. */
interface OpenPush {
  readonly chains: ReadonlyMap<DeviceId, OpenChain>
  /** In the order of the request. */
  readonly added: readonly NewBatch[]
}

/** SQLite through node:sqlite: WAL, synchronous=FULL, one commit for all writes of an event loop's turn (S15). */
export class SqliteStore implements RelayStore {
  readonly relayEpoch: string
  readonly #database: DatabaseSync
  readonly #statements: Statements
  readonly #group: GroupCommit

  /** Opens or makes the database of a data folder. @throws when it cannot be opened or is of a newer version */
  constructor(
    dataDir: string,
    random: Random,
    wrapTransactions: (transactions: Transactions) => Transactions = (same) => same,
  ) {
    this.#database = openDatabase(dataDir)
    migrate(this.#database, random)
    this.#statements = prepareStatements(this.#database)
    this.#group = new GroupCommit(wrapTransactions(transactionsOf(this.#database)))
    this.relayEpoch = bytesToBase64Url(
      bytesIn(present(this.#statements.epoch.get(), 'a database has its epoch'), 'value'),
    )
  }

  /** What the running connection has set, to be checked: 2 is FULL. */
  pragma(name: 'synchronous' | 'journal_mode' | 'foreign_keys'): unknown {
    return this.#database.prepare(`PRAGMA ${name}`).get()?.[name]
  }

  async addInvite(invite: Omit<InviteRow, 'usedBy'>): Promise<void> {
    await this.#group.write(() => {
      this.#statements.addInvite.run(idBytes(invite.hash), invite.createdMs, invite.expiresMs ?? null)
      return ok()
    })
  }

  async invite(hash: Hash): Promise<InviteRow | undefined> {
    return this.#invite(hash)
  }

  async createVault(wanted: NewVault): Promise<Result<'created' | 'existed', InviteRefused>> {
    return this.#group.write(() => {
      const invite = this.#invite(wanted.inviteHash)
      if (invite === undefined || !mayUseInvite(invite, wanted)) return err({ type: 'InviteRefused' })
      const id = idBytes(wanted.vault)
      if (this.#statements.vault.get(id) !== undefined) return ok('existed')
      this.#statements.spendInvite.run(id, idBytes(wanted.inviteHash))
      const bytes = coreRowBytes({ entry: wanted.genesis, wraps: wanted.wraps, links: undefined })
      // The vault's id is its genesis entry's hash (V4).
      const { lastInsertRowid } = this.#statements.addVault.run(id, idBytes(wanted.kit), id, bytes)
      this.#statements.addCore.run(lastInsertRowid, 0, id, wanted.genesis, wanted.wraps, null)
      return ok('created')
    })
  }

  async vaultOfKit(kit: DeviceId): Promise<VaultId | undefined> {
    const row = this.#statements.vaultOfKit.get(idBytes(kit))
    return row && vaultIdOf(bytesIn(row, 'vault'))
  }

  async coreHead(vault: VaultId): Promise<ChainHead | undefined> {
    const row = this.#statements.vault.get(idBytes(vault))
    return row && coreHeadIn(row)
  }

  async core(vault: VaultId, fromSeq: number, bytesMax: number): Promise<CoreRow[]> {
    const rows: CoreRow[] = []
    let bytes = 0
    for (const row of this.#statements.core.iterate(idBytes(vault), fromSeq)) {
      const core = coreRowIn(row)
      bytes += coreRowBytes(core)
      if (rows.length > 0 && bytes > bytesMax) break
      rows.push(core)
    }
    return rows
  }

  async appendCore(vault: VaultId, row: NewCoreRow, coreBytesMax: number): Promise<Result<void, CoreRefusal>> {
    return this.#group.write<void, CoreRefusal>(() => {
      const kept = this.#vaultRow(vault)
      const grown = coreStep({ head: coreHeadIn(kept), bytes: numberIn(kept, 'core_bytes') }, row, coreBytesMax)
      if (!grown.ok) return grown
      const id = numberIn(kept, 'id')
      this.#statements.addCore.run(id, row.seq, idBytes(row.hash), row.entry, row.wraps, row.links ?? null)
      this.#statements.moveCore.run(row.seq, idBytes(row.hash), grown.value, id)
      return ok()
    })
  }

  async push(push: Push): Promise<Result<Pushed, PushRefusal>> {
    return this.#group.write(() => {
      const vault = this.#vaultRow(push.vault)
      if (numberIn(vault, 'core_seq') !== push.checkedAtCoreSeq) return err({ type: 'CoreMoved' })
      const opened = this.#open(numberIn(vault, 'id'), push)
      if (!opened.ok) return opened
      return opened.value.added.length === 0
        ? ok({ newest: numberIn(vault, 'newest'), added: 0 })
        : this.#append(vault, push, opened.value)
    })
  }

  async page(request: PageRequest): Promise<Page> {
    const vault = this.#statements.vault.get(idBytes(request.vault))
    if (vault === undefined) return { batches: [], end: 0, hasMore: false }
    const [id, newest] = [numberIn(vault, 'id'), numberIn(vault, 'newest')]
    const held = this.#chainsOf(id, request.streams)
    const ids: number[] = []
    let bytes = 0
    // A cursor beyond the newest row is of a database that a backup has replaced since: it starts over.
    let end = request.after > newest ? 0 : request.after
    for (const row of this.#statements.rowsAfter.iterate(id, end, PAGE_SCAN_ROWS_MAX)) {
      if (held.has(numberIn(row, 'chain'))) {
        bytes += numberIn(row, 'size') + FRAME_LENGTH_BYTES
        if (ids.length > 0 && bytes > request.bytesMax) break
        ids.push(numberIn(row, 'id'))
      }
      end = numberIn(row, 'number')
    }
    return { batches: ids.map((rowId) => this.#batchBytes(rowId)), end, hasMore: end < newest }
  }

  async chain(request: ChainRequest): Promise<Page> {
    const vault = this.#statements.vault.get(idBytes(request.vault))
    const chain =
      vault && this.#statements.chain.get(numberIn(vault, 'id'), idBytes(request.stream), idBytes(request.device))
    if (chain === undefined) return { batches: [], end: 0, hasMore: false }
    const batches: Bytes[] = []
    let bytes = 0
    let end = 0
    for (const row of this.#statements.chainFrom.iterate(numberIn(chain, 'id'), request.fromSeq, PAGE_SCAN_ROWS_MAX)) {
      bytes += numberIn(row, 'size') + FRAME_LENGTH_BYTES
      if (batches.length > 0 && bytes > request.bytesMax) break
      batches.push(this.#batchBytes(numberIn(row, 'id')))
      end = numberIn(row, 'seq')
    }
    return { batches, end, hasMore: batches.length > 0 && end < numberIn(chain, 'seq') }
  }

  async heads(id: VaultId, streams: ReadonlySet<StreamId>): Promise<VaultHeads | undefined> {
    const vault = this.#statements.vault.get(idBytes(id))
    if (vault === undefined) return undefined
    const chains = this.#statements.chains
      .all(numberIn(vault, 'id'))
      .map(chainIn)
      .filter((chain) => streams.has(chain.stream))
    return { core: coreHeadIn(vault), chains: chains.sort(compareChains), newest: numberIn(vault, 'newest') }
  }

  async probe(): Promise<void> {
    await this.#group.write(() => {
      this.#statements.probe.run()
      return ok()
    })
  }

  async close(): Promise<void> {
    await this.#group.idle()
    this.#database.close()
  }

  #invite(hash: Hash): InviteRow | undefined {
    const row = this.#statements.invite.get(idBytes(hash))
    if (row === undefined) return undefined
    const usedBy = optionalBytesIn(row, 'used_by')
    return {
      hash,
      createdMs: epochMs(numberIn(row, 'created_ms')),
      expiresMs: row['expires_ms'] === null ? undefined : epochMs(numberIn(row, 'expires_ms')),
      usedBy: usedBy && vaultIdOf(usedBy),
    }
  }

  #vaultRow(vault: VaultId): SqliteRow {
    return present(this.#statements.vault.get(idBytes(vault)), 'what was checked belongs to a vault')
  }

  /** Compares each batch with its chain, as the chain will be by then; writes nothing yet. */
  #open(vault: number, push: Push): Result<OpenPush, PushRefusal> {
    const chains = new Map<DeviceId, OpenChain>()
    const added: NewBatch[] = []
    for (const [index, batch] of push.batches.entries()) {
      const chain = chains.get(batch.device) ?? this.#openChain(vault, push.stream, batch.device)
      chains.set(batch.device, chain)
      const hashAt = (seq: number): Hash | undefined =>
        chain.added.find((one) => one.seq === seq)?.hash ??
        (chain.id === undefined ? undefined : this.#hashAt(chain.id, seq))
      const step = chainStep(chain.added.at(-1) ?? chain.tip, batch, hashAt, index)
      if (step === 'known') continue
      if (step !== 'next') return err(step)
      chain.added.push(batch)
      added.push(batch)
    }
    return ok({ chains, added })
  }

  #openChain(vault: number, stream: StreamId, device: DeviceId): OpenChain {
    const row = this.#statements.chain.get(vault, idBytes(stream), idBytes(device))
    if (row === undefined) return { id: undefined, tip: undefined, added: [] }
    return {
      id: numberIn(row, 'id'),
      tip: { seq: numberIn(row, 'seq'), hash: hashOf(bytesIn(row, 'hash')), coreSeq: numberIn(row, 'core_seq') },
      added: [],
    }
  }

  #append(vault: SqliteRow, push: Push, opened: OpenPush): Result<Pushed, PushRefusal> {
    const id = numberIn(vault, 'id')
    const bytes = opened.added.reduce((sum, batch) => sum + batch.bytes.length, numberIn(vault, 'bytes'))
    const grown = [...opened.chains].filter(([, chain]) => chain.added.length > 0)
    const chains = numberIn(vault, 'chains') + grown.filter(([, chain]) => chain.id === undefined).length
    if (bytes > push.vaultBytesMax || chains > push.chainsMax) return err({ type: 'OverQuota' })
    const chainIds = new Map<DeviceId, number>()
    for (const [device, chain] of grown) {
      const last = present(chain.added.at(-1), 'a grown chain has a new batch')
      chainIds.set(device, this.#putChain(id, push.stream, device, chain.id, last))
    }
    let newest = numberIn(vault, 'newest')
    for (const batch of opened.added) {
      const chain = present(chainIds.get(batch.device), 'a batch has its chain')
      this.#statements.addBatch.run(id, ++newest, chain, batch.seq, idBytes(batch.hash), batch.bytes)
    }
    this.#statements.growVault.run(newest, bytes, chains, id)
    return ok({ newest, added: opened.added.length })
  }

  #putChain(vault: number, stream: StreamId, device: DeviceId, chain: number | undefined, last: NewBatch): number {
    const tip = [last.seq, idBytes(last.hash), last.coreSeq] as const
    if (chain === undefined) {
      return Number(this.#statements.addChain.run(vault, idBytes(stream), idBytes(device), ...tip).lastInsertRowid)
    }
    this.#statements.moveChain.run(...tip, chain)
    return chain
  }

  #hashAt(chain: number, seq: number): Hash | undefined {
    const row = this.#statements.hashAt.get(chain, seq)
    return row && hashOf(bytesIn(row, 'hash'))
  }

  #chainsOf(vault: number, streams: ReadonlySet<StreamId>): Set<number> {
    const held = this.#statements.chains.all(vault).filter((row) => streams.has(streamIdOf(bytesIn(row, 'stream'))))
    return new Set(held.map((row) => numberIn(row, 'id')))
  }

  #batchBytes(id: number): Bytes {
    return bytesIn(present(this.#statements.batch.get(id), 'no row goes away'), 'bytes')
  }
}

function openDatabase(dataDir: string): DatabaseSync {
  // A folder that was there keeps its mode: it may be shared on purpose. The files are closed to others in any case.
  if (!existsSync(dataDir)) mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const path = join(dataDir, DATABASE_FILE)
  // Made before SQLite does, which would take the umask's word for the mode; -wal and -shm copy it.
  closeSync(openSync(path, 'a', 0o600))
  chmodSync(path, 0o600)
  const database = new DatabaseSync(path)
  database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`)
  database.exec('PRAGMA journal_mode = WAL')
  // FULL flushes the log at each commit; NORMAL, the default of some builds, acknowledges without a flush.
  database.exec('PRAGMA synchronous = FULL')
  // On macOS a plain fsync leaves the data in the drive's cache; elsewhere these change nothing.
  database.exec('PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON')
  database.exec('PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF')
  // A log that grew under load is cut back at the next checkpoint.
  database.exec('PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -16384')
  // 16 MiB of log between checkpoints: pages that many vaults touch again and again are written once.
  database.exec('PRAGMA wal_autocheckpoint = 4096')
  return database
}

function transactionsOf(database: DatabaseSync): Transactions {
  // Prepared once: they run with every group. A savepoint's name may be used again and again.
  const [begin, commit, savepoint, release] = ['BEGIN IMMEDIATE', 'COMMIT', 'SAVEPOINT member', 'RELEASE member'].map(
    (sql) => database.prepare(sql),
  )
  return {
    begin: () => void begin?.run(),
    commit: () => void commit?.run(),
    rollback: () => database.exec('ROLLBACK'),
    savepoint: () => void savepoint?.run(),
    release: () => void release?.run(),
    rollbackToSavepoint: () => database.exec('ROLLBACK TO member'),
  }
}

function coreHeadIn(row: SqliteRow): ChainHead {
  return { seq: numberIn(row, 'core_seq'), hash: hashOf(bytesIn(row, 'core_hash')) }
}

function coreRowIn(row: SqliteRow): CoreRow {
  return {
    seq: numberIn(row, 'seq'),
    hash: hashOf(bytesIn(row, 'hash')),
    entry: bytesIn(row, 'entry'),
    wraps: optionalBytesIn(row, 'wraps'),
    links: optionalBytesIn(row, 'links'),
  }
}

function chainIn(row: SqliteRow): ChainAt {
  return {
    stream: streamIdOf(bytesIn(row, 'stream')),
    device: deviceIdOf(bytesIn(row, 'device')),
    seq: numberIn(row, 'seq'),
    hash: hashOf(bytesIn(row, 'hash')),
  }
}
