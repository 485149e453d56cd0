import { JSON_DEPTH_MAX, type Json, isArray } from './json.ts'
import { parseJson } from './parse-json.ts'
import { type Result, err, ok } from './result.ts'

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
    value = parseJson(text)
  } catch {
    return err({ type: 'NotCanonicalJson' })
  }
  if (isSpelledCanonically(text)) return ok(value)
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

const [QUOTE, COMMA, MINUS, COLON, DIGIT_0, DIGIT_9] = [0x22, 0x2c, 0x2d, 0x3a, 0x30, 0x39]
const [LIST_OPENS, LIST_CLOSES, OBJECT_OPENS, OBJECT_CLOSES] = [0x5b, 0x5d, 0x7b, 0x7d]
const [LETTER_F, LETTER_N, LETTER_T] = [0x66, 0x6e, 0x74]

/**
 * Whether a text that JSON.parse has read is canonical, told by looking at its punctuation once: no value is written anew.
 * False for what it does not decide: a backslash, a number that is no safe integer, deep nesting, and all that is not
 * canonical.
 */
function isSpelledCanonically(text: string): boolean {
  if (text.includes('\\') || !text.isWellFormed()) return false
  // Of each object that is open: where its latest key lies; -1 before the first.
  const keyStarts: number[] = []
  const keyEnds: number[] = []
  let depth = 0
  let at = 0
  while (at < text.length) {
    const letter = text.charCodeAt(at)
    if (letter === QUOTE) {
      const end = text.indexOf('"', at + 1)
      if (text.charCodeAt(end + 1) !== COLON) {
        at = end + 1
        continue
      }
      const previous = keyStarts[depth] ?? -1
      if (previous >= 0 && !isBefore(text, previous, keyEnds[depth] ?? 0, at + 1, end)) return false
      keyStarts[depth] = at + 1
      keyEnds[depth] = end
      at = end + 2
    } else if (letter === COMMA) {
      at++
    } else if (letter === OBJECT_OPENS || letter === LIST_OPENS) {
      if (++depth > JSON_DEPTH_MAX) return false
      keyStarts[depth] = -1
      at++
    } else if (letter === OBJECT_CLOSES || letter === LIST_CLOSES) {
      depth--
      at++
    } else if (letter === LETTER_T || letter === LETTER_N) {
      at += 4
    } else if (letter === LETTER_F) {
      at += 5
    } else {
      const end = endOfInteger(text, at)
      if (end < 0) return false
      at = end
    }
  }
  return true
}

/** Where a safe integer in its shortest spelling ends; -1 for anything else, minus zero too. */
function endOfInteger(text: string, start: number): number {
  const first = text.charCodeAt(start) === MINUS ? start + 1 : start
  let end = first
  for (let digit = text.charCodeAt(end); digit >= DIGIT_0 && digit <= DIGIT_9;) digit = text.charCodeAt(++end)
  if (end === first || (first > start && text.charCodeAt(first) === DIGIT_0)) return -1
  return end - first < DIGITS_SAFE || Number.isSafeInteger(Number(text.slice(first, end))) ? end : -1
}

/** Integers of fewer digits are safe, whatever they are. */
const DIGITS_SAFE = 16

/** Is one part of the text less than another, by UTF-16 code units? */
function isBefore(text: string, start: number, end: number, otherStart: number, otherEnd: number): boolean {
  let at = start
  for (let other = otherStart; at < end && other < otherEnd; at++, other++) {
    const difference = text.charCodeAt(at) - text.charCodeAt(other)
    if (difference !== 0) return difference < 0
  }
  return end - start < otherEnd - otherStart
}
