import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ExactJson, ExactNumber, exactJsonText, isExactArray, isExactObject } from './exact-json.ts'
import { JSON_NESTING_MAX, readJson, readJsonPrefix } from './read-json.ts'

/** As JSON.parse gives it, to compare with. */
function toPlain(value: ExactJson): unknown {
  if (value instanceof ExactNumber) return Number(value.text)
  if (isExactArray(value)) return value.map(toPlain)
  if (!isExactObject(value)) return value
  return Object.fromEntries([...value].map(([key, member]) => [key, toPlain(member)]))
}

function nested(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth)
}

/** JSON.parse's verdict, undefined for a refusal. */
function platformParse(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return undefined
  }
}

describe('readJson', () => {
  test('reads what JSON.stringify writes, with or without white space, as JSON.parse does', () => {
    fc.assert(
      fc.property(
        fc.json({ depthSize: 'small', stringUnit: 'binary' }),
        fc.constantFrom(undefined, 1, '\t'),
        (json, space) => {
          const text = JSON.stringify(JSON.parse(json), null, space)
          const read = readJson(text)
          expect(read.ok && toPlain(read.value)).toEqual(JSON.parse(text))
        },
      ),
      { numRuns: 500 },
    )
  })

  test('takes and refuses what JSON.parse takes and refuses, but for doubled keys', () => {
    const scraps = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '"a"',
      '\\',
      '\\u00',
      'e',
      '.',
      '-',
      '0',
      '1',
      '01',
      'true',
      'nul',
      ' ',
      '\n',
      '\u2028',
      '\u0001',
    )
    fc.assert(
      fc.property(fc.array(scraps, { maxLength: 12 }), (parts) => {
        const text = parts.join('')
        const read = readJson(text)
        const plain = platformParse(text)
        if (read.ok) expect({ value: toPlain(read.value) }).toEqual(plain)
        else if (read.error.problem !== 'duplicate key') expect(plain, text).toBeUndefined()
      }),
      { numRuns: 5_000 },
    )
  })

  test('agrees with JSON.parse on valid texts with one letter changed', () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.nat(),
        fc.constantFrom('', '"', '\\', ',', '0', '{', ']', 'x', '\u0000'),
        (json, position, letter) => {
          const at = position % (json.length + 1)
          const text = json.slice(0, at) + letter + json.slice(at + 1)
          const read = readJson(text)
          const plain = platformParse(text)
          if (read.ok) expect({ value: toPlain(read.value) }).toEqual(plain)
          else if (read.error.problem !== 'duplicate key') expect(plain, text).toBeUndefined()
        },
      ),
      { numRuns: 3_000 },
    )
  })

  test('keeps every number’s text', () => {
    const numbers = fc.stringMatching(/^-?(?:0|[1-9]\d{0,30})(?:\.\d{1,30})?(?:[eE][+-]?\d{1,4})?$/)
    fc.assert(
      fc.property(fc.array(numbers), (texts) => {
        const read = readJson(`[${texts.join(', ')}]`)
        expect(
          read.ok && isExactArray(read.value) && read.value.map((item) => item instanceof ExactNumber && item.text),
        ).toEqual(texts)
      }),
    )
  })

  test('what it read writes a text that reads alike, keys sorted', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const first = readJson(json)
        if (!first.ok) return
        const text = exactJsonText(first.value)
        const second = readJson(text)
        expect(second.ok && exactJsonText(second.value)).toBe(text)
        expect(JSON.parse(text)).toEqual(JSON.parse(json))
      }),
    )
    const unsorted = readJson('{"b": 1.00, "a": [2.50, {"d": null, "c": "\\n"}]}')
    expect(unsorted.ok && exactJsonText(unsorted.value)).toBe('{"a":[2.50,{"c":"\\n","d":null}],"b":1.00}')
  })

  test.each([
    ['', 'unexpected end', 1, 1],
    ['{"a": }', 'unexpected character', 1, 7],
    ['{\n  "a": 1,\n  "b": 01\n}', 'bad number', 3, 9],
    ['{"a": 1', 'unexpected end', 1, 8],
    ['[1, 2,]', 'unexpected character', 1, 7],
    ['"abc', 'unexpected end', 1, 5],
    ['"a\nb"', 'bad string', 1, 3],
    ['"\\x"', 'bad string', 1, 2],
    ['"\\u12g4"', 'bad string', 1, 2],
    ['{"a": 1}\n{"a": 1}', 'text after the end', 2, 1],
    ['{"a": 1, "a": 2}', 'duplicate key', 1, 10],
    ['1.', 'bad number', 1, 2],
    ['-', 'bad number', 1, 1],
    ['nul', 'unexpected character', 1, 1],
  ])('%j has a %s at line %i, column %i', (text, problem, line, column) => {
    expect(readJson(text)).toEqual({ ok: false, error: { type: 'BadJson', problem, line, column } })
  })

  test('nesting is read up to the limit and refused one deeper, without exhausting the stack', () => {
    expect(readJson(nested(JSON_NESTING_MAX + 1)).ok).toBe(true)
    expect(readJson(nested(JSON_NESTING_MAX + 2))).toMatchObject({ error: { problem: 'nested too deep' } })
    expect(readJson('['.repeat(1_000_000))).toMatchObject({ error: { problem: 'nested too deep' } })
    expect(readJson('{"a":'.repeat(1_000_000))).toMatchObject({ error: { problem: 'nested too deep' } })
  })

  test('no key is special', () => {
    const read = readJson('{"__proto__": {"polluted": true}, "constructor": 1}')
    expect(read.ok && isExactObject(read.value) && [...read.value.keys()]).toEqual(['__proto__', 'constructor'])
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })

  test('a half of a surrogate pair becomes the replacement character', () => {
    expect(readJson('"a\\ud800b"')).toEqual({ ok: true, value: 'a\ufffdb' })
    expect(readJson('"a\ud800b"')).toEqual({ ok: true, value: 'a\ufffdb' })
    expect(readJson('"\\ud83d\\ude00"')).toEqual({ ok: true, value: '😀' })
  })

  test('a prefix leaves the rest alone', () => {
    const prefix = readJsonPrefix(' {"a": 1} {"b": 2}')
    expect(prefix.ok && prefix.value.end).toBe(9)
  })

  test('time grows with the length, not with its square', () => {
    for (const make of [longString, manyEscapes, manyKeys, manyNumbers, manyLinesBeforeTheError]) {
      // The best of three, and far more room than a linear reader needs: eight times the text, under 40 times the time.
      const small = Math.min(...[0, 1, 2].map(() => timeMs(make(20_000))))
      const large = Math.min(...[0, 1, 2].map(() => timeMs(make(160_000))))
      expect(large, make.name).toBeLessThan(40 * Math.max(small, 0.5))
    }
  })
})

function timeMs(text: string): number {
  const startMs = performance.now()
  readJson(text)
  return performance.now() - startMs
}

function longString(length: number): string {
  return `"${'a'.repeat(length)}`
}

function manyEscapes(length: number): string {
  return `"${'\\u00e4\\n'.repeat(length / 8)}"`
}

function manyKeys(length: number): string {
  return `{${Array.from({ length: length / 10 }, (_, index) => `"k${index}":1`).join(',')}}`
}

function manyNumbers(length: number): string {
  return `[${'1.5e3,'.repeat(length / 6)}0]`
}

function manyLinesBeforeTheError(length: number): string {
  return `[${'1,\n'.repeat(length / 3)}]`
}
