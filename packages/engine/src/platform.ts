import type { Clock, Random, Result } from '@salus/base'
import type { DeriveArgon2id, KdfParameters } from '@salus/crypto'
import type { Store, StoreFailed } from '@salus/store'
import type { HttpFetch } from '@salus/sync'

/** All that the engine needs from where it runs: a browser's worker, or Node. */
export interface EnginePlatform {
  readonly clock: Clock
  readonly random: Random
  /** Opens this device's database, making it when there is none. */
  openStore(): Promise<Result<Store, StoreFailed>>
  readonly derive: DeriveArgon2id
  /** The cost of a new passphrase slot on this device (V32). */
  calibrateKdf(): Promise<KdfParameters>
  readonly fetch: HttpFetch
  /** Has the page's own policy refused a request to this origin? Always false where there is no such policy. */
  isOriginRefused(origin: string): boolean
  /** Runs `whileHeld` as the one holder of this name on this device; waits for its turn until `signal` aborts (S23). */
  holdLock(name: string, signal: AbortSignal, whileHeld: () => Promise<void>): Promise<void>
  /** Reaches this vault's other tabs. Messages carry no record. */
  openChannel(name: string, onMessage: (message: TabMessage) => void): TabChannel
  /** Calls back when the network comes back, where the platform tells. */
  onOnline(callback: () => void): void
  /** Resolves after that time, or at once when `signal` aborts. */
  pause(milliseconds: number, signal: AbortSignal): Promise<void>
}

/**
 * `rows`: another tab has written; read the store. `status`: how the syncing tab stands, as the device of that id. `replaced`: this device bears
 * another id now (S22a), and every other tab has to be unlocked anew.
 */
export type TabMessage =
  | { readonly type: 'rows' | 'replaced' }
  | { readonly type: 'status'; readonly device: string; readonly status: LinkStatus }

export interface TabChannel {
  post(message: TabMessage): void
  close(): void
}

/**
 * How this device stands with its relay. `removed`: the relay knows it no more, as after a recovery elsewhere.
 * `retired`: its own chain is longer or other on the relay than on its disk, as after a restored copy (S22).
 */
export interface LinkStatus {
  readonly state: 'offline' | 'syncing' | 'inStep' | 'halted' | 'refused' | 'removed' | 'retired' | 'update'
  readonly inStepMs: number | null
  readonly refusal: string | null
}
