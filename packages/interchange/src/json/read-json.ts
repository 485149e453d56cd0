import { type Result, err, ok } from '@salus/base'
import { type ExactJson, ExactNumber } from './exact-json.ts'

/** Objects and arrays within each other; FHIR's deepest examples have about 20. */
export const JSON_NESTING_MAX = 64

/** What is wrong with a text that is not JSON. */
export type JsonProblem =
  | 'unexpected end'
  | 'unexpected character'
  | 'text after the end'
  | 'bad number'
  | 'bad string'
  | 'duplicate key'
  | 'nested too deep'

/** Where and why a text is not JSON. Line and column count from 1, columns in UTF-16 units. */
export interface JsonError {
  readonly type: 'BadJson'
  readonly problem: JsonProblem
  readonly line: number
  readonly column: number
}

/** A value and where in the text it ends. */
export interface JsonPrefix {
  readonly value: ExactJson
  readonly end: number
}

/**
 * Reads a text that is one JSON value (RFC 8259) and keeps the digits of its numbers, which JSON.parse loses. Takes what
 * JSON.parse takes, but for doubled keys (one of them would be lost) and nesting over {@link JSON_NESTING_MAX}. Halves
 * of surrogate pairs become U+FFFD, as in UTF-8.
 */
export function readJson(text: string): Result<ExactJson, JsonError> {
  const prefix = readJsonPrefix(text)
  if (!prefix.ok) return prefix
  const end = skipSpace(text, prefix.value.end)
  return end === text.length ? ok(prefix.value.value) : err(errorAt(text, end, 'text after the end'))
}

/** Reads the JSON value at the start of a text and leaves the rest alone. */
export function readJsonPrefix(text: string): Result<JsonPrefix, JsonError> {
  const reader = new Reader(text)
  const value = reader.value(0)
  return reader.problem === undefined
    ? ok({ value, end: reader.offset })
    : err(errorAt(text, reader.offset, reader.problem))
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const FIRST_PRINTABLE = 0x20

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const ESCAPES = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])

/** Recursive descent. After the first problem every method returns at once, so a bad text costs no more than a good one. */
class Reader {
  readonly #text: string
  offset = 0
  problem: JsonProblem | undefined

  constructor(text: string) {
    this.#text = text
  }

  value(depth: number): ExactJson {
    if (depth > JSON_NESTING_MAX) return this.#fail('nested too deep')
    this.#skipSpace()
    const code = this.#text.charCodeAt(this.offset)
    if (code === QUOTE) return this.#string()
    if (code === OPEN_BRACE) return this.#object(depth)
    if (code === OPEN_BRACKET) return this.#array(depth)
    if (code === 0x2d || (code >= 0x30 && code <= 0x39)) return this.#number()
    if (code === 0x74) return this.#word('true', true)
    if (code === 0x66) return this.#word('false', false)
    if (code === 0x6e) return this.#word('null', null)
    return this.#fail(this.#unexpected())
  }

  #object(depth: number): ExactJson {
    const members = new Map<string, ExactJson>()
    this.offset += 1
    this.#skipSpace()
    if (this.#take(CLOSE_BRACE)) return members
    while (this.problem === undefined) {
      this.#skipSpace()
      const keyOffset = this.offset
      if (this.#text.charCodeAt(this.offset) !== QUOTE) return this.#fail(this.#unexpected())
      const key = this.#string()
      this.#skipSpace()
      if (this.problem !== undefined) return null
      if (members.has(key)) {
        this.offset = keyOffset
        return this.#fail('duplicate key')
      }
      if (!this.#take(COLON)) return this.#fail(this.#unexpected())
      members.set(key, this.value(depth + 1))
      this.#skipSpace()
      if (this.problem !== undefined) return null
      if (this.#take(CLOSE_BRACE)) return members
      if (!this.#take(COMMA)) return this.#fail(this.#unexpected())
    }
    return null
  }

  #array(depth: number): ExactJson {
    const items: ExactJson[] = []
    this.offset += 1
    this.#skipSpace()
    if (this.#take(CLOSE_BRACKET)) return items
    while (this.problem === undefined) {
      items.push(this.value(depth + 1))
      this.#skipSpace()
      if (this.problem !== undefined) return null
      if (this.#take(CLOSE_BRACKET)) return items
      if (!this.#take(COMMA)) return this.#fail(this.#unexpected())
    }
    return null
  }

  #number(): ExactJson {
    NUMBER.lastIndex = this.offset
    const match = NUMBER.exec(this.#text)
    if (match === null) return this.#fail('bad number')
    this.offset += match[0].length
    // `01` and `1.` end early: what follows a number is white space, a comma or a bracket.
    const next = this.#text.charAt(this.offset)
    if (/[\d.eE+-]/.test(next)) return this.#fail('bad number')
    return new ExactNumber(match[0])
  }

  #word(word: string, value: boolean | null): ExactJson {
    if (!this.#text.startsWith(word, this.offset)) return this.#fail(this.#unexpected())
    this.offset += word.length
    return value
  }

  /** Most strings have no escapes: one slice. */
  #string(): string {
    const text = this.#text
    const start = this.offset + 1
    let end = start
    for (; end < text.length; end++) {
      const code = text.charCodeAt(end)
      if (code === QUOTE) {
        this.offset = end + 1
        return text.slice(start, end).toWellFormed()
      }
      if (code === BACKSLASH) return this.#escapedString(start, end)
      if (code < FIRST_PRINTABLE) break
    }
    this.offset = end
    this.#fail(end < text.length ? 'bad string' : 'unexpected end')
    return ''
  }

  #escapedString(start: number, firstEscape: number): string {
    const text = this.#text
    const parts: string[] = []
    let from = start
    let end = firstEscape
    while (end < text.length) {
      const code = text.charCodeAt(end)
      if (code === QUOTE) {
        parts.push(text.slice(from, end))
        this.offset = end + 1
        return parts.join('').toWellFormed()
      }
      if (code < FIRST_PRINTABLE) break
      if (code !== BACKSLASH) {
        end += 1
        continue
      }
      parts.push(text.slice(from, end))
      const letter = text.charAt(end + 1)
      const plain = ESCAPES.get(letter)
      const hex = letter === 'u' ? text.slice(end + 2, end + 6) : ''
      if (plain !== undefined) {
        parts.push(plain)
        end += 2
      } else if (/^[0-9a-fA-F]{4}$/.test(hex)) {
        parts.push(String.fromCharCode(Number.parseInt(hex, 16)))
        end += 6
      } else {
        break
      }
      from = end
    }
    this.offset = Math.min(end, text.length)
    this.#fail(end < text.length ? 'bad string' : 'unexpected end')
    return ''
  }

  #take(code: number): boolean {
    if (this.#text.charCodeAt(this.offset) !== code) return false
    this.offset += 1
    return true
  }

  #skipSpace(): void {
    this.offset = skipSpace(this.#text, this.offset)
  }

  #unexpected(): JsonProblem {
    return this.offset >= this.#text.length ? 'unexpected end' : 'unexpected character'
  }

  #fail(problem: JsonProblem): null {
    this.problem ??= problem
    return null
  }
}

/** The four white space characters of RFC 8259 §2. */
function skipSpace(text: string, from: number): number {
  let offset = from
  for (;;) {
    const code = text.charCodeAt(offset)
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return offset
    offset += 1
  }
}

function errorAt(text: string, offset: number, problem: JsonProblem): JsonError {
  let line = 1
  let lineStart = 0
  for (
    let newline = text.indexOf('\n');
    newline !== -1 && newline < offset;
    newline = text.indexOf('\n', newline + 1)
  ) {
    line += 1
    lineStart = newline + 1
  }
  return { type: 'BadJson', problem, line, column: offset - lineStart + 1 }
}
