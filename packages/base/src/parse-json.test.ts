import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson, parseCanonicalJson } from './canonical-json.ts'
import { JSON_DEPTH_MAX } from './json.ts'
import { parseJson } from './parse-json.ts'

/** Names that V8 takes for one another, and names that every object inherits. */
const NAMES = [
  '\\',
  '\u0000',
  '"',
  '\n',
  '\u001f',
  '',
  'a',
  '\\u0000',
  '__proto__',
  'constructor',
  ':',
  '":',
  '[]',
  '{}',
  ',',
]
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false, 0, -1.5, '', 'a', '\\', '"', '":', '[{', '}]:,', '\n'),
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .uniqueArray(fc.tuple(fc.constantFrom(...NAMES), tie('value')), { maxLength: 6, selector: ([name]) => name })
      .map((members) => Object.fromEntries(members) as unknown),
  ),
})).value

describe('a text with names that need an escape', () => {
  it('is read right whatever objects were met before, where V8 reads another name', () => {
    // Each of these teaches the engine a shape; a later text is compared with it.
    for (const text of ['{"":0,"\\\\":{},"a":{}}', '{"":0,"\\u0000":{}}', '{"":false,"\\\\":1}']) parseJson(text)
    expect(Object.keys(parseJson('{"":false,"\\u0000":{},"a":{}}') as object)).toEqual(['', '\u0000', 'a'])
    expect(parseCanonicalJson('{"":false,"\\u0000":{},"a":{}}').ok).toBe(true)
  })

  it('comes back as what was written, in whatever spelling of space', () => {
    fc.assert(
      fc.property(json, fc.constantFrom(0, 1, '\t'), (value, space) => {
        // What the generator makes holds nothing but JSON.
        expect(parseJson(JSON.stringify(value, null, space))).toEqual(value)
        expect(parseCanonicalJson(canonicalJson(value as Parameters<typeof canonicalJson>[0]))).toEqual({
          ok: true,
          value,
        })
      }),
      { numRuns: 3000 },
    )
  })

  it('is no JSON where JSON.parse says so, and no deeper than the bound', () => {
    for (const text of ['', '{"\\n"}', '{"\\n":}', '["\\n":1]', '{"\\n":1'])
      expect(() => parseJson(text)).toThrow(SyntaxError)
    const nested = (depth: number): string => `${'['.repeat(depth)}{"\\n":1}${']'.repeat(depth)}`
    expect(parseJson(nested(JSON_DEPTH_MAX - 1))).toBeDefined()
    expect(() => parseJson(nested(JSON_DEPTH_MAX + 1))).toThrow(SyntaxError)
  })
})
