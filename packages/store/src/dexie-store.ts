import { type Bytes, type Result, err, ok } from '@salus/base'
import type { ChainTip, DeviceId, StreamId } from '@salus/wire'
import { Dexie, type Table } from 'dexie'
import { type ChainStart, batchPages, chainStarts, firstPage } from './batch-pages.ts'
import {
  type MetaRow,
  type SalusDatabase,
  createSalusDatabase,
  isNewerThanThis,
  storeFailureOf,
} from './dexie-database.ts'
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
 * Opens a vault's database in the browser, or makes it. Every write is of strict durability: its promise resolves after
 * the browser has asked the disk to flush (Indexed Database API 3.0 §2.7.1).
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
    const { batches, tips, outbox, core, meta } = this.#database
    // All checks come before the first change: a refused write has nothing to take back.
    return this.#transaction([batches, tips, outbox, core, meta], async () => {
      const before = await this.#tipsBefore(touchedChains(write))
      const dropped = droppedTails(write)
      for (const tail of dropped) {
        if (!(await this.#takeOff(tail, before))) return headMoved(tail)
      }
      const isCoreCompared = write.core !== undefined || write.expectsCore !== undefined
      const head = isCoreCompared ? await core.orderBy('seq').last() : undefined
      const plan = planWrite(write, { tips: before, core: head })
      if (!plan.ok) return plan
      for (const tail of dropped) {
        await outbox
          .where(':id')
          .between(...chainRange(tail, tail.fromSeq), true, true)
          .delete()
        await batches
          .where(':id')
          .between(...chainRange(tail, tail.fromSeq), true, true)
          .delete()
      }
      await batches.bulkAdd(writtenBatches(write).map(toBatchRow))
      await outbox.bulkAdd([...plan.value.outbox])
      await this.#writeTips(plan.value)
      if (write.replacesCore === true) await core.clear()
      await core.bulkAdd((write.core ?? []).map(toCoreRow))
      await this.#writeMeta(write.meta ?? {})
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
    const { outbox } = this.#database
    return this.#transaction([outbox], async () => {
      const found = await outbox.bulkGet(rows.map(({ stream, device, seq }) => [stream, device, seq]))
      const gone = rows.find((row, i) => found[i]?.hash !== row.hash)
      if (gone !== undefined) return headMoved(gone)
      await outbox.bulkPut(
        rows.map(({ stream, device, seq, hash }) => ({ stream, device, seq, hash, isOffered: true })),
      )
      return ok()
    })
  }

  async acknowledge(rows: readonly ChainAck[]): Promise<Result<void, StoreFailed>> {
    const { outbox } = this.#database
    return this.#transaction([outbox], async () => {
      for (const row of rows)
        await outbox
          .where(':id')
          .between(...chainRange(row, 0, row.seq), true, true)
          .delete()
      return ok()
    })
  }

  async alarms(): Promise<AlarmRow[]> {
    return this.#database.alarms.toArray()
  }

  async raise({ id, json }: AlarmRow): Promise<Result<void, StoreFailed>> {
    const { alarms } = this.#database
    return this.#transaction([alarms], async () => {
      if ((await alarms.get(id)) === undefined) await alarms.add({ id, json })
      return ok()
    })
  }

  async destroy(): Promise<void> {
    await this.#database.dexie.delete()
  }

  async close(): Promise<void> {
    this.#database.dexie.close()
  }

  async #tipsBefore(chains: readonly ChainName[]): Promise<Map<string, ChainTip>> {
    const rows = await this.#database.tips.bulkGet(chains.map((chain) => [chain.stream, chain.device]))
    return new Map(rows.filter((row) => row !== undefined).map((row) => [chainKey(row), row]))
  }

  /** Moves the chain's tip to before the tail, unless that may not be withdrawn. */
  async #takeOff(tail: ReturnType<typeof droppedTails>[number], tips: Map<string, ChainTip>): Promise<boolean> {
    const { batches, outbox } = this.#database
    const waiting = await outbox
      .where(':id')
      .between(...chainRange(tail, tail.fromSeq), true, true)
      .toArray()
    if (!mayDrop(tail, tips.get(chainKey(tail)), waiting)) return false
    const before = await batches.get([tail.stream, tail.device, tail.fromSeq - 1])
    if (before === undefined) tips.delete(chainKey(tail))
    else tips.set(chainKey(tail), before)
    return true
  }

  async #writeTips(plan: WritePlan): Promise<void> {
    const { tips } = this.#database
    const rows: TipRow[] = []
    const emptied: [string, string][] = []
    for (const { chain, tip } of plan.tips) {
      const { stream, device } = chain
      if (tip === undefined) emptied.push([stream, device])
      else rows.push({ stream, device, seq: tip.seq, hash: tip.hash, coreSeq: tip.coreSeq })
    }
    await tips.bulkPut(rows)
    await tips.bulkDelete(emptied)
  }

  async #writeMeta(values: Readonly<Record<string, Bytes | undefined>>): Promise<void> {
    const { meta } = this.#database
    const rows: MetaRow[] = []
    const dropped: string[] = []
    for (const [name, value] of Object.entries(values)) {
      if (value === undefined) dropped.push(name)
      else rows.push({ name, value: ownBuffer(value) })
    }
    await meta.bulkPut(rows)
    await meta.bulkDelete(dropped)
  }

  async #read({ chain, fromSeq }: ChainStart, rowsMax: number): Promise<BatchRow[]> {
    return this.#database.batches
      .where(':id')
      .between(...chainRange(chain, fromSeq), true, true)
      .limit(rowsMax)
      .toArray()
  }

  /** One transaction of its own, whatever runs around it. Only Dexie's promises may be awaited in `body`. */
  async #transaction<E>(
    tables: readonly Table[],
    body: () => Promise<Result<void, E>>,
  ): Promise<Result<void, E | StoreFailed>> {
    try {
      return await this.#database.dexie.transaction('rw!', tables, body)
    } catch (error) {
      return err({ type: 'StoreFailed', reason: storeFailureOf(error) })
    }
  }
}

function headMoved({ stream, device }: ChainName): Result<never, HeadMoved> {
  return err({ type: 'HeadMoved', chain: { stream, device } })
}

/** The keys of one chain's rows, from a seq to another or to its end. */
function chainRange({ stream, device }: ChainName, fromSeq: number, toSeq?: number): [unknown, unknown] {
  return [
    [stream, device, fromSeq],
    [stream, device, toSeq ?? Dexie.maxKey],
  ]
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
