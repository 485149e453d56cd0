import { type Clock, type EpochMs, type JsonObject, type Result, epochMs } from '@salus/base'
import { type MemoryStore, MemoryDisk, createMemoryStore } from '@salus/store/memory'
import { type CommitError, type Op, Replica, SyncSession, commit, logHash, relayFrontier, stateHash } from '@salus/sync'
import type { DeviceId, StreamId } from '@salus/wire'
import { hasher } from '../../packages/sync/src/devices-for-tests.ts'
import { CausalOrder } from './causal-order.ts'
import type { FaultyNetwork } from './faulty-network.ts'
import { gatedStore } from './gated-store.ts'
import type { Life, Scheduler } from './scheduler.ts'
import type { SeatDisk, SimVault, Unlocked } from './sim-vault.ts'

export interface SimDeviceDeps {
  readonly vault: SimVault
  readonly scheduler: Scheduler
  readonly network: FaultyNetwork
  /** True time; the device's own clock is skewed. */
  readonly trueMs: () => number
}

/** One program on the device's disk: a tab. */
export interface Tab {
  readonly life: Life
  readonly unlocked: Unlocked
  readonly replica: Replica
  readonly session: SyncSession
}

/** A device over all its restarts. Its disk is all that outlives a crash. */
export class SimDevice implements Clock {
  readonly #deps: SimDeviceDeps
  readonly #disk = new MemoryDisk()
  readonly #seat: SeatDisk
  /** Of tabs, and of those that are still reading the disk. */
  #lives: Life[] = []
  skewMs = 0
  isOnline = true
  tabs: Tab[] = []
  /** Tasks under way. */
  isCommanding = false
  isSyncing = false

  private constructor(deps: SimDeviceDeps, seat: SeatDisk) {
    this.#deps = deps
    this.#seat = seat
  }

  static async create(deps: SimDeviceDeps, seat: SeatDisk): Promise<SimDevice> {
    const device = new SimDevice(deps, seat)
    await seat.furnish(createMemoryStore(device.#disk))
    return device
  }

  get id(): DeviceId {
    return this.#seat.self
  }

  /** The disk, past all gates. */
  get store(): MemoryStore {
    return createMemoryStore(this.#disk)
  }

  nowMs(): EpochMs {
    return epochMs(this.#deps.trueMs() + this.skewMs)
  }

  crash(): void {
    for (const life of this.#lives) life.isDead = true
    this.#lives = []
    this.tabs = []
    this.isCommanding = false
    this.isSyncing = false
  }

  /** Reads the disk as a start does. */
  async open(): Promise<Tab> {
    const { vault, scheduler, network } = this.#deps
    const life: Life = { isDead: false }
    this.#lives.push(life)
    const store = gatedStore(this.store, scheduler, life)
    const unlocked = await vault.unlock(this.id, store)
    const order = new CausalOrder()
    const replica: Replica = new Replica({
      store,
      clock: this,
      crypto: unlocked.crypto,
      core: () => unlocked.hooks.state(),
      refreshCore: () => unlocked.refreshCore(),
      self: this.id,
      onChange: () => undefined,
      onBatch: (read) => {
        order.note(replica, read)
      },
    })
    const damaged = await replica.exclusive.run(() => replica.refresh())
    if (damaged.length > 0) throw new Error('the disk does not open')
    const session = new SyncSession({
      store,
      transport: network.between(vault.transport(this.id), life, () => this.isOnline),
      replica,
      core: unlocked.hooks,
      storedCore: async (fromSeq) => (await store.core()).slice(fromSeq),
      nowMs: () => this.nowMs(),
    })
    const tab = { life, unlocked, replica, session }
    this.tabs.push(tab)
    return tab
  }

  /** Enrols one more device; undefined when the relay or another device came in between. */
  async enrol(tab: Tab): Promise<SeatDisk | undefined> {
    const { vault, network } = this.#deps
    const transport = network.between(vault.transport(this.id), tab.life, () => this.isOnline)
    const enrolled = await tab.unlocked.enrol(transport, () => relayFrontier(this.store, tab.replica))
    return enrolled?.()
  }

  hashes(tab: Tab): { readonly state: string; readonly log: string } {
    const records = [...tab.replica.streams.values()].flatMap((state) => [...state.records.values()])
    return { state: stateHash(records, hasher()), log: logHash(records, hasher()) }
  }
}

export function write(tab: Tab, stream: StreamId, makeOps: () => readonly Op[]): Promise<Result<void, CommitError>> {
  return commit(tab.replica, () => {
    const ops = makeOps()
    return ops.length === 0 ? new Map() : new Map([[stream, ops]])
  })
}

export function patchOp(tab: Tab, stream: StreamId, id: string, fields: JsonObject, kind = 'dose', version = 1): Op {
  const record = tab.replica.stream(stream).records.get(id)
  return { type: 'patch', id, kind, version, fields, replaces: record?.replacesOf(Object.keys(fields)) ?? {} }
}

export function tombstoneOp(tab: Tab, stream: StreamId, id: string): Op | undefined {
  const record = tab.replica.stream(stream).records.get(id)
  if (record === undefined || record.isDeleted) return undefined
  return {
    type: 'tombstone',
    id,
    kind: record.kind,
    version: record.version,
    replaces: record.replacesOf(record.fieldNames),
  }
}
