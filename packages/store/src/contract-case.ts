import { type Bytes, type Result, bytesToHex, utf8ToBytes } from '@salus/base'
import type { DeviceId } from '@salus/wire'
import { LABS, PHONE_JOURNAL, PHONE_LABS } from './contract-rows.ts'
import type { BatchRow, Store, StoreFailed } from './port.ts'

/** A store on an empty database, and what the contract does to it from outside. */
export interface StoreUnderTest {
  readonly store: Store
  /** Another handle on the same database, as another tab or the next start has. */
  readonly reopen: () => Promise<Store>
  /** Makes the database refuse, as late as the adapter can arrange it, what a write puts into `meta`. */
  readonly refuseMeta: () => Promise<void>
}

/** One promise that every {@link Store} keeps. It runs in Node and in a browser's page alike; it throws when broken. */
export interface StoreCase {
  readonly title: string
  run(open: () => Promise<StoreUnderTest>): Promise<void>
}

export const metaOf = (text: string): Bytes => utf8ToBytes(text)

export const NOTHING = { core: [], tips: [], labs: [], journal: [], outbox: [], alarms: [] }

export async function everything(store: Store): Promise<unknown> {
  return {
    core: await store.core(),
    tips: await store.tips(),
    labs: await rowsOf(store),
    journal: await store.chain(PHONE_JOURNAL, 1),
    outbox: await store.outbox(),
    alarms: await store.alarms(),
  }
}

export async function rowsOf(store: Store, after?: ReadonlyMap<DeviceId, number>): Promise<BatchRow[]> {
  const rows: BatchRow[] = []
  for await (const page of store.batches(LABS, after)) rows.push(...page)
  return rows
}

export async function isUnusable(store: Store, waiting: Awaited<ReturnType<Store['outbox']>>): Promise<void> {
  const closed: Result<never, StoreFailed> = { ok: false, error: { type: 'StoreFailed', reason: 'Closed' } }
  equal(await store.write({ meta: { a: metaOf('c') } }), closed)
  equal(await store.markOffered(waiting), closed)
  equal(await store.acknowledge([{ ...PHONE_LABS, seq: 1 }]), closed)
  equal(await store.raise({ id: 'x', json: '{}' }), closed)
  for (const read of [
    () => store.meta('a'),
    () => store.core(),
    () => store.tips(),
    () => store.outbox(),
    () => rowsOf(store),
  ]) {
    let hasThrown = false
    await read().catch(() => (hasThrown = true))
    equal(hasThrown, true)
  }
}

export function succeeds(result: Result<void, unknown>): void {
  equal(result.ok ? 'ok' : result.error, 'ok')
}

export function failure<E>(result: Result<unknown, E>): E | undefined {
  return result.ok ? undefined : result.error
}

/** Deep equality that tells bytes apart from arrays, and undefined from absent. */
export function equal(found: unknown, expected: unknown): void {
  const [left, right] = [spell(found), spell(expected)]
  if (left === right) return
  const at = [...left].findIndex((letter, i) => letter !== right[i])
  const around = (text: string): string => text.slice(Math.max(0, at - 80), at + 120)
  throw new Error(`found …${around(left)}… expected …${around(right)}…`)
}

function spell(value: unknown): string {
  if (value instanceof Uint8Array) return `bytes(${bytesToHex(value)})`
  if (Array.isArray(value)) return `[${value.map(spell).join(',')}]`
  if (typeof value !== 'object' || value === null)
    return typeof value === 'string' ? JSON.stringify(value) : String(value)
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, member]) => `${name}:${spell(member)}`).join(',')}}`
}
