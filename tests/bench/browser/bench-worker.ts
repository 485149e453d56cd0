import '../../../apps/web/src/engine/tt.ts'
import { expose } from 'comlink'
import type { Bytes } from '@salus/base'
import type { LabResultInput } from '@salus/engine/api'
import type { Store } from '@salus/store'
import { openDexieStore } from '@salus/store/dexie'
import { createEngine } from '../../../packages/engine/src/engine.ts'
import { benchPlatform, valueOf } from '../bench-platform.ts'
import { type Floors, measureFloors } from '../measures/floors.ts'
import { type Join, joinAndRead, unlockAndRead } from '../measures/join.ts'
import type { Stage } from '../measures/stage-log.ts'
import { type Upload, writeAndUpload } from '../measures/write-and-upload.ts'
import { type PortableDevice, placeDevice } from '../portable-device.ts'
import { LiveDevice } from './live-device.ts'

const DATABASE = 'salus-bench'

let live: LiveDevice | undefined

const bench = {
  upload: async (device: PortableDevice, count: number): Promise<Upload> => {
    const store = await openStore()
    await placeDevice(store, device)
    return writeAndUpload(store, count)
  },
  join: async (device: PortableDevice, count: number): Promise<Join> => {
    const store = await openStore()
    await placeDevice(store, device)
    let firstRequestMs: number | undefined
    const watchedFetch = (url: string, init?: RequestInit): Promise<Response> => {
      firstRequestMs ??= performance.now()
      return fetch(url, init)
    }
    const engine = createEngine(benchPlatform(store, watchedFetch))
    const joined = await joinAndRead(engine, count, () => firstRequestMs ?? 0)
    await engine.lock()
    return joined
  },
  /** In a profile that holds the records already. */
  unlock: async (count: number): Promise<number> => {
    const engine = createEngine(benchPlatform(await openStore()))
    const unlockMs = await unlockAndRead(engine, count)
    await engine.lock()
    return unlockMs
  },
  /** Opens a device for live edits; undefined opens the one that is stored here. */
  open: async (device: PortableDevice | undefined, count: number): Promise<void> => {
    const store = await openStore()
    if (device !== undefined) await placeDevice(store, device)
    live = await LiveDevice.open(store, count)
  },
  listen: (listener: (newest: readonly string[]) => void): Promise<void> => Promise.resolve(opened().listen(listener)),
  add: (input: LabResultInput): Promise<string> => opened().add(input),
  edit: (id: string, input: LabResultInput): Promise<void> => opened().edit(id, input),
  takeStages: (): Promise<readonly Stage[]> => Promise.resolve(opened().takeStages()),
  close: async (): Promise<void> => {
    await live?.close()
    live = undefined
  },
  floors: (floorUrl: string, count: number, batchBytes: readonly number[]): Promise<Floors> =>
    measureFloors(floorUrl, count, batchBytes, storeAsIndexedDbRows),
}

export type WorkerBench = typeof bench

function opened(): LiveDevice {
  if (live === undefined) throw new Error('no device is open')
  return live
}

async function openStore(): Promise<Store> {
  return valueOf(await openDexieStore(DATABASE))
}

/** One row a batch, by the browser's own interface, in one transaction of strict durability. */
async function storeAsIndexedDbRows(rows: readonly Bytes[]): Promise<void> {
  const opening = indexedDB.open('floor', 1)
  opening.onupgradeneeded = () => opening.result.createObjectStore('rows')
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    opening.onsuccess = () => resolve(opening.result)
    opening.onerror = () => reject(new Error('the floor has no database'))
  })
  const transaction = database.transaction('rows', 'readwrite', { durability: 'strict' })
  const table = transaction.objectStore('rows')
  for (const [index, row] of rows.entries()) table.put(row, index)
  await new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(new Error('the floor was not stored'))
  })
  database.close()
}

expose(bench)
