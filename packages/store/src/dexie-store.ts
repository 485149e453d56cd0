import { type Bytes, type Result, err, ok } from '@salus/base'
import type { ChainTip, DeviceId, StreamId } from '@salus/wire'
import { Dexie } from 'dexie'
import { type ChainStart, batchPages, chainStarts, firstPage } from './batch-pages.ts'
import {
  type MetaRow,
  type SalusDatabase,
  createSalusDatabase,
  isNewerThanThis,
  storeFailureOf,
} from './dexie-database.ts'
import { type IndexedStores, answerOf, writeIndexed } from './indexed-transaction.ts'
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
  TipRow,
  Write,
} from './port.ts'
import {
  type WritePlan,
  chainKey,
  droppedTails,
  mayDrop,
  planWrite,
  touchedChains,
  writtenBatches,
} from './write-plan.ts'

export interface DexieStoreEvents {
  /**
   * Another tab has upgraded or destroyed the database, or the browser has cleared the site's data: this store is closed,
   * and the app must be loaded anew.
   */
  readonly onClosedElsewhere?: () => void
  /** Opening waits for a tab that does not let go of an older version. */
  readonly onBlocked?: () => void
}

/**
 * Opens a vault's database in the browser, or makes it. Every write but those that the port lets be flushed later is of
 * strict durability: its promise resolves after the browser has asked the disk to flush (Indexed Database API 3.0 §2.7.1).
 * @param name of the IndexedDB database
 */
export async function openDexieStore(name: string, events: DexieStoreEvents = {}): Promise<Result<Store, StoreFailed>> {
  const database = createSalusDatabase(name)
  database.dexie.on('versionchange', () => {
    // Closing at once, so that the other tab need not wait; `false` keeps Dexie's own handler from opening it again.
    database.dexie.close()
    events.onClosedElsewhere?.()
    return false
  })
  database.dexie.on('blocked', () => events.onBlocked?.())
  try {
    await database.dexie.open()
  } catch (error) {
    return err({ type: 'StoreFailed', reason: storeFailureOf(error) })
  }
  if (isNewerThanThis(database)) {
    database.dexie.close()
    return err({ type: 'StoreFailed', reason: 'Newer' })
  }
  // Fires when the browser takes the database away, as clearing a site's data does (Indexed Database API 3.0 §5.2).
  database.dexie.backendDB().addEventListener('close', () => events.onClosedElsewhere?.())
  return ok(new DexieStore(database))
}

class DexieStore implements Store {
  readonly #database: SalusDatabase

  constructor(database: SalusDatabase) {
    this.#database = database
  }

  async write(write: Write): Promise<Result<void, HeadMoved | StoreFailed>> {
    const durability = write.isFlushedLater === true ? 'relaxed' : 'strict'
    // All checks come before the first change: a refused write has nothing to take back.
    return this.#transaction(['batches', 'tips', 'outbox', 'core', 'meta'], durability, async (stores) => {
      const dropped = droppedTails(write)
      const isCoreCompared = write.core !== undefined || write.expectsCore !== undefined
      const [before, head] = await Promise.all([
        tipsBefore(stores, touchedChains(write)),
        isCoreCompared ? coreHead(stores) : undefined,
      ])
      for (const tail of dropped) {
        if (!(await takeOff(stores, tail, before))) return headMoved(tail)
      }
      const plan = planWrite(write, { tips: before, core: head })
      if (!plan.ok) return plan
      for (const tail of dropped) {
        stores.outbox.delete(chainRange(tail, tail.fromSeq))
        stores.batches.delete(chainRange(tail, tail.fromSeq))
      }
      for (const row of writtenBatches(write)) stores.batches.add(toBatchRow(row))
      for (const row of plan.value.outbox) stores.outbox.add(row)
      writeTips(stores, plan.value)
      if (write.replacesCore === true) stores.core.clear()
      for (const row of write.core ?? []) stores.core.add(toCoreRow(row))
      writeMeta(stores, write.meta ?? {})
      return ok()
    })
  }

  async meta(name: string): Promise<Bytes | undefined> {
    return (await this.#database.meta.get(name))?.value
  }

  async core(): Promise<CoreRow[]> {
    return this.#database.core.orderBy('seq').toArray()
  }

  async tips(): Promise<TipRow[]> {
    return this.#database.tips.toArray()
  }

  async *batches(stream: StreamId, after?: ReadonlyMap<DeviceId, number>): AsyncGenerator<BatchRow[]> {
    const tips = await this.#database.tips
      .where('[stream+device]')
      .between([stream, Dexie.minKey], [stream, Dexie.maxKey])
      .toArray()
    yield* batchPages(chainStarts(tips, after), (start, rowsMax) => this.#read(start, rowsMax))
  }

  async chain(chain: ChainName, fromSeq: number): Promise<BatchRow[]> {
    return firstPage({ chain, fromSeq }, (start, rowsMax) => this.#read(start, rowsMax))
  }

  async outbox(): Promise<OutboxRow[]> {
    return this.#database.outbox.toArray()
  }

  async markOffered(rows: readonly OutboxRow[]): Promise<Result<void, HeadMoved | StoreFailed>> {
    return this.#transaction(['outbox'], 'strict', async ({ outbox }) => {
      const found: unknown[] = await Promise.all(
        rows.map(({ stream, device, seq }) => answerOf(outbox.get([stream, device, seq]))),
      )
      const gone = rows.find((row, i) => hashIn(found[i]) !== row.hash)
      if (gone !== undefined) return headMoved(gone)
      for (const { stream, device, seq, hash } of rows) outbox.put({ stream, device, seq, hash, isOffered: true })
      return ok()
    })
  }

  async acknowledge(
    rows: readonly ChainAck[],
    meta: Readonly<Record<string, Bytes>> = {},
  ): Promise<Result<void, StoreFailed>> {
    // After a power cut the batch waits again, and offering it once more changes nothing (S21).
    return this.#transaction(['outbox', 'meta'], 'relaxed', async (stores) => {
      for (const row of rows) stores.outbox.delete(chainRange(row, 0, row.seq))
      writeMeta(stores, meta)
      return ok()
    })
  }

  async alarms(): Promise<AlarmRow[]> {
    return this.#database.alarms.toArray()
  }

  async raise({ id, json }: AlarmRow): Promise<Result<void, StoreFailed>> {
    return this.#transaction(['alarms'], 'strict', async ({ alarms }) => {
      if ((await answerOf(alarms.count(id))) === 0) alarms.add({ id, json })
      return ok()
    })
  }

  async destroy(): Promise<void> {
    await this.#database.dexie.delete()
  }

  async close(): Promise<void> {
    this.#database.dexie.close()
  }

  async #read({ chain, fromSeq }: ChainStart, rowsMax: number): Promise<BatchRow[]> {
    return this.#database.batches
      .where(':id')
      .between([chain.stream, chain.device, fromSeq], [chain.stream, chain.device, Dexie.maxKey], true, true)
      .limit(rowsMax)
      .toArray()
  }

  async #transaction<Name extends TableName, E>(
    names: readonly Name[],
    durability: 'strict' | 'relaxed',
    body: (stores: IndexedStores<Name>) => Promise<Result<void, E>>,
  ): Promise<Result<void, E | StoreFailed>> {
    const { dexie } = this.#database
    if (!dexie.isOpen()) return err({ type: 'StoreFailed', reason: 'Closed' })
    try {
      return await writeIndexed(dexie.backendDB(), names, durability, body)
    } catch (error) {
      return err({ type: 'StoreFailed', reason: storeFailureOf(error) })
    }
  }
}

type TableName = 'batches' | 'tips' | 'outbox' | 'core' | 'meta' | 'alarms'

async function tipsBefore(
  { tips }: IndexedStores<'tips'>,
  chains: readonly ChainName[],
): Promise<Map<string, ChainTip>> {
  const rows = await Promise.all(chains.map((chain) => answerOf(tips.get([chain.stream, chain.device]))))
  return new Map(rows.filter(isTipRow).map((row) => [chainKey(row), row]))
}

async function coreHead({ core }: IndexedStores<'core'>): Promise<CoreRow | undefined> {
  const cursor = await answerOf(core.openCursor(null, 'prev'))
  // Only this adapter writes the table.
  return cursor?.value as CoreRow | undefined
}

/** Moves the chain's tip to before the tail, unless that may not be withdrawn. */
async function takeOff(
  { batches, outbox }: IndexedStores<'batches' | 'outbox'>,
  tail: ReturnType<typeof droppedTails>[number],
  tips: Map<string, ChainTip>,
): Promise<boolean> {
  // Only this adapter writes the tables.
  const waiting = (await answerOf(outbox.getAll(chainRange(tail, tail.fromSeq)))) as OutboxRow[]
  if (!mayDrop(tail, tips.get(chainKey(tail)), waiting)) return false
  const before: unknown = await answerOf(batches.get([tail.stream, tail.device, tail.fromSeq - 1]))
  if (isTipRow(before)) tips.set(chainKey(tail), before)
  else tips.delete(chainKey(tail))
  return true
}

function writeTips({ tips }: IndexedStores<'tips'>, plan: WritePlan): void {
  for (const { chain, tip } of plan.tips) {
    const { stream, device } = chain
    if (tip === undefined) tips.delete([stream, device])
    else tips.put({ stream, device, seq: tip.seq, hash: tip.hash, coreSeq: tip.coreSeq })
  }
}

function writeMeta({ meta }: IndexedStores<'meta'>, values: Readonly<Record<string, Bytes | undefined>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) meta.delete(name)
    else meta.put({ name, value: ownBuffer(value) } satisfies MetaRow)
  }
}

/** Only this adapter writes the tables: what is there has a tip's fields. */
function isTipRow(row: unknown): row is TipRow {
  return row !== undefined
}

function hashIn(row: unknown): unknown {
  return typeof row === 'object' && row !== null && 'hash' in row ? row.hash : undefined
}

function headMoved({ stream, device }: ChainName): Result<never, HeadMoved> {
  return err({ type: 'HeadMoved', chain: { stream, device } })
}

/** The keys of one chain's rows, from a seq to another or to its end. */
function chainRange({ stream, device }: ChainName, fromSeq: number, toSeq?: number): IDBKeyRange {
  // An array is above every number (Indexed Database API 3.0 §2.4).
  return IDBKeyRange.bound([stream, device, fromSeq], [stream, device, toSeq ?? []])
}

function toBatchRow({ stream, device, seq, hash, prevHash, coreSeq, bytes }: BatchRow): BatchRow {
  return { stream, device, seq, hash, prevHash, coreSeq, bytes: ownBuffer(bytes) }
}

function toCoreRow({ seq, hash, prevHash, entry, wraps, links }: CoreRow): CoreRow {
  return {
    seq,
    hash,
    prevHash,
    entry: ownBuffer(entry),
    wraps: wraps && ownBuffer(wraps),
    links: links && ownBuffer(links),
  }
}

/** IndexedDB would store the whole buffer behind a view (HTML §2.7.3, StructuredSerializeInternal). */
function ownBuffer(bytes: Bytes): Bytes {
  return bytes.length === bytes.buffer.byteLength ? bytes : Uint8Array.from(bytes)
}
