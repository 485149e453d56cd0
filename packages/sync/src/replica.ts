import { type Bytes, type Clock, type Result, ok } from '@salus/base'
import type { BatchRow, ChainName, Store, TipRow } from '@salus/store'
import {
  type ChainTip,
  type CoreState,
  type DeviceId,
  type Envelope,
  type Frontier,
  type Hash,
  type StreamId,
  type Suite,
  type SyntaxFault,
  type VaultId,
  decodeEnvelope,
  hashOf,
} from '@salus/wire'
import { Exclusive } from './exclusive.ts'
import { OPEN_AT_ONCE, openInOrder, readAhead } from './open-in-order.ts'
import { type OpsFault, decodeOps } from './ops.ts'
import { type ReadBatch, StreamState } from './stream-state.ts'

/** Everything of a batch but its encryption; what the vault needs to seal it. */
export interface SealRequest {
  readonly vault: VaultId
  readonly stream: StreamId
  readonly suite: Suite
  readonly epoch: number
  readonly device: DeviceId
  readonly seq: number
  readonly prevHash: Hash
  readonly coreHead: Hash
  readonly frontierChanges: Frontier
  readonly ops: Bytes
}

/** What the vault lends: keys stay behind these. */
export interface BatchCrypto {
  sha256(bytes: Bytes): Bytes | Promise<Bytes>
  /** The author's signature. */
  verify(core: CoreState, envelope: Envelope): Promise<boolean>
  open(
    envelope: Envelope,
  ): Promise<Result<{ readonly frontierChanges: Frontier; readonly ops: Bytes }, { readonly type: string }>>
  seal(request: SealRequest): Promise<{ readonly bytes: Bytes; readonly hash: Hash }>
}

export interface ReplicaDeps {
  readonly store: Store
  readonly clock: Clock
  readonly crypto: BatchCrypto
  /** The core log at its newest; it only grows, or is replaced as a whole by a settle. */
  readonly core: () => CoreState
  /** Reads what another tab has added to the core log. Without it only one tab may write. */
  readonly refreshCore?: () => Promise<void>
  readonly self: DeviceId
  /** Ids of records that changed, per stream. */
  readonly onChange: (stream: StreamId, ids: ReadonlySet<string>) => void
  /** Every batch as it is taken in, before its records change. */
  readonly onBatch?: (read: ReadBatch) => void
}

export const chainKey = (chain: ChainName): string => `${chain.stream} ${chain.device}`

/** The vault as this device holds it: every stream merged, and the frontier of what is stored. */
export class Replica {
  readonly deps: ReplicaDeps
  readonly streams = new Map<StreamId, StreamState>()
  readonly #tips = new Map<string, ChainTip>()
  /** One writer at a time: commands, what the relay sends, and what another tab wrote. */
  readonly exclusive = new Exclusive()

  constructor(deps: ReplicaDeps) {
    this.deps = deps
    for (const stream of deps.core().streams.keys()) this.streams.set(stream, new StreamState(stream))
  }

  stream(id: StreamId): StreamState {
    let state = this.streams.get(id)
    if (state === undefined) {
      state = new StreamState(id)
      this.streams.set(id, state)
    }
    return state
  }

  /** The newest stored batch of a chain. */
  tip(chain: ChainName): ChainTip | undefined {
    return this.#tips.get(chainKey(chain))
  }

  tips(): (ChainName & ChainTip)[] {
    return [...this.#tips].map(([key, tip]) => {
      const [stream, device] = key.split(' ')
      // Keys are made by chainKey from these two brands.
      return { stream: stream as StreamId, device: device as DeviceId, ...tip }
    })
  }

  /** Something of a later version stands in a stream's way (V7). */
  get needsUpdate(): boolean {
    for (const state of this.streams.values()) if (state.isBlocked) return true
    return false
  }

  /**
   * Reads what the store holds beyond what is known here: everything after unlocking, what another tab wrote later.
   * @returns names of batches that do not open; damage on this device's own disk
   */
  async refresh(): Promise<ChainName[]> {
    const damaged: ChainName[] = []
    // Core before data: another tab's batches may lie under an entry, and a key, that is news here.
    await this.deps.refreshCore?.()
    const stored = await this.deps.store.tips()
    const movedStreams = this.#movedStreams(stored)
    for (const stream of this.deps.core().streams.keys()) {
      const hasGrown = stored.some((tip) => tip.stream === stream && tip.seq > (this.tip(tip)?.seq ?? 0))
      if (!hasGrown && !movedStreams.has(stream)) continue
      const after = new Map(
        [...this.deps.core().devices.keys()].map((device) => [device, this.tip({ stream, device })?.seq ?? 0]),
      )
      if (movedStreams.has(stream)) damaged.push(...(await this.reload(stream)))
      else {
        for await (const rows of readAhead(this.deps.store.batches(stream, after))) {
          if (rows.some((row) => !this.#continues(row))) {
            damaged.push(...(await this.reload(stream)))
            break
          }
          damaged.push(...(await this.#load(rows)))
        }
      }
    }
    return damaged
  }

  /**
   * Reads a stream from the disk as a whole: what was known of it has been set aside or sealed anew (S22b, S22c). The
   * merged state is replaced when all of it is read, so that nobody sees half.
   * @returns names of batches that do not open
   */
  async reload(id: StreamId): Promise<ChainName[]> {
    const state = new StreamState(id)
    const tips = new Map<string, ChainTip>()
    const changed = new Set(this.stream(id).records.keys())
    const damaged: ChainName[] = []
    const taken: ReadBatch[] = []
    for await (const rows of readAhead(this.deps.store.batches(id))) {
      for await (const { row, read } of this.#opened(rows)) {
        if (!read.ok) {
          damaged.push({ stream: row.stream, device: row.device })
          continue
        }
        tips.set(chainKey(row), { seq: row.seq, hash: row.hash, coreSeq: row.coreSeq })
        taken.push(read.value)
        state.take(this.deps.core(), read.value, this.deps.clock.nowMs(), changed)
      }
    }
    for (const { stream, device } of this.tips()) if (stream === id) this.#tips.delete(chainKey({ stream, device }))
    for (const [key, tip] of tips) this.#tips.set(key, tip)
    this.streams.set(id, state)
    for (const batch of taken) this.deps.onBatch?.(batch)
    if (changed.size > 0) this.deps.onChange(id, changed)
    return damaged
  }

  /** Takes rows that are stored, verified and read into the merged state. */
  integrate(reads: readonly Sound[]): void {
    const changed = new Map<StreamId, Set<string>>()
    const nowMs = this.deps.clock.nowMs()
    for (const { row, read } of reads) {
      this.#tips.set(chainKey(row), { seq: row.seq, hash: row.hash, coreSeq: row.coreSeq })
      this.deps.onBatch?.(read)
      const ids = changed.get(row.stream) ?? new Set<string>()
      this.stream(row.stream).take(this.deps.core(), read, nowMs, ids)
      changed.set(row.stream, ids)
    }
    for (const [stream, ids] of changed) if (ids.size > 0) this.deps.onChange(stream, ids)
  }

  /** After the core log has grown: its cuts may let batches through that waited for what does not exist (V25). */
  advance(): void {
    for (const state of this.streams.values()) {
      const changed = new Set<string>()
      state.advance(this.deps.core(), this.deps.clock.nowMs(), changed)
      if (changed.size > 0) this.deps.onChange(state.id, changed)
    }
  }

  /** Streams with a chain that ends on the disk before the batch that was its newest here, or with another. */
  #movedStreams(stored: readonly TipRow[]): Set<StreamId> {
    // At first nothing is known here that could have moved.
    if (this.#tips.size === 0) return new Set()
    const onDisk = new Map(stored.map((tip) => [chainKey(tip), tip]))
    const moved = this.tips().filter((tip) => {
      const now = onDisk.get(chainKey(tip))
      return now === undefined || now.seq < tip.seq || (now.seq === tip.seq && now.hash !== tip.hash)
    })
    return new Set(moved.map((tip) => tip.stream))
  }

  /** A row that comes next in a chain names the batch before it as it is known here. */
  #continues(row: BatchRow): boolean {
    const tip = this.tip(row)
    return tip === undefined || row.seq !== tip.seq + 1 || row.prevHash === tip.hash
  }

  async #load(rows: readonly BatchRow[]): Promise<ChainName[]> {
    const damaged: ChainName[] = []
    let sound: Sound[] = []
    for await (const { row, read } of this.#opened(rows)) {
      if (read.ok) sound.push({ row, read: read.value })
      else damaged.push({ stream: row.stream, device: row.device })
      if (sound.length < OPEN_AT_ONCE) continue
      this.integrate(sound)
      sound = []
    }
    this.integrate(sound)
    return damaged
  }

  #opened(rows: readonly BatchRow[]) {
    return openInOrder(rows, async (row) => ({ row, read: await readStored(this.deps.crypto, row) }))
  }
}

interface Sound {
  readonly row: BatchRow
  readonly read: ReadBatch
}

export type ReadFault = OpsFault | SyntaxFault | { readonly type: string }

async function readStored(crypto: BatchCrypto, row: BatchRow): Promise<Result<ReadBatch, ReadFault>> {
  const envelope = decodeEnvelope(row.bytes)
  return envelope.ok ? readBatch(crypto, envelope.value, row.hash, true) : envelope
}

/**
 * Opens a batch and reads its ops; one of a later version is read as far as its frontier (V7).
 * @param isKept it lay on this device's disk, checked before it was put there
 */
export async function readBatch(
  crypto: BatchCrypto,
  envelope: Envelope,
  hash: Hash,
  isKept = false,
): Promise<Result<ReadBatch, ReadFault>> {
  const opened = await crypto.open(envelope)
  if (!opened.ok) return opened
  const ops = decodeOps(opened.value.ops, isKept)
  if (!ops.ok && ops.error.type !== 'UnknownVerb') return ops
  const { stream, device, seq } = envelope.header
  return ok({
    stream,
    device,
    seq,
    hash,
    frontierChanges: opened.value.frontierChanges,
    batch: ops.ok ? ops.value : undefined,
  })
}

export async function batchHash(crypto: BatchCrypto, bytes: Bytes): Promise<Hash> {
  return hashOf(await crypto.sha256(bytes))
}
