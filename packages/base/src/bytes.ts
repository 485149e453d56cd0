import { type Result, err, ok } from './result.ts'

/** Bytes over a plain ArrayBuffer: what WebCrypto, IndexedDB and fetch all take. */
export type Bytes = Uint8Array<ArrayBuffer>

const encoder = new TextEncoder()
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export function utf8ToBytes(text: string): Bytes {
  return encoder.encode(text)
}

/** Refuses bytes that are not UTF-8 instead of replacing them. */
export function bytesToUtf8(bytes: Uint8Array): Result<string, { type: 'NotUtf8' }> {
  try {
    return ok(strictDecoder.decode(bytes))
  } catch {
    return err({ type: 'NotUtf8' })
  }
}

export function concatBytes(...parts: readonly Uint8Array[]): Bytes {
  let length = 0
  for (const part of parts) length += part.length
  const joined = new Uint8Array(length)
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}

/** Equality for public bytes (hashes, ids). It leaks timing: never for secrets. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** Unsigned lexicographic order, the order in which SALUS1 sorts ids. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length)
  for (let i = 0; i < shared; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

export function isZero(bytes: Uint8Array): boolean {
  let accumulated = 0
  for (const byte of bytes) accumulated |= byte
  return accumulated === 0
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

export function bytesToHex(bytes: Uint8Array): string {
  let hex = ''
  for (const byte of bytes) hex += HEX[byte] ?? ''
  return hex
}

/** Lower-case hex of even length only: one spelling for each byte string. */
export function hexToBytes(hex: string): Result<Bytes, { type: 'NotHex' }> {
  if (hex.length % 2 !== 0 || !/^[0-9a-f]*$/.test(hex)) return err({ type: 'NotHex' })
  const bytes = new Uint8Array(hex.length / 2)
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16)
  return ok(bytes)
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const SEXTET = new Map(Array.from(ALPHABET, (letter, value) => [letter, value]))

/** base64url without padding (RFC 4648 §5). */
export function bytesToBase64Url(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const triple = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    const sextets = Math.min(4, bytes.length - i + 1)
    for (let j = 0; j < sextets; j++) text += ALPHABET.charAt((triple >> (18 - 6 * j)) & 63)
  }
  return text
}

/** Refuses padding, other letters and non-zero trailing bits: one spelling for each byte string (RFC 4648 §3.5). */
export function base64UrlToBytes(text: string): Result<Bytes, { type: 'NotBase64Url' }> {
  if (text.length % 4 === 1) return err({ type: 'NotBase64Url' })
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let buffer = 0
  let bits = 0
  let offset = 0
  for (const letter of text) {
    const value = SEXTET.get(letter)
    if (value === undefined) return err({ type: 'NotBase64Url' })
    buffer = ((buffer << 6) | value) & 0xffffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[offset++] = (buffer >> bits) & 0xff
    }
  }
  if ((buffer & ((1 << bits) - 1)) !== 0) return err({ type: 'NotBase64Url' })
  return ok(bytes)
}

/** Overwrites a secret's buffer. Copies that the runtime made are out of reach; locking ends the worker for those. */
export function wipe(...secrets: readonly Uint8Array[]): void {
  for (const secret of secrets) secret.fill(0)
}
