import { type Bytes, utf8ToBytes } from '@salus/base'

/**
 * Every domain-separation label of SALUS1 but those of signatures, which the relay checks and `packages/wire` therefore
 * holds. A label opens the info, AAD or message that it stands in, so none may be a prefix of another: then no input
 * under one label is ever an input under another.
 */
export const LABELS = {
  /** HKDF info of a batch's key and commitment (V19). */
  batch: 'salus/v1/batch-key',
  /** HKDF info of a snapshot chunk's key and commitment. */
  chunk: 'salus/v1/chunk-key',
  /** HKDF info of a snapshot manifest's key and commitment. */
  manifest: 'salus/v1/manifest-key',
  /** HKDF info of the key and commitment of a message between two devices. */
  message: 'salus/v1/message-key',
  /** HKDF info of the key that hedges an envelope's salt (V21). */
  hedge: 'salus/v1/hedge',
  /** HMAC message that proves knowledge of a stream key (V14). */
  canary: 'salus/v1/canary',
  /** HPKE info of a stream key wrapped for a recipient (V12). */
  wrap: 'salus/v1/wrap',
  /** HKDF info of the key that seals the previous epoch's key (V13). */
  link: 'salus/v1/link',
  /** HKDF info of the recovery kit's three seeds (V2). */
  kitX25519: 'salus/v1/kit-x25519',
  kitSign: 'salus/v1/kit-sign',
  kitCore: 'salus/v1/kit-core',
  /** AAD of the two boxes of keys at rest (V30). */
  keystoreDaily: 'salus/v1/keystore-daily',
  keystoreCore: 'salus/v1/keystore-core',
  /** AAD of the slot that a passphrase opens (V32). */
  keystoreSlot: 'salus/v1/keystore-slot',
  /** HKDF info of the pairing mailbox's id and of the keys of its two directions (S24). */
  pairMailbox: 'salus/v1/pair-mailbox',
  pairToOld: 'salus/v1/pair-to-old',
  pairToNew: 'salus/v1/pair-to-new',
  /** HKDF info of the secret of a link that the new device has drawn (S24). */
  pairJoin: 'salus/v1/pair-join',
  /** Opens the hash that commits to the enrolled device's one-time key (S25). */
  pairCommit: 'salus/v1/pair-commit',
  /** Opens the hash whose six digits the owner compares (S25). */
  pairDigits: 'salus/v1/pair-digits',
  /** HKDF info of the key that both devices hold after the exchange (S25). */
  pairTranscript: 'salus/v1/pair-transcript',
  /** HKDF info of the key under which a series has an address that tells nothing. */
  seriesAddress: 'salus/v1/series-address',
  /** AAD of a half-typed form that is sealed while locked. */
  draft: 'salus/v1/draft',
} as const

/** The text of one of {@link LABELS}. */
export type Label = (typeof LABELS)[keyof typeof LABELS]

/** A label's bytes: its ASCII text. */
export function labelBytes(label: Label): Bytes {
  return utf8ToBytes(label)
}
