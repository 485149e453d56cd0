import { type Brand, type Bytes, type Result, base64UrlToBytes, bytesToBase64Url, err, ok } from '@salus/base'

/** SHA-256 of the genesis entry, base64url (V4). */
export type VaultId = Brand<string, 'VaultId'>
/** 16 random bytes, base64url (V3). */
export type StreamId = Brand<string, 'StreamId'>
/** First 16 bytes of the hash of a device's public keys, base64url (V1). */
export type DeviceId = Brand<string, 'DeviceId'>
/** A SHA-256, base64url. */
export type Hash = Brand<string, 'Hash'>

export const HASH_BYTES = 32
export const ID_BYTES = 16
export const KEY_BYTES = 32
export const SIGNATURE_BYTES = 64

export const ZERO_HASH = bytesToBase64Url(new Uint8Array(HASH_BYTES)) as Hash
export const ZERO_VAULT = bytesToBase64Url(new Uint8Array(HASH_BYTES)) as VaultId

export type SyntaxFault = { readonly type: 'Malformed'; readonly what: string }

export const malformed = (what: string): { ok: false; error: SyntaxFault } => err({ type: 'Malformed', what })

export const vaultIdOf = (bytes: Uint8Array): VaultId => bytesToBase64Url(bytes) as VaultId
export const streamIdOf = (bytes: Uint8Array): StreamId => bytesToBase64Url(bytes) as StreamId
export const deviceIdOf = (bytes: Uint8Array): DeviceId => bytesToBase64Url(bytes) as DeviceId
export const hashOf = (bytes: Uint8Array): Hash => bytesToBase64Url(bytes) as Hash

/** The bytes behind an id or hash that has been checked on its way in. */
export function idBytes(id: VaultId | StreamId | DeviceId | Hash): Bytes {
  const bytes = base64UrlToBytes(id)
  if (!bytes.ok) throw new Error('Invariant broken: ids are base64url')
  return bytes.value
}

export const parseVaultId = (text: unknown): Result<VaultId, SyntaxFault> =>
  parseId<VaultId>(text, HASH_BYTES, 'vault id')
export const parseStreamId = (text: unknown): Result<StreamId, SyntaxFault> =>
  parseId<StreamId>(text, ID_BYTES, 'stream id')
export const parseDeviceId = (text: unknown): Result<DeviceId, SyntaxFault> =>
  parseId<DeviceId>(text, ID_BYTES, 'device id')
export const parseHash = (text: unknown): Result<Hash, SyntaxFault> => parseId<Hash>(text, HASH_BYTES, 'hash')

function parseId<Id extends string>(text: unknown, length: number, what: string): Result<Id, SyntaxFault> {
  const bytes = parseBase64Url(text, length, what)
  // Base64url of the right length is what an id is.
  return bytes.ok ? ok(text as Id) : bytes
}

/** Base64url text of exactly `length` bytes. */
export function parseBase64Url(text: unknown, length: number, what: string): Result<Bytes, SyntaxFault> {
  if (typeof text !== 'string' || text.length !== Math.ceil((length * 4) / 3)) return malformed(what)
  const bytes = base64UrlToBytes(text)
  return bytes.ok && bytes.value.length === length ? bytes : malformed(what)
}
