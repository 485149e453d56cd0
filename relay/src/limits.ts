/**
 * Bounds that are this relay's own policy. Those that both ends must know are in `packages/wire/src/limits.ts` (S13).
 * Tests and benchmarks pass others to {@link RelayLimits}.
 */
export interface RelayLimits {
  /** Sealed bytes that one vault may keep here; beyond it a push is 507 (S6). */
  readonly vaultBytesMax: number
  /** Bytes of one vault's core log with wraps and links. */
  readonly coreBytesMax: number
  /** Chains of one vault: its heads (S9) must stay within CONTROL_BYTES_MAX, at most 112 bytes a chain. */
  readonly chainsMax: number
  /** Tokens that live at once; beyond it the oldest ends. */
  readonly tokensMax: number
  /** Tokens of one signer; beyond it its oldest ends, so that no signer can crowd out others. */
  readonly tokensPerSignerMax: number
  /** Nonces given and not spent; beyond it the oldest ends. */
  readonly noncesMax: number
  /** Core entries whose meaning is kept in memory, over all vaults. */
  readonly coreEntriesCachedMax: number
  /** Bodies and pages of members that are in memory at once, bytes; beyond it 503. */
  readonly bytesInFlightMax: number
  /** The same of requests that make a vault: strangers must not use up what members need. */
  readonly newVaultBytesInFlightMax: number
  /** Event streams that are open at once. */
  readonly listenersMax: number
  readonly listenersPerVaultMax: number
  /** Event streams of one signer; beyond it its oldest ends: a phone that changed networks leaves dead ones behind. */
  readonly listenersPerSignerMax: number
  /** Pokes that wait for one slow listener; beyond it the stream ends. */
  readonly pokesWaitingMax: number
  /** Pairing mailboxes that live at once; beyond it a new one is 503. */
  readonly mailboxesMax: number
  /** Mailbox reads that wait at once; beyond it a read is answered at once. */
  readonly mailboxWaitersMax: number
  /** Unauthenticated requests that one address may make, by route. */
  readonly authRate: Rate
  readonly vaultsRate: Rate
  readonly pairRate: Rate
  /** Addresses whose requests are counted; beyond it the one counted first is forgotten. */
  readonly ratedAddressesMax: number
}

/** A token bucket: `burst` requests at once, refilled by `perSecond`. */
export interface Rate {
  readonly burst: number
  readonly perSecond: number
}

export const RELAY_LIMITS: RelayLimits = {
  vaultBytesMax: 8 * 1024 ** 3,
  coreBytesMax: 256 * 1024 ** 2,
  chainsMax: 8_192,
  tokensMax: 65_536,
  tokensPerSignerMax: 16,
  noncesMax: 65_536,
  coreEntriesCachedMax: 65_536,
  bytesInFlightMax: 256 * 1024 ** 2,
  newVaultBytesInFlightMax: 32 * 1024 ** 2,
  listenersMax: 10_000,
  listenersPerVaultMax: 128,
  listenersPerSignerMax: 4,
  pokesWaitingMax: 64,
  mailboxesMax: 1_024,
  mailboxWaitersMax: 1_024,
  authRate: { burst: 300, perSecond: 5 },
  vaultsRate: { burst: 100, perSecond: 1 },
  pairRate: { burst: 300, perSecond: 5 },
  ratedAddressesMax: 65_536,
}

/** Characters of an invite on its way in; ours have 22. */
export const INVITE_CHARACTERS_MAX = 64
/** A body up to this size is not counted: SOCKETS_MAX bounds them all together. */
export const UNCOUNTED_BODY_BYTES_MAX = 16_384
/** Bytes of an authentication request. */
export const AUTH_BYTES_MAX = 4_096
/** Rows that one page looks at: a device that holds few streams walks past the others' rows in bounded steps. */
export const PAGE_SCAN_ROWS_MAX = 16_384
/** Writes in one transaction; the rest of a turn goes into the next. */
export const GROUP_WRITES_MAX = 1_024
/** A push is judged anew when the core log moved under it; more often than this in a row is 503. */
export const CORE_MOVES_MAX = 8
/** Public keys whose parsed form is kept. */
export const KEYS_CACHED_MAX = 4_096
/** Between two writes that answer `GET /healthz` (S12), milliseconds. */
export const HEALTH_INTERVAL_MS = 1_000
/** What a refused client is told to wait, seconds. */
export const RETRY_AFTER_SECONDS = 2

/** Bytes of all request headers. */
export const HEADER_BYTES_MAX = 16_384
/** Until all headers have arrived, milliseconds. */
export const HEADERS_TIMEOUT_MS = 10_000
/** Until the whole request has arrived, milliseconds. */
export const REQUEST_TIMEOUT_MS = 120_000
/** Without a byte in either direction, milliseconds; above EVENTS_KEEPALIVE_MS. */
export const SOCKET_IDLE_MS = 90_000
/** Sockets that are open at once. */
export const SOCKETS_MAX = 12_000
/** What a stop leaves to open requests, milliseconds. */
export const STOP_GRACE_MS = 3_000
/** Between two looks for connections that have become idle while stopping, milliseconds. */
export const STOP_SWEEP_MS = 25
