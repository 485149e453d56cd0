import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson, parseCanonicalJson } from './canonical-json.ts'
import { JSON_DEPTH_MAX, type Json, isArray, isJsonObject } from './json.ts'

const wellFormed = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('a', '"', '\\', '\n', '\u2028', '\u0000', '7', '_', 'é', '😀') }),
)
const awkwardKey = fc.constantFrom(
  '__proto__',
  'constructor',
  'toJSON',
  '10',
  '9',
  '',
  '\u20ac',
  '\ufb33',
  '😀',
  'length',
)
const anyJson = fc.letrec<{ value: Json; leaf: Json }>((tie) => ({
  leaf: fc.oneof(
    wellFormed,
    fc.boolean(),
    fc.constant(null),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (Object.is(n, -0) ? 0 : n)),
    fc.maxSafeInteger(),
  ),
  value: fc.oneof(
    { maxDepth: 4 },
    tie('leaf'),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(fc.oneof(wellFormed, awkwardKey), tie('value'), { maxKeys: 6 }),
  ),
})).value

/** RFC 8785 §3.2 as its text says it, one rule after another: slow, plain, and without JSON.stringify. */
function slowCanonical(value: Json): string {
  if (value === null) return 'null'
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return slowText(value)
  if (isArray(value)) return `[${value.map(slowCanonical).join(',')}]`
  const names = Object.keys(value)
  names.sort((a, b) => {
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      if (a.charCodeAt(i) !== b.charCodeAt(i)) return a.charCodeAt(i) - b.charCodeAt(i)
    }
    return a.length - b.length
  })
  return `{${names.map((name) => `${slowText(name)}:${slowCanonical(value[name] ?? null)}`).join(',')}}`
}

/** Whether a text is canonical: what it says, written anew, is the same text, and UTF-8 can hold it. */
function isCanonicalBySlowTwin(text: string): boolean {
  try {
    // What JSON.parse returns is JSON.
    const value = JSON.parse(text) as Json
    return text.isWellFormed() && slowCanonical(value) === text && canonicalJson(value) === text
  } catch {
    return false
  }
}

function slowText(text: string): string {
  const short: Record<string, string> = {
    '\b': '\\b',
    '\t': '\\t',
    '\n': '\\n',
    '\f': '\\f',
    '\r': '\\r',
    '"': '\\"',
    '\\': '\\\\',
  }
  let written = ''
  for (let i = 0; i < text.length; i++) {
    const letter = text.charAt(i)
    const escaped = short[letter]
    if (escaped !== undefined) written += escaped
    else if (letter < ' ') written += `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`
    else written += letter
  }
  return `"${written}"`
}

describe('canonical JSON (RFC 8785)', () => {
  it('spells as the slow twin does', () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        expect(canonicalJson(value)).toBe(slowCanonical(value))
      }),
      { numRuns: 500 },
    )
  })

  it('is read back as the value that was written', () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        expect(parseCanonicalJson(canonicalJson(value))).toEqual({ ok: true, value })
      }),
      { numRuns: 500 },
    )
  })

  it('accepts one spelling: whatever text it reads is the canonical text of the value', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"b"',
      '"\\u0061"',
      '"10"',
      '"9"',
      '1',
      '0',
      '-0',
      '1.0',
      '1e2',
      '10',
      ' ',
      'null',
      'true',
      '"\\/"',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 9 }), (parts) => {
        const text = parts.join('')
        const read = parseCanonicalJson(text)
        if (read.ok) expect(slowCanonical(read.value)).toBe(text)
      }),
      { numRuns: 5_000 },
    )
  })

  it('accepts exactly what the slow twin would write, of texts that differ from canonical ones in few places', () => {
    const plain = fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom(
          0,
          1,
          -1,
          10,
          999_999_999_999_999,
          3_600_000_000_000_001,
          1e21,
          0.5,
          '',
          'a',
          'ab',
          'a b',
          '😀',
          true,
          false,
          null,
        ),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('', 'a', 'ab', 'abc', 'b', '9', '10', 'é', '\u2028'), tie('value'), {
          maxKeys: 5,
        }),
      ),
    })).value
    const edit = fc.record({
      at: fc.nat(400),
      dropped: fc.nat(3),
      text: fc.constantFrom(
        '',
        ' ',
        ',',
        '0',
        '-',
        '.0',
        'e1',
        '"a":1,',
        '"b":0,',
        '[',
        ']',
        '\\',
        '\ud800',
        ':',
        '\n',
      ),
    })
    fc.assert(
      fc.property(plain, fc.array(edit, { maxLength: 2 }), (value, edits) => {
        let text = slowCanonical(value)
        for (const { at, dropped, text: added } of edits) {
          const start = at % (text.length + 1)
          text = text.slice(0, start) + added + text.slice(start + dropped)
        }
        expect(parseCanonicalJson(text).ok).toBe(isCanonicalBySlowTwin(text))
      }),
      { numRuns: 5_000 },
    )
  })

  it.each(['9007199254740991', '-9007199254740991', '999999999999999', '0', '{"a":-1,"b":[10,2]}'])(
    'accepts the integers of %s',
    (text) => {
      expect(parseCanonicalJson(text).ok).toBe(true)
    },
  )

  it("sorts keys by UTF-16 code units (RFC 8785 §3.2.3's example)", () => {
    const sample = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, '\u00f6': 7 }
    expect(canonicalJson(sample)).toBe('{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\u{1f600}":5,"\ufb33":3}')
  })

  it('writes numbers as ECMAScript does (RFC 8785 appendix B)', () => {
    const cases: [number, string][] = [
      [-0, '0'],
      [5e-324, '5e-324'],
      [1.7976931348623157e308, '1.7976931348623157e+308'],
      [9007199254740992, '9007199254740992'],
      [295147905179352830000, '295147905179352830000'],
      [1e21, '1e+21'],
      [999999999999999900000, '999999999999999900000'],
      [0.000001, '0.000001'],
      [1e-7, '1e-7'],
      [333333333.3333333, '333333333.3333333'],
    ]
    for (const [number, text] of cases) expect(canonicalJson(number)).toBe(text)
  })

  it.each([
    ['a key twice', '{"a":1,"a":1}'],
    ['unsorted keys', '{"b":1,"a":1}'],
    ['unsorted keys within', '[{"a":{"c":1,"b":1}}]'],
    ['keys sorted as numbers', '{"9":1,"10":1}'],
    ['white space', '[1, 2]'],
    ['white space around', ' 1'],
    ['a longer number', '1.0'],
    ['an exponent', '1e2'],
    ['a plus', '1e21'],
    ['minus zero', '-0'],
    ['a number that a double cannot hold', '9007199254740993'],
    ['a number beyond the greatest', '1e999'],
    ['an escape that is not needed', '"\\u0061"'],
    ['an upper-case escape', '"\\u001F"'],
    ['an escaped slash', '"\\/"'],
    ['a lone surrogate, escaped', '"\\ud800"'],
    ['a lone surrogate in a key', '{"\\udc00":1}'],
    ['a lone surrogate, bare', '"\ud800"'],
    ['nothing', ''],
    ['two values', '1 2'],
    ['a comment', '1//'],
    ['a BOM', '\ufeff1'],
    ['a trailing comma', '[1,]'],
  ])('refuses %s', (_, text) => {
    expect(parseCanonicalJson(text)).toEqual({ ok: false, error: { type: 'NotCanonicalJson' } })
  })

  it('accepts integer-like keys in text order, and __proto__ as any other key', () => {
    for (const text of ['{"10":1,"9":2}', '{"__proto__":{"a":1},"toJSON":1}']) {
      const read = parseCanonicalJson(text)
      expect(read.ok && canonicalJson(read.value)).toBe(text)
    }
  })

  it(`nests ${JSON_DEPTH_MAX} deep and no deeper, both ways`, () => {
    const nested = (depth: number): string => '['.repeat(depth + 1) + ']'.repeat(depth + 1)
    expect(parseCanonicalJson(nested(JSON_DEPTH_MAX)).ok).toBe(true)
    expect(parseCanonicalJson(nested(JSON_DEPTH_MAX + 1)).ok).toBe(false)
    expect(parseCanonicalJson(nested(200_000)).ok).toBe(false)
    const value = (depth: number): Json => (depth === 0 ? [] : [value(depth - 1)])
    expect(canonicalJson(value(JSON_DEPTH_MAX))).toBe(nested(JSON_DEPTH_MAX))
    expect(() => canonicalJson(value(JSON_DEPTH_MAX + 1))).toThrow()
  })

  it('does not write what JSON cannot hold', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, '\ud800', { '\udc00': 1 }, ['\ud800']]) {
      expect(() => canonicalJson(value)).toThrow()
    }
    // What an optional member leaves behind, which the types forbid.
    expect(() => canonicalJson({ a: undefined } as unknown as Json)).toThrow('undefined in JSON')
  })

  it('tells arrays and objects from the rest', () => {
    expect([[], {}, null, 'a', 1].map(isArray)).toEqual([true, false, false, false, false])
    expect([[], {}, null, 'a', 1].map(isJsonObject)).toEqual([false, true, false, false, false])
  })
})
