import { type Bytes, type Result, err, ok } from '@salus/base'
import type { ChainTip, DeviceId, StreamId } from '@salus/wire'
import { type ChainStart, batchPages, chainStarts, firstPage } from './batch-pages.ts'
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
import { chainKey, droppedTails, mayDrop, planWrite, writtenBatches } from './write-plan.ts'

/** All that a disk holds at one moment; rows in it are never changed in place. */
export interface MemorySnapshot {
  /** By chain, ascending by seq from 1. */
  readonly chains: ReadonlyMap<string, readonly BatchRow[]>
  readonly outbox: ReadonlyMap<string, OutboxRow>
  readonly core: readonly CoreRow[]
  readonly meta: ReadonlyMap<string, Bytes>
  readonly alarms: ReadonlyMap<string, AlarmRow>
}

const EMPTY: MemorySnapshot = { chains: new Map(), outbox: new Map(), core: [], meta: new Map(), alarms: new Map() }

/** What several stores of one device, its tabs, share. */
export class MemoryDisk {
  content: MemorySnapshot = EMPTY
  /** Rises when the database is destroyed, which closes every store on it. */
  generation = 0
  /** Tests set it: the next write fails as a full disk does. */
  isFull = false
}

export interface MemoryStore extends Store {
  /** The disk as a crash at this moment would leave it. */
  snapshot(): MemorySnapshot
  /** Puts a disk back to what it was, as a restored or cloned profile does. */
  restore(snapshot: MemorySnapshot): void
}

/**
 * A store in memory: for a throwaway vault, for tests and the simulator. Every `await` in it is a moment at which a simulated crash may fall; a
 * write becomes visible, whole, between two of them.
 * @param disk shared by the stores that act as tabs of one device
 */
export function createMemoryStore(disk: MemoryDisk = new MemoryDisk()): MemoryStore {
  return new StoreInMemory(disk)
}

class StoreInMemory implements MemoryStore {
  readonly #disk: MemoryDisk
  readonly #generation: number
  #isClosed = false

  constructor(disk: MemoryDisk) {
    this.#disk = disk
    this.#generation = disk.generation
  }

  snapshot(): MemorySnapshot {
    return this.#disk.content
  }

  restore(snapshot: MemorySnapshot): void {
    this.#disk.content = snapshot
  }

  async write(write: Write): Promise<Result<void, HeadMoved | StoreFailed>> {
    const owned = ownedWrite(write)
    return this.#commit((before) => {
      const withdrawn = withdraw(before, droppedTails(write))
      if (!withdrawn.ok) return withdrawn
      const base = withdrawn.value
      const plan = planWrite(owned, { tips: tipsByKey(base), core: base.core.at(-1) })
      if (!plan.ok) return plan
      const chains = new Map(base.chains)
      for (const batch of writtenBatches(owned)) {
        const key = chainKey(batch)
        const rows = chains.get(key) ?? []
        chains.set(key, [...rows, batch])
      }
      const outbox = new Map(base.outbox)
      for (const row of plan.value.outbox) outbox.set(rowKey(row), row)
      const core = [...(owned.replacesCore === true ? [] : base.core), ...(owned.core ?? [])]
      const meta = new Map(base.meta)
      for (const [name, value] of Object.entries(owned.meta ?? {})) {
        if (value === undefined) meta.delete(name)
        else meta.set(name, value)
      }
      return ok({ ...base, chains, outbox, core, meta })
    })
  }

  async meta(name: string): Promise<Bytes | undefined> {
    const value = this.#content().meta.get(name)
    return value === undefined ? undefined : Uint8Array.from(value)
  }

  async core(): Promise<CoreRow[]> {
    return this.#content().core.map(ownedCoreRow)
  }

  async tips(): Promise<TipRow[]> {
    return tipRows(this.#content())
  }

  async *batches(stream: StreamId, after?: ReadonlyMap<DeviceId, number>): AsyncGenerator<BatchRow[]> {
    const tips = tipRows(this.#content()).filter((tip) => tip.stream === stream)
    yield* batchPages(chainStarts(tips, after), (start, rowsMax) => this.#read(start, rowsMax))
  }

  async chain(chain: ChainName, fromSeq: number): Promise<BatchRow[]> {
    return firstPage({ chain, fromSeq }, (start, rowsMax) => this.#read(start, rowsMax))
  }

  async outbox(): Promise<OutboxRow[]> {
    return [...this.#content().outbox.values()].sort(compareRows)
  }

  async markOffered(rows: readonly OutboxRow[]): Promise<Result<void, HeadMoved | StoreFailed>> {
    return this.#commit((before) => {
      const outbox = new Map(before.outbox)
      for (const row of rows) {
        const { stream, device, seq, hash } = row
        if (outbox.get(rowKey(row))?.hash !== hash) return err({ type: 'HeadMoved', chain: { stream, device } })
        outbox.set(rowKey(row), { stream, device, seq, hash, isOffered: true })
      }
      return ok({ ...before, outbox })
    })
  }

  async acknowledge(
    rows: readonly ChainAck[],
    meta: Readonly<Record<string, Bytes>> = {},
  ): Promise<Result<void, StoreFailed>> {
    return this.#commit((before) => {
      const acknowledged = new Map(rows.map((row) => [chainKey(row), row.seq]))
      const waiting = [...before.outbox].filter(([, row]) => row.seq > (acknowledged.get(chainKey(row)) ?? 0))
      const kept = Object.entries(meta).map(([name, value]) => [name, Uint8Array.from(value)] as const)
      return ok({ ...before, outbox: new Map(waiting), meta: new Map([...before.meta, ...kept]) })
    })
  }

  async alarms(): Promise<AlarmRow[]> {
    return [...this.#content().alarms.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  async raise({ id, json }: AlarmRow): Promise<Result<void, StoreFailed>> {
    return this.#commit((before) => ok({ ...before, alarms: new Map([[id, { id, json }], ...before.alarms]) }))
  }

  async destroy(): Promise<void> {
    this.#disk.content = EMPTY
    this.#disk.generation++
  }

  async close(): Promise<void> {
    this.#isClosed = true
  }

  get #isUsable(): boolean {
    return !this.#isClosed && this.#disk.generation === this.#generation
  }

  #content(): MemorySnapshot {
    if (!this.#isUsable) throw new Error('Invariant broken: a closed store is not read')
    return this.#disk.content
  }

  async #read({ chain, fromSeq }: ChainStart, rowsMax: number): Promise<BatchRow[]> {
    const rows = this.#content().chains.get(chainKey(chain)) ?? []
    return rows.slice(fromSeq - 1, fromSeq - 1 + rowsMax).map(ownedBatchRow)
  }

  async #commit<E>(
    change: (before: MemorySnapshot) => Result<MemorySnapshot, E>,
  ): Promise<Result<void, E | StoreFailed>> {
    await Promise.resolve()
    if (!this.#isUsable) return err({ type: 'StoreFailed', reason: 'Closed' })
    const after = change(this.#disk.content)
    if (!after.ok) return after
    if (this.#disk.isFull) return err({ type: 'StoreFailed', reason: 'Full' })
    this.#disk.content = after.value
    await Promise.resolve()
    return ok()
  }
}

function withdraw(content: MemorySnapshot, tails: ReturnType<typeof droppedTails>): Result<MemorySnapshot, HeadMoved> {
  const chains = new Map(content.chains)
  const outbox = new Map(content.outbox)
  for (const tail of tails) {
    const { stream, device, fromSeq } = tail
    const key = chainKey(tail)
    const rows = chains.get(key) ?? []
    const waiting = [...outbox.values()].filter((row) => chainKey(row) === key && row.seq >= fromSeq)
    if (!mayDrop(tail, rows.at(-1), waiting)) return err({ type: 'HeadMoved', chain: { stream, device } })
    for (const row of waiting) outbox.delete(rowKey(row))
    if (fromSeq === 1) chains.delete(key)
    else chains.set(key, rows.slice(0, fromSeq - 1))
  }
  return ok({ ...content, chains, outbox })
}

function tipsByKey(content: MemorySnapshot): Map<string, ChainTip> {
  return new Map(tipRows(content).map((tip) => [chainKey(tip), tip]))
}

function tipRows(content: MemorySnapshot): TipRow[] {
  const tips: TipRow[] = []
  for (const rows of content.chains.values()) {
    const last = rows.at(-1)
    if (last === undefined) continue
    const { stream, device, seq, hash, coreSeq } = last
    tips.push({ stream, device, seq, hash, coreSeq })
  }
  return tips.sort(compareRows)
}

function compareRows(a: ChainAck, b: ChainAck): number {
  const [first, second] = [chainKey(a), chainKey(b)]
  return first === second ? a.seq - b.seq : first < second ? -1 : 1
}

const rowKey = (row: ChainAck): string => `${chainKey(row)} ${row.seq}`

/** Nothing that the caller does to its buffers afterwards reaches the disk. */
function ownedWrite(write: Write): Write {
  const meta = Object.entries(write.meta ?? {}).map(([name, value]) => [name, value && Uint8Array.from(value)] as const)
  return {
    ...write,
    received: (write.received ?? []).map(ownedBatchRow),
    batches: (write.batches ?? []).map(ownedBatchRow),
    core: (write.core ?? []).map(ownedCoreRow),
    meta: Object.fromEntries(meta),
  }
}

function ownedBatchRow({ stream, device, seq, hash, prevHash, coreSeq, bytes }: BatchRow): BatchRow {
  return { stream, device, seq, hash, prevHash, coreSeq, bytes: Uint8Array.from(bytes) }
}

function ownedCoreRow({ seq, hash, prevHash, entry, wraps, links }: CoreRow): CoreRow {
  return {
    seq,
    hash,
    prevHash,
    entry: Uint8Array.from(entry),
    wraps: wraps && Uint8Array.from(wraps),
    links: links && Uint8Array.from(links),
  }
}
