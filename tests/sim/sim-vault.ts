import type { Store } from '@salus/store'
import type { BatchCrypto, CoreHooks, CoreTriple, Transport } from '@salus/sync'
import type { ChainAt, CoreState, DeviceId, StreamId } from '@salus/wire'

/** What one incarnation of a device has of the vault, once its disk is read. */
export interface Unlocked {
  readonly self: DeviceId
  readonly crypto: BatchCrypto
  readonly hooks: CoreHooks
  /** Reads what another tab has added to the core log. */
  refreshCore(): Promise<void>
  /** Offers an entry that enrols one more device; gives the device back when the entry is on the relay and adopted. */
  enrol(
    transport: Transport,
    frontier: () => Promise<readonly ChainAt[]>,
  ): Promise<(() => Promise<SeatDisk>) | undefined>
}

/** A device's disk, written when it was enrolled. */
export interface SeatDisk {
  readonly self: DeviceId
  /** Fills an empty store as the enrolment leaves it. */
  furnish(store: Store): Promise<void>
}

/** The vault of one simulation: with cryptography or without, over HTTP or not. */
export interface SimVault {
  readonly streams: readonly StreamId[]
  readonly firstDevices: readonly SeatDisk[]
  unlock(self: DeviceId, store: Store): Promise<Unlocked>
  /** The relay as this device reaches it, without the network's faults. */
  transport(self: DeviceId): Transport
  /** The relay's core log. */
  relayCore(): Promise<{ readonly state: CoreState; readonly triples: readonly CoreTriple[] }>
  /** Everything that the relay holds, in one text: what it can read of the vault. */
  relayBytes(): Promise<Uint8Array>
}
