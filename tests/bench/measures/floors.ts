import { type Bytes, bytesToUtf8, concatBytes, systemClock } from '@salus/base'
import { encodeOps, hlcOfMs } from '@salus/sync'
import { BATCH_OPS_MAX } from '@salus/wire'
import { valueOf } from '../bench-platform.ts'
import { workloadOps, workloadRecords } from '../workload.ts'

/** What the work under a measure costs at the very least on this machine, in the same run; milliseconds. */
export interface Floors {
  /** Plain GET of as many bytes as the sealed batches have. */
  readonly downloadMs: number
  /** Plain POST of as many bytes. */
  readonly uploadMs: number
  /** AES-GCM by Web Crypto over batches of the same sizes, a key each. */
  readonly openMs: number
  readonly sealMs: number
  /** Raw deflate of the same plaintext by the platform's streams, and back. */
  readonly deflateMs: number
  readonly inflateMs: number
  /** JSON text of the same ops, and back, without any check. */
  readonly stringifyMs: number
  readonly parseMs: number
  /** The sealed batches as rows of the device's own kind of database, one durable transaction. */
  readonly storeMs: number
}

/** Batches in work at once, as the engine has them. */
const AT_ONCE = 32

/**
 * Takes each floor once.
 * @param storeRows writes rows durably as the device's database does
 */
export async function measureFloors(
  floorUrl: string,
  count: number,
  batchBytes: readonly number[],
  storeRows: (rows: readonly Bytes[]) => Promise<void>,
): Promise<Floors> {
  const total = batchBytes.reduce((sum, size) => sum + size, 0)
  const batches = batchBytes.map((size) => randomBytes(size))
  const plain = plainBatches(count)
  const texts = plain.map((bytes) => valueOf(bytesToUtf8(bytes)))
  const parsed: unknown[] = []
  const parseMs = await timeOf(async () => {
    for (const text of texts) parsed.push(JSON.parse(text))
  })
  const stringifyMs = await timeOf(async () => void parsed.map((value) => JSON.stringify(value)))
  const deflated: Bytes[] = []
  const deflateMs = await timeOf(async () => {
    for (const bytes of plain) deflated.push(await through(bytes, new CompressionStream('deflate-raw')))
  })
  const inflateMs = await timeOf(async () => {
    for (const bytes of deflated) await through(bytes, new DecompressionStream('deflate-raw'))
  })
  const sealed: Bytes[] = []
  const sealMs = await timeOf(async () => {
    for (const group of groupsOf(batches)) sealed.push(...(await Promise.all(group.map(seal))))
  })
  const openMs = await timeOf(async () => {
    for (const group of groupsOf(sealed)) await Promise.all(group.map(open))
  })
  const storeMs = await timeOf(() => storeRows(batches))
  const uploadMs = await timeOf(async () => {
    await (await fetch(floorUrl, { method: 'POST', body: concatBytes(...batches) })).arrayBuffer()
  })
  const downloadMs = await timeOf(async () => {
    await (await fetch(`${floorUrl}/?bytes=${total}`)).arrayBuffer()
  })
  return { downloadMs, uploadMs, openMs, sealMs, deflateMs, inflateMs, stringifyMs, parseMs, storeMs }
}

/** What a fresh device cannot do without: bytes, opened, read, kept. */
export function joinFloorMs(floors: Floors): number {
  return floors.downloadMs + floors.openMs + floors.parseMs + floors.storeMs
}

/** What a writer cannot do without: text, sealed, kept here, sent, kept there. */
export function uploadFloorMs(floors: Floors): number {
  return floors.stringifyMs + floors.sealMs + floors.uploadMs + 2 * floors.storeMs
}

export async function timeOf(act: () => Promise<void>): Promise<number> {
  const startMs = performance.now()
  await act()
  return performance.now() - startMs
}

function plainBatches(count: number): Bytes[] {
  const base = hlcOfMs(systemClock.nowMs())
  return groupsOf(workloadOps(workloadRecords(count)), BATCH_OPS_MAX).map((ops) => encodeOps({ base, ops }))
}

function groupsOf<T>(items: readonly T[], size = AT_ONCE): T[][] {
  const groups: T[][] = []
  for (let start = 0; start < items.length; start += size) groups.push(items.slice(start, start + size))
  return groups
}

const NONCE = new Uint8Array(12)
/** Any key will do: it is imported for each batch because each batch has its own. */
const ANY_KEY = new Uint8Array(32)

async function seal(bytes: Bytes): Promise<Bytes> {
  const key = await crypto.subtle.importKey('raw', ANY_KEY, 'AES-GCM', false, ['encrypt'])
  return new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv: NONCE }, key, bytes))
}

async function open(bytes: Bytes): Promise<void> {
  const key = await crypto.subtle.importKey('raw', ANY_KEY, 'AES-GCM', false, ['decrypt'])
  await crypto.subtle.decrypt({ name: 'AES-GCM', iv: NONCE }, key, bytes)
}

async function through(bytes: Bytes, transform: CompressionStream | DecompressionStream): Promise<Bytes> {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(transform)).arrayBuffer())
}

/** Random, so that nothing on the way compresses it. */
function randomBytes(size: number): Bytes {
  const bytes = new Uint8Array(size)
  for (let start = 0; start < size; start += 65_536) crypto.getRandomValues(bytes.subarray(start, start + 65_536))
  return bytes
}
