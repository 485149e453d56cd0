/** Every bound on what crosses a wire. Each has tests at the limit and one above. Spec S13. */

/** Ops in one batch (V23). */
export const BATCH_OPS_MAX = 500
/** Bytes of a batch's content before padding (V23). */
export const BATCH_CONTENT_BYTES_MAX = 262_144
/** Bytes that an inflated ops text may reach before the inflater stops (V23). */
export const BATCH_INFLATED_BYTES_MAX = 8 * 1024 * 1024
/** Bytes of one sealed batch: content, Padmé's overhead of at most 12 %, header, tag, signature. */
export const BATCH_BYTES_MAX = 300_000
/** Ops shorter than this are never deflated (V23). */
export const DEFLATE_BYTES_MIN = 1_024
/** Frontier changes that one batch may carry (V17). */
export const FRONTIER_CHANGES_MAX = 256

/** Bytes of a core entry's body (V5). */
export const CORE_BODY_BYTES_MAX = 262_144
/** Bytes of one core entry with its signatures. */
export const CORE_ENTRY_BYTES_MAX = CORE_BODY_BYTES_MAX + 1_024
/** Signatures on a core entry (V5). */
export const CORE_SIGNERS_MAX = 4
/** Entries in a vault's core log. */
export const CORE_ENTRIES_MAX = 10_000
/** Streams of a vault (V8). */
export const STREAMS_MAX = 64
/** Devices that are active at once. */
export const DEVICES_ACTIVE_MAX = 64
/** Cuts in one entry. */
export const CUTS_MAX = DEVICES_ACTIVE_MAX * STREAMS_MAX
/** Branch heads that one settle may heal. */
export const HEALS_MAX = 16
/** Bytes of an entry's wraps: every stream for every device and the kit. */
export const WRAPS_BYTES_MAX = 117 * STREAMS_MAX * (DEVICES_ACTIVE_MAX + 1)
/** Bytes of an entry's links. */
export const LINKS_BYTES_MAX = 68 * STREAMS_MAX

/** Frames in one request or page. */
export const FRAMES_MAX = 65_536
/** Batches in one push (S6). */
export const PUSH_BATCHES_MAX = 1_024
/** Bytes of one push (S6). */
export const PUSH_BYTES_MAX = 4 * 1024 * 1024
/** Bytes of one page of batches (S7); a page holds at least one batch. */
export const PAGE_BYTES_MAX = 8 * 1024 * 1024
/** Bytes of any JSON control message. */
export const CONTROL_BYTES_MAX = 1024 * 1024
/** Bytes of a pairing message (S11). */
export const PAIR_MESSAGE_BYTES_MAX = 65_536
/** Slots of a pairing mailbox (S11). */
export const PAIR_SLOTS_MAX = 6
/** Refused writes after which a mailbox closes (S11). */
export const PAIR_TRIES_MAX = 5
/** Life of a pairing mailbox, milliseconds (S11). */
export const PAIR_TTL_MS = 300_000
/** Life of a token, milliseconds (S3). */
export const TOKEN_TTL_MS = 900_000
/** Life of an authentication nonce, milliseconds (S2). */
export const NONCE_TTL_MS = 60_000
/** How long a relay holds a waiting mailbox read, milliseconds (S11). */
export const PAIR_WAIT_MS = 20_000
/** Between two keep-alives of the event stream, milliseconds (S10). */
export const EVENTS_KEEPALIVE_MS = 25_000
