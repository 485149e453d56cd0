import type { Bytes, Result } from '@salus/base'
import type { ChainHead, ChainTip, DeviceId, Hash, StreamId } from '@salus/wire'

/** Name of one device's chain in one stream. */
export interface ChainName {
  readonly stream: StreamId
  readonly device: DeviceId
}

/** One sealed batch, verbatim as it travels (V36). */
export interface BatchRow extends ChainName, ChainTip {
  readonly prevHash: Hash
  readonly bytes: Bytes
}

/** One core entry and what lies beside it (V7). */
export interface CoreRow extends ChainHead {
  /** Of the entry before; {@link ZERO_HASH} for genesis. A settle may swap the log for another branch as long (S20). */
  readonly prevHash: Hash
  readonly entry: Bytes
  readonly wraps: Bytes | undefined
  readonly links: Bytes | undefined
}

/** The newest batch of a chain: one element of the frontier. */
export interface TipRow extends ChainName, ChainTip {}

/** A batch that the relay has not acknowledged yet. */
export interface OutboxRow extends ChainName, ChainHead {
  /** Some of its bytes may have left: it is never sealed anew (S21). */
  readonly isOffered: boolean
}

/** Evidence of a relay or device that did wrong; kept until the vault goes. JSON text without health data. */
export interface AlarmRow {
  /** Equal alarms have equal ids: one row, first seen stays. */
  readonly id: string
  readonly json: string
}

/** The end of an own chain that no relay has seen a byte of, so that it may be sealed anew (S21). */
export interface UnofferedTail extends ChainName {
  /** The first batch to drop. */
  readonly fromSeq: number
  /** The chain's newest batch as the caller knows it: nothing that another tab has added since is dropped. */
  readonly tip: Hash
}

/** The end of a retired id's chain that is not what the relay holds: it goes, offered or not (S22a). */
export interface ForsakenTail extends ChainName {
  /** The first batch to drop; one above the chain's newest drops nothing and compares alone. */
  readonly fromSeq: number
  /** The chain's newest batch as the caller knows it; undefined for a chain without any. */
  readonly tip: Hash | undefined
}

/** What one transaction writes; all of it or nothing. */
export interface Write {
  /** Writes only if the core log ends with this entry. */
  readonly expectsCore?: Hash
  /** Dropped before anything is written, each chain once; neither is any of `withdraws`. */
  readonly forsakes?: readonly ForsakenTail[]
  /** Batches that the relay holds already, in chain order, before `batches`; they never wait. */
  readonly received?: readonly BatchRow[]
  /** Dropped before anything is written, each chain once; all of it must wait in the outbox, never offered. */
  readonly withdraws?: readonly UnofferedTail[]
  /** In chain order within each chain. */
  readonly batches?: readonly BatchRow[]
  /** The batches are the device's own and wait for the relay: as offered where their first byte leaves next (S21). */
  readonly isOutgoing?: boolean | 'offered'
  /**
   * Spares the write a flush of its own: a power cut may take all of it back, the end of the process cannot. The next
   * write that is flushed takes it along.
   */
  readonly isFlushedLater?: boolean
  readonly core?: readonly CoreRow[]
  /** Drops all core rows first: the log of the branch that a settle chose (S20). Goes with {@link expectsCore}. */
  readonly replacesCore?: boolean
  /** Small named values; undefined deletes. */
  readonly meta?: Readonly<Record<string, Bytes | undefined>>
}

/** Somebody else, another tab perhaps, has written this chain or the core meanwhile: read it and start over. */
export type HeadMoved = { readonly type: 'HeadMoved'; readonly chain: ChainName | 'core' }
/** The device is out of space or its database refuses: nothing was written. */
export type StoreFailed = { readonly type: 'StoreFailed'; readonly reason: StoreFailure }
export type StoreFailure =
  /** No space left, or the browser's quota is used up. */
  | 'Full'
  /** This handle was closed, or another tab has upgraded or destroyed the database. */
  | 'Closed'
  /** A later version of the app has written this database. */
  | 'Newer'
  /** Anything else: no permission, a damaged file, no IndexedDB in this browsing mode. */
  | 'Refused'

/** Rows that one page of {@link Store.batches} holds at most. */
export const STORE_PAGE_ROWS_MAX = 512
/** Bytes of batches that one page holds at most, unless it holds one batch. */
export const STORE_PAGE_BYTES_MAX = 8 * 1024 * 1024

/**
 * Where a device keeps its vault. Every adapter passes one contract suite. Every write is durable before its promise
 * resolves, but for {@link Store.acknowledge} and {@link Write.isFlushedLater}. Reads throw on a store that was closed.
 */
export interface Store {
  /**
   * Writes in one transaction, and only if every batch extends its chain's tip and every core row the core's head.
   */
  write(write: Write): Promise<Result<void, HeadMoved | StoreFailed>>

  meta(name: string): Promise<Bytes | undefined>

  /** All core rows in order. */
  core(): Promise<CoreRow[]>

  /** The frontier of all streams, ascending by stream and device. */
  tips(): Promise<TipRow[]>

  /** All batches of a stream after the tips in `after`, chain after chain, each in order; in pages of bounded size. */
  batches(stream: StreamId, after?: ReadonlyMap<DeviceId, number>): AsyncIterable<BatchRow[]>

  /**
   * One page of a chain from a seq on: at most {@link STORE_PAGE_ROWS_MAX} rows and {@link STORE_PAGE_BYTES_MAX} bytes.
   * It is empty only where the chain has no batch at `fromSeq`.
   */
  chain(name: ChainName, fromSeq: number): Promise<BatchRow[]>

  /** Ascending by stream, device and seq. */
  outbox(): Promise<OutboxRow[]>
  /**
   * Durable before the first byte leaves (S21). HeadMoved when one of them no longer waits under its hash, for another
   * tab has sealed it anew: then none is marked, and none may be sent.
   */
  markOffered(rows: readonly OutboxRow[]): Promise<Result<void, HeadMoved | StoreFailed>>
  /**
   * Takes acknowledged batches out of the outbox, and puts `meta` down in the same transaction; the batches stay. A power
   * cut may put them back: they are sent again.
   */
  acknowledge(rows: readonly ChainAck[], meta?: Readonly<Record<string, Bytes>>): Promise<Result<void, StoreFailed>>

  /** Ascending by id. */
  alarms(): Promise<AlarmRow[]>
  raise(alarm: AlarmRow): Promise<Result<void, StoreFailed>>

  /** Deletes the whole database. The store is unusable afterwards. */
  destroy(): Promise<void>
  close(): Promise<void>
}

/** Everything of a chain up to this seq is durable on the relay. */
export interface ChainAck extends ChainName {
  readonly seq: number
}
