import { channel } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import { DatabaseSync } from 'node:sqlite'
import type { Bytes } from '@salus/base'
import type { LabResultInput, SalusApi } from '@salus/engine/api'
import type { LabsView } from '@salus/engine/view-types'
import { createHeadlessEngine } from '@salus/engine/headless'
import { openSqliteStore } from '@salus/store/sqlite'
import { BENCH_PASSPHRASE, cheapDerive, valueOf } from '../bench-platform.ts'
import { measureFloors, timeOf } from '../measures/floors.ts'
import { joinAndRead, unlockAndRead } from '../measures/join.ts'
import { writeAndUpload } from '../measures/write-and-upload.ts'
import { profiled } from '../profile/profiled.ts'
import { workloadNdjson } from '../workload.ts'
import { serveCommands } from './command-channel.ts'

/** Every socket that this process's fetch has opened: what they carried is the wire's whole truth but for TCP itself. */
const sockets = new Set<Socket>()
channel('undici:client:connected').subscribe((message) => {
  // Undici's own message; Node 24 documents no type for it.
  sockets.add((message as { readonly socket: Socket }).socket)
})

let firstRequestMs: number | undefined
/** Bytes of request bodies that went to a stream's batches, newest last. */
const pushedBytes: number[] = []
const watchedFetch = (url: string, init?: RequestInit): Promise<Response> => {
  firstRequestMs ??= performance.now()
  if (/\/streams\/[^/]+\/batches$/.test(url) && init?.body instanceof Uint8Array) pushedBytes.push(init.body.length)
  return fetch(url, init)
}

let live: SalusApi | undefined
const seen = new Map<string, (atNs: bigint) => void>()

const commands = {
  upload: async (path: string, count: number, seed: number) => {
    const store = valueOf(openSqliteStore(path))
    return { ...(await writeAndUpload(store, count, seed)), ...spent() }
  },
  join: async (path: string, count: number) => {
    const engine = engineAt(path)
    const joined = await profiled(`join-${count}-node`, () => joinAndRead(engine, count, () => firstRequestMs ?? 0))
    const bytesDown = [...sockets].reduce((sum, socket) => sum + socket.bytesRead, 0)
    await engine.lock()
    return { ...joined, bytesDown, ...spent() }
  },
  unlock: async (path: string, count: number) => {
    const engine = engineAt(path)
    const unlockMs = await profiled(`unlock-${count}-node`, () => unlockAndRead(engine, count))
    await engine.lock()
    return { unlockMs, ...spent() }
  },
  import: async (path: string, count: number) => {
    const engine = engineAt(path)
    valueOf(await engine.unlock(BENCH_PASSPHRASE))
    valueOf(await engine.syncNow())
    const bytes = workloadNdjson(count)
    const lines = new TextDecoder().decode(bytes).trimEnd().split('\n')
    const parseMs = await timeOf(async () => void lines.map((line): unknown => JSON.parse(line)))
    const startMs = performance.now()
    const preview = valueOf(await engine.previewImport({ name: 'workload.ndjson', bytes }))
    const previewMs = performance.now() - startMs
    const done = valueOf(await engine.commitImport(preview.previewId))
    const savedMs = performance.now() - startMs
    if (done.written !== count) throw new Error(`${done.written} of ${count} were written`)
    await engine.lock()
    return { previewMs, savedMs, parseMs, ...spent() }
  },
  floors: (path: string, floorUrl: string, count: number, batchBytes: readonly number[]) =>
    measureFloors(floorUrl, count, batchBytes, (rows) => storeAsSqliteRows(path, rows)),
  /** The least that one live edit can cost: kept here, sent and kept there, fetched and kept by the other. Milliseconds. */
  liveFloor: async (path: string, floorUrl: string, bytes: number, tries: number) => {
    const insert = openRowTable(path)
    const samples: number[] = []
    for (let i = 0; i < tries; i++) {
      const body = crypto.getRandomValues(new Uint8Array(bytes))
      const startMs = performance.now()
      insert.run(0, body)
      await (await fetch(`${floorUrl}/?durable=1`, { method: 'POST', body })).arrayBuffer()
      await (await fetch(`${floorUrl}/?bytes=${bytes}`)).arrayBuffer()
      insert.run(1, body)
      samples.push(performance.now() - startMs)
    }
    return samples
  },
  /** Opens a device for live edits and waits until it is in step and holds `count` records. */
  open: async (path: string, count: number) => {
    const engine = engineAt(path)
    live = engine
    valueOf(await engine.unlock(BENCH_PASSPHRASE))
    await new Promise<void>((resolve) => {
      void engine.subscribe({ name: 'labs' }, (view) => {
        noteSeen(view)
        if (view.count >= count) resolve()
      })
    })
    valueOf(await engine.syncNow())
  },
  add: async (input: LabResultInput) => valueOf(await opened().addLabResult(input)).id,
  /** Edits and saves. @returns when the edit began, on the machine's monotonic clock in nanoseconds */
  edit: async (id: string, input: LabResultInput) => {
    pushedBytes.length = 0
    const startNs = process.hrtime.bigint()
    valueOf(await opened().editLabResult(id, input))
    const savedNs = process.hrtime.bigint()
    await untilAcknowledged(opened())
    return { startNs, savedNs, acknowledgedNs: process.hrtime.bigint(), pushedBytes: pushedBytes.at(-1) ?? 0 }
  },
  /** Resolves with the time when the list first shows this text as some marker's newest value. */
  untilSeen: (text: string) => new Promise<bigint>((resolve) => seen.set(text, resolve)),
  close: async () => {
    await live?.lock()
    live = undefined
  },
}

export type DeviceCommands = typeof commands

async function storeAsSqliteRows(path: string, rows: readonly Bytes[]): Promise<void> {
  const insert = openRowTable(path)
  insert.database.exec('BEGIN')
  for (const [index, row] of rows.entries()) insert.run(index, row)
  insert.database.exec('COMMIT')
}

function openRowTable(path: string) {
  const database = new DatabaseSync(path)
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE kept (number INTEGER, body BLOB) STRICT',
  )
  const insert = database.prepare('INSERT INTO kept (number, body) VALUES (?, ?)')
  return { database, run: (number: number, body: Bytes) => insert.run(number, body) }
}

/** What this process has used since it was started, its own start included. */
function spent(): { readonly cpuMs: number; readonly peakRssBytes: number } {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  return { cpuMs: (userCPUTime + systemCPUTime) / 1_000, peakRssBytes: maxRSS * 1024 }
}

function engineAt(path: string): SalusApi {
  return createHeadlessEngine({ path, derive: cheapDerive, fetch: watchedFetch })
}

function opened(): SalusApi {
  if (live === undefined) throw new Error('no device is open')
  return live
}

function noteSeen(view: LabsView): void {
  const atNs = process.hrtime.bigint()
  for (const row of view.rows) {
    const resolve = seen.get(row.latest.valueText)
    seen.delete(row.latest.valueText)
    resolve?.(atNs)
  }
}

async function untilAcknowledged(engine: SalusApi): Promise<void> {
  let subscription = 0
  await new Promise<void>((resolve) => {
    void engine
      .subscribe({ name: 'sync' }, (view) => {
        if (view.waiting === 0) resolve()
      })
      .then((id) => (subscription = id))
  })
  await engine.unsubscribe(subscription)
}

serveCommands(commands)
