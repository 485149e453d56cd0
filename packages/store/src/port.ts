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

/** What one transaction writes; all of it or nothing. */
export interface Write {
  /** In chain order within each chain. */
  readonly batches?: readonly BatchRow[]
  /** The batches are the device's own and wait for the relay. */
  readonly isOutgoing?: boolean
  readonly core?: readonly CoreRow[]
  /** Drops all core rows first: the log of the branch that a settle chose (S20). */
  readonly replacesCore?: boolean
  /** Small named values; undefined deletes. */
  readonly meta?: Readonly<Record<string, Bytes | undefined>>
}

/** Somebody else, another tab perhaps, has written this chain or the core meanwhile: read it and start over. */
export type HeadMoved = { readonly type: 'HeadMoved'; readonly chain: ChainName | 'core' }
/** The device is out of space or its database refuses: nothing was written. */
export type StoreFailed = { readonly type: 'StoreFailed'; readonly reason: string }

/** Rows that one page of {@link Store.batches} holds at most. */
export const STORE_PAGE_ROWS_MAX = 512

/**
 * Where a device keeps its vault. Four adapters, one contract suite. Every write is durable before its promise resolves.
 */
export interface Store {
  /**
   * Writes in one transaction, and only if every batch extends its chain's tip and every core row the core's head.
   */
  write(write: Write): Promise<Result<void, HeadMoved | StoreFailed>>

  meta(name: string): Promise<Bytes | undefined>

  /** All core rows in order. */
  core(): Promise<CoreRow[]>

  /** The frontier of all streams. */
  tips(): Promise<TipRow[]>

  /** All batches of a stream after the tips in `after`, chains interleaved, each in order; in pages of bounded size. */
  batches(stream: StreamId, after?: ReadonlyMap<DeviceId, number>): AsyncIterable<BatchRow[]>

  /** One chain from a seq on, at most {@link STORE_PAGE_ROWS_MAX} rows. */
  chain(name: ChainName, fromSeq: number): Promise<BatchRow[]>

  /** In chain order within each chain. */
  outbox(): Promise<OutboxRow[]>
  /** Durable before the first byte leaves (S21). */
  markOffered(rows: readonly OutboxRow[]): Promise<Result<void, StoreFailed>>
  /** Takes acknowledged batches out of the outbox; the batches stay. */
  acknowledge(rows: readonly ChainAck[]): Promise<Result<void, StoreFailed>>

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
