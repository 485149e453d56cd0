import { type Result, err, ok } from './result.ts'

/** A value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [key: string]: Json
}

/** Nesting beyond this is refused: recursion over outside input is bounded. */
export const JSON_DEPTH_MAX = 32

/**
 * RFC 8785 (JSON Canonicalization Scheme): keys sorted by UTF-16 code units, ECMAScript numbers, no white space.
 * @throws on what JSON cannot hold (NaN, undefined, lone surrogates, depth over {@link JSON_DEPTH_MAX}): a caller's bug.
 */
export function canonicalJson(value: Json): string {
  // Native, and an order of magnitude faster than our writer; only the order of keys is beyond it.
  return isWrittenCanonically(value, 0) ? JSON.stringify(value) : writeCanonically(value, 0)
}

function writeCanonically(value: Json, depth: number): string {
  if (depth > JSON_DEPTH_MAX) throw new Error('JSON nested too deep')
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new Error('lone surrogate in JSON text')
    return JSON.stringify(value)
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Error('JSON holds finite numbers only')
    return JSON.stringify(value)
  }
  if (value === null || typeof value === 'boolean') return JSON.stringify(value)
  if (isArray(value)) return `[${value.map((item) => writeCanonically(item, depth + 1)).join(',')}]`
  const members = Object.keys(value)
    .sort()
    .map((key) => {
      const member = value[key]
      if (member === undefined) throw new Error('undefined in JSON')
      return `${writeCanonically(key, depth + 1)}:${writeCanonically(member, depth + 1)}`
    })
  return `{${members.join(',')}}`
}

/**
 * Reads JSON and refuses any spelling but the canonical one: duplicate keys, white space, other number forms,
 * unsorted keys, lone surrogates. What is accepted therefore re-serialises to the same bytes.
 */
export function parseCanonicalJson(text: string): Result<Json, { type: 'NotCanonicalJson' }> {
  let value: Json
  try {
    // What JSON.parse returns is JSON.
    value = JSON.parse(text) as Json
  } catch {
    return err({ type: 'NotCanonicalJson' })
  }
  // A text that is well-formed gives strings that are, unless it escapes a surrogate.
  const mayHideSurrogate = text.includes('\\u')
  const isPlain = mayHideSurrogate ? isWrittenCanonically(value, 0) : isSortedThroughout(value, 0)
  if (isPlain && text.isWellFormed() && JSON.stringify(value) === text) return ok(value)
  try {
    return canonicalJson(value) === text ? ok(value) : err({ type: 'NotCanonicalJson' })
  } catch {
    return err({ type: 'NotCanonicalJson' })
  }
}

/** JSON.stringify writes this as RFC 8785 asks: keys in order, every string well-formed, every number finite. */
function isWrittenCanonically(value: Json, depth: number): boolean {
  if (depth > JSON_DEPTH_MAX) return false
  if (typeof value === 'string') return value.isWellFormed()
  if (typeof value === 'number') return Number.isFinite(value)
  if (value === null || typeof value === 'boolean') return true
  if (typeof value !== 'object') return false
  if (isArray(value)) return value.every((item) => isWrittenCanonically(item, depth + 1))
  let previous = ''
  for (const key of Object.keys(value)) {
    const member = value[key]
    if (key < previous || !key.isWellFormed() || member === undefined || !isWrittenCanonically(member, depth + 1))
      return false
    previous = key
  }
  return true
}

/** The same of what JSON.parse has read from a text without surrogate escapes: only keys' order and depth are left. */
function isSortedThroughout(value: Json, depth: number): boolean {
  if (depth > JSON_DEPTH_MAX) return false
  if (typeof value !== 'object' || value === null) return true
  if (isArray(value)) {
    for (const item of value) if (!isSortedThroughout(item, depth + 1)) return false
    return true
  }
  let previous = ''
  for (const key in value) {
    if (key < previous || !isSortedThroughout(value[key] ?? null, depth + 1)) return false
    previous = key
  }
  return true
}

export function isArray(value: unknown): value is readonly Json[] {
  return Array.isArray(value)
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
