import { type StoreUnderTest, STORE_CONTRACT } from '@salus/store/contract'
import { type DexieStoreEvents, openDexieStore } from '@salus/store/dexie'
import type { Store } from '@salus/store'
import { LAPTOP_LABS, PHONE_LABS, batchesOf } from '../../../packages/store/src/contract-rows.ts'

/** Runs inside the browser; the spec calls what hangs on `storePage`. */

export interface ReadTiming {
  readonly rows: number
  readonly writeMs: number
  readonly readMs: number
}

let held: Store | undefined
const closedElsewhere = Promise.withResolvers<void>()

const storePage = {
  titles: STORE_CONTRACT.map(({ title }) => title),

  /** Runs one case on a database of its own, and says what went wrong. */
  async runCase(index: number): Promise<string | undefined> {
    const name = `contract-${index}-${crypto.randomUUID()}`
    const opened: Store[] = []
    const open = async (): Promise<Store> => {
      const store = await openStore(name)
      opened.push(store)
      return store
    }
    try {
      await STORE_CONTRACT[index]?.run(async (): Promise<StoreUnderTest> => ({
        store: await open(),
        reopen: open,
        refuseMeta: async () => refuseMeta(),
      }))
      return undefined
    } catch (error) {
      return error instanceof Error ? (error.stack ?? error.message) : String(error)
    } finally {
      allowMeta()
      for (const store of opened) await store.close()
      indexedDB.deleteDatabase(name)
    }
  },

  /** Appends batches to one chain, and returns at once when the write has resolved. */
  async append(name: string, fromSeq: number, count: number, bytesEach: number): Promise<string> {
    const store = await openStore(name)
    const result = await store.write({ batches: batchesOf(PHONE_LABS, fromSeq, count, bytesEach), isOutgoing: true })
    await store.close()
    return result.ok ? 'ok' : result.error.type === 'StoreFailed' ? result.error.reason : result.error.type
  },

  async count(name: string): Promise<{ tip: number; rows: number; waiting: number }> {
    const store = await openStore(name)
    let rows = 0
    for await (const page of store.batches(PHONE_LABS.stream)) rows += page.length
    const counts = { tip: (await store.tips())[0]?.seq ?? 0, rows, waiting: (await store.outbox()).length }
    await store.close()
    return counts
  },

  /** What another tab's upgrade does to an open store. */
  async upgradeBeside(
    name: string,
  ): Promise<{ closedElsewhere: number; upgraded: boolean; write: string; reopened: string }> {
    let closedElsewhere = 0
    const store = await openStore(name, { onClosedElsewhere: () => closedElsewhere++ })
    const upgraded = await openRaw(name, 1_000)
    const write = await store.write({ batches: batchesOf(PHONE_LABS, 1, 1) })
    const reopened = await openDexieStore(name)
    return {
      closedElsewhere,
      upgraded,
      write: write.ok ? 'ok' : JSON.stringify(write.error),
      reopened: reopened.ok ? 'ok' : JSON.stringify(reopened.error),
    }
  },

  /** A tab that holds an older version and does not let go delays the opening, and the app hears of it. */
  async openBlocked(name: string): Promise<string[]> {
    const story: string[] = []
    const older = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(name, 1)
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error ?? new Error('no database'))
    })
    const blocked = Promise.withResolvers<void>()
    const opening = openDexieStore(name, { onBlocked: () => blocked.resolve() })
    await blocked.promise
    story.push('blocked')
    older.close()
    const opened = await opening
    story.push(opened.ok ? 'opened' : opened.error.reason)
    if (opened.ok) await opened.value.close()
    return story
  },

  async holdOpen(name: string): Promise<void> {
    held = await openStore(name, { onClosedElsewhere: () => closedElsewhere.resolve() })
  },

  async isClosedElsewhere(): Promise<void> {
    await closedElsewhere.promise
  },

  async writeHeld(): Promise<string> {
    const result = await held?.write({ batches: batchesOf(PHONE_LABS, 1, 1) })
    return result === undefined || result.ok
      ? 'ok'
      : result.error.type === 'StoreFailed'
        ? result.error.reason
        : result.error.type
  },

  async destroy(name: string): Promise<void> {
    await (await openStore(name)).destroy()
  },

  async durabilities(name: string): Promise<string[]> {
    const seen: string[] = []
    let act = ''
    const original = IDBDatabase.prototype.transaction
    IDBDatabase.prototype.transaction = function (...call) {
      const transaction = original.apply(this, call)
      if (transaction.mode === 'readwrite') seen.push(`${act} ${transaction.durability}`)
      return transaction
    }
    try {
      const store = await openStore(name)
      act = 'write'
      await store.write({ batches: batchesOf(PHONE_LABS, 1, 1), isOutgoing: true })
      act = 'flushedLater'
      await store.write({ batches: batchesOf(LAPTOP_LABS, 1, 1), isFlushedLater: true })
      act = 'offered'
      await store.markOffered(await store.outbox())
      act = 'acknowledged'
      await store.acknowledge([{ ...PHONE_LABS, seq: 1 }])
      act = 'alarm'
      await store.raise({ id: 'a', json: '{}' })
      act = 'more'
      await store.close()
    } finally {
      IDBDatabase.prototype.transaction = original
    }
    return seen
  },

  async readTiming(name: string, rows: number, bytesEach: number): Promise<ReadTiming> {
    const store = await openStore(name)
    const batches = batchesOf(PHONE_LABS, 1, rows, bytesEach)
    const start = performance.now()
    await store.write({ batches })
    const written = performance.now()
    let read = 0
    for await (const page of store.batches(PHONE_LABS.stream)) read += page.length
    const done = performance.now()
    await store.destroy()
    return { rows: read, writeMs: written - start, readMs: done - written }
  },
}

async function openStore(name: string, events?: DexieStoreEvents): Promise<Store> {
  const opened = await openDexieStore(name, events)
  if (!opened.ok) throw new Error(opened.error.reason)
  return opened.value
}

function openRaw(name: string, version: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = indexedDB.open(name, version)
    request.onblocked = () => resolve(false)
    request.onerror = () => resolve(false)
    request.onsuccess = () => {
      request.result.close()
      resolve(true)
    }
  })
}

const originalPut = IDBObjectStore.prototype.put

/** Meta is what a write puts last: all else is in the transaction by then. */
function refuseMeta(): void {
  IDBObjectStore.prototype.put = function (...call) {
    if (this.name === 'meta') throw new DOMException('refused', 'QuotaExceededError')
    return originalPut.apply(this, call)
  }
}

function allowMeta(): void {
  IDBObjectStore.prototype.put = originalPut
}

export type StorePage = typeof storePage
Object.assign(globalThis, { storePage })
