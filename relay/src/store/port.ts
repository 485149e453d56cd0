import type { Bytes, EpochMs, Result } from '@salus/base'
import type { ChainAt, ChainHead, DeviceId, Hash, StreamId, VaultId } from '@salus/wire'

/** An invite as it is kept: by its hash, since whoever reads the database must not be able to use it. */
export interface InviteRow {
  readonly hash: Hash
  readonly createdMs: EpochMs
  /** Without one it never ends. */
  readonly expiresMs: EpochMs | undefined
  /** The vault that was made with it. */
  readonly usedBy: VaultId | undefined
}

export interface NewVault {
  readonly vault: VaultId
  readonly kit: DeviceId
  readonly genesis: Bytes
  readonly wraps: Bytes
  readonly inviteHash: Hash
  readonly nowMs: EpochMs
}

/** One core entry as it is kept (V7). */
export interface CoreRow extends ChainHead {
  readonly entry: Bytes
  /** Undefined where dropped. */
  readonly wraps: Bytes | undefined
  /** Undefined where the entry has none, or where dropped. */
  readonly links: Bytes | undefined
}

export interface NewCoreRow extends CoreRow {
  readonly prevHash: Hash
  readonly wraps: Bytes
}

/** A batch whose placement and signature have been checked; its place in the chain has not. */
export interface NewBatch extends ChainHead {
  readonly device: DeviceId
  readonly prevHash: Hash
  /** Seq of the core entry under which it was written. */
  readonly coreSeq: number
  readonly bytes: Bytes
}

export interface Push {
  readonly vault: VaultId
  readonly stream: StreamId
  /** Seq of the core head under which the batches were checked. */
  readonly checkedAtCoreSeq: number
  /** In chain order within each chain. */
  readonly batches: readonly NewBatch[]
  /** What the vault may hold, with these. */
  readonly vaultBytesMax: number
  readonly chainsMax: number
}

export interface Pushed {
  /** Number of the vault's newest row. */
  readonly newest: number
  /** How many were not there before. */
  readonly added: number
}

/** Nothing of the push was written. */
export type PushRefusal =
  /** The core log has grown since the check: check again. */
  | { readonly type: 'CoreMoved' }
  /** A hole or another batch at this seq; head is undefined before a chain's first batch. */
  | { readonly type: 'ChainBroken'; readonly device: DeviceId; readonly head: ChainHead | undefined }
  | { readonly type: 'CoreHeadWentBack'; readonly index: number }
  | { readonly type: 'OverQuota' }

export type CoreRefusal = { readonly type: 'HeadMoved'; readonly head: ChainHead } | { readonly type: 'OverQuota' }

/** Unknown, spent for another vault, or expired. */
export type InviteRefused = { readonly type: 'InviteRefused' }

/** Sealed batches in the order of their arrival, or of one chain. */
export interface Page {
  readonly batches: readonly Bytes[]
  /** Number of the last row that was looked at: where to go on. */
  readonly end: number
  readonly hasMore: boolean
}

export interface PageRequest {
  readonly vault: VaultId
  /** Rows of other streams are passed over. */
  readonly streams: ReadonlySet<StreamId>
  /** Rows with a greater number only; 0 is the beginning. */
  readonly after: number
  /** Frames with their lengths; one batch at least, whatever its size. */
  readonly bytesMax: number
}

export interface ChainRequest {
  readonly vault: VaultId
  readonly stream: StreamId
  readonly device: DeviceId
  readonly fromSeq: number
  readonly bytesMax: number
}

/** One moment's view of all that a vault has (S9). */
export interface VaultHeads {
  readonly core: ChainHead
  readonly chains: readonly ChainAt[]
  /** Number of the newest row. */
  readonly newest: number
}

/**
 * Where a relay keeps what it is given. One contract suite for all adapters. A write is durable before its promise
 * resolves (S15), and is done whole or not at all. It adds and serves; nothing here destroys (S14).
 */
export interface RelayStore {
  /** 8 random bytes, base64url, drawn with the database (S7). */
  readonly relayEpoch: string

  addInvite(invite: Omit<InviteRow, 'usedBy'>): Promise<void>
  invite(hash: Hash): Promise<InviteRow | undefined>

  /** Spends the invite and puts genesis as entry 0. The same vault again is `existed` and spends nothing (S4). */
  createVault(vault: NewVault): Promise<Result<'created' | 'existed', InviteRefused>>
  /** The newest vault with this recovery kit (S2). */
  vaultOfKit(kit: DeviceId): Promise<VaultId | undefined>

  coreHead(vault: VaultId): Promise<ChainHead | undefined>
  /** Entries from a seq on, as many as fit into `bytesMax`, one at least if there is any. */
  core(vault: VaultId, fromSeq: number, bytesMax: number): Promise<CoreRow[]>
  /** Compare-and-swap: only if prevHash and seq - 1 are the head. */
  appendCore(vault: VaultId, row: NewCoreRow, coreBytesMax: number): Promise<Result<void, CoreRefusal>>

  /** Compares each batch with its chain's head and appends what is new; what is there already is no error (S6). */
  push(push: Push): Promise<Result<Pushed, PushRefusal>>
  page(request: PageRequest): Promise<Page>
  chain(request: ChainRequest): Promise<Page>
  /** Undefined where the vault is unknown. */
  heads(vault: VaultId, streams: ReadonlySet<StreamId>): Promise<VaultHeads | undefined>

  /** Writes something durably, or throws (S12). */
  probe(): Promise<void>
  /** Waits for the writes that are under way. The store is unusable afterwards. */
  close(): Promise<void>
}

/** Bytes of a frame's length (S1). */
export const FRAME_LENGTH_BYTES = 4

/** What an entry takes in a page and counts towards a vault's core log. */
export function coreRowBytes(row: Pick<CoreRow, 'entry' | 'wraps' | 'links'>): number {
  return row.entry.length + (row.wraps?.length ?? 0) + (row.links?.length ?? 0) + 3 * FRAME_LENGTH_BYTES
}

/** The order in which heads are told: by stream, then by device, as text. */
export function compareChains(a: ChainAt, b: ChainAt): number {
  return `${a.stream} ${a.device}` < `${b.stream} ${b.device}` ? -1 : 1
}
