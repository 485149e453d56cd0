import { assert, present } from '@salus/base'
import {
  type ChainHead,
  type CoreCrypto,
  type CoreState,
  type DeviceId,
  PAGE_BYTES_MAX,
  type StreamId,
  type VaultId,
  applyCoreEntry,
  isActive,
} from '@salus/wire'
import type { RelayStore } from './store/port.ts'

/**
 * What each vault's core log says at its head. Kept in memory for the vaults used last, bounded by the number of
 * entries that they have together, and rebuilt from the store.
 */
export class CoreStates {
  readonly #store: RelayStore
  readonly #crypto: CoreCrypto
  readonly #entriesMax: number
  /** In the order of use. */
  readonly #states = new Map<VaultId, CoreState>()
  readonly #loading = new Map<VaultId, Promise<CoreState>>()
  #entries = 0

  constructor(store: RelayStore, crypto: CoreCrypto, entriesMax: number) {
    this.#store = store
    this.#crypto = crypto
    this.#entriesMax = entriesMax
  }

  /** The state at the store's head now, whoever moved it; undefined for an unknown vault. */
  async at(vault: VaultId): Promise<CoreState | undefined> {
    const head = await this.#store.coreHead(vault)
    if (head === undefined) return undefined
    for (;;) {
      const known = this.#states.get(vault)
      if (known !== undefined && known.seq >= head.seq) {
        this.remember(known)
        return known
      }
      const loading = this.#loading.get(vault) ?? this.#load(vault, known, head)
      this.#loading.set(vault, loading)
      try {
        const state = await loading
        // A load that began for an earlier request may have stopped short of this one's head.
        if (state.seq >= head.seq) return state
      } finally {
        this.#loading.delete(vault)
      }
    }
  }

  /** Takes a state whose last entry the store has acknowledged. */
  remember(state: CoreState): void {
    const known = this.#states.get(state.vault)
    const newest = known !== undefined && known.seq > state.seq ? known : state
    this.#forget(state.vault)
    this.#states.set(state.vault, newest)
    this.#entries += newest.seq + 1
    for (const vault of this.#states.keys()) {
      if (this.#entries <= this.#entriesMax || vault === state.vault) break
      this.#forget(vault)
    }
  }

  /** Entries whose meaning is in memory. */
  get entriesCached(): number {
    return this.#entries
  }

  async #load(vault: VaultId, from: CoreState | undefined, head: ChainHead): Promise<CoreState> {
    let state = from
    while (state === undefined || state.seq < head.seq) {
      const rows = await this.#store.core(vault, (state?.seq ?? -1) + 1, PAGE_BYTES_MAX)
      assert(rows.length > 0, 'the store has all entries up to its head')
      for (const row of rows) {
        // Wraps and links were checked when they came and may have been dropped since.
        const next = applyCoreEntry(this.#crypto, state, row.entry, { wraps: undefined, links: undefined })
        assert(next.ok, 'the store holds entries that were checked')
        state = next.value
      }
    }
    this.remember(state)
    return present(this.#states.get(vault), 'it has just been remembered')
  }

  #forget(vault: VaultId): void {
    const state = this.#states.get(vault)
    if (state === undefined) return
    this.#states.delete(vault)
    this.#entries -= state.seq + 1
  }
}

/** What a signer holds at the core's head; undefined where it is not active (S3). The kit holds all streams. */
export function streamsOf(core: CoreState, signer: DeviceId): ReadonlySet<StreamId> | undefined {
  if (signer === core.kit.id) return new Set(core.streams.keys())
  const device = core.devices.get(signer)
  return isActive(device) ? device.streams : undefined
}
