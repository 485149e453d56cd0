import { type Json, canonicalJson, utf8ToBytes } from '@salus/base'
import { BATCH_OPS_MAX } from '@salus/wire'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Hlc } from './hlc.ts'
import {
  OP_FIELDS_MAX,
  type Op,
  type OpBatch,
  REPLACED_STAMPS_MAX,
  decodeOps,
  encodeOps,
  withinOpBounds,
} from './ops.ts'
import { deviceNamed } from './plain-vault-for-tests.ts'

const DEVICE = deviceNamed('a')
const hlc = (value: number): Hlc => value as Hlc
const malformed = { ok: false, error: { type: 'MalformedOps' } }
const unknownVerb = { ok: false, error: { type: 'UnknownVerb' } }
const read = (json: Json) => decodeOps(utf8ToBytes(canonicalJson(json)))
const patch = (change: Record<string, Json> = {}): Json => ({ f: { a: 1 }, i: 'r1', k: 'dose', v: 1, ...change })
const one = (op: Json): Json => ({ b: 1, o: [op] })
const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `f${String(i)}`)

// `constructor` and `__proto__` are names as good as others.
const anyName = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9._-]{1,64}$/),
  fc.constantFrom('__proto__', 'constructor', 'toString'),
)
const anyValue = fc
  .jsonValue({ maxDepth: 3 })
  .filter((value) => JSON.stringify(value).isWellFormed()) as fc.Arbitrary<Json>
const anyStamps = fc
  .uniqueArray(fc.integer({ min: 0, max: 2 ** 53 - 1 }), { minLength: 1, maxLength: 4 })
  .map((all) => all.sort((a, b) => a - b).map((value) => ({ hlc: hlc(value), device: DEVICE })))
const dictionary = <T>(value: fc.Arbitrary<T>) =>
  fc.array(fc.tuple(anyName, value), { maxLength: 4 }).map((entries) => Object.fromEntries(entries))
const anyOp: fc.Arbitrary<Op> = fc
  .record({
    id: anyName,
    kind: anyName,
    version: fc.integer({ min: 1, max: 2 ** 53 - 1 }),
    replaces: dictionary(anyStamps),
    hlc: fc.option(fc.nat().map(hlc), { nil: undefined }),
    fields: fc.option(dictionary(anyValue), { nil: undefined }),
  })
  .map(({ fields, hlc: own, ...base }) => {
    const op = { ...base, ...(own === undefined ? {} : { hlc: own }) }
    return fields === undefined ? { type: 'tombstone', ...op } : { type: 'patch', ...op, fields }
  })
const anyBatch: fc.Arbitrary<OpBatch> = fc.record({
  base: fc.integer({ min: 0, max: 2 ** 52 }).map(hlc),
  ops: fc.array(anyOp, { minLength: 1, maxLength: 5 }),
})

describe('ops on the wire (V24)', () => {
  it('what is written is read as it was', () => {
    fc.assert(
      fc.property(anyBatch, (batch) => {
        const decoded = decodeOps(encodeOps(batch))
        expect(decoded).toEqual({
          ok: true,
          value: {
            base: batch.base,
            ops: batch.ops.map((op) =>
              op.type === 'patch' ? { ...op, fields: JSON.parse(canonicalJson(op.fields)) } : op,
            ),
          },
        })
      }),
    )
  })

  it('has one spelling: another order, blank, number form or a double key is refused', () => {
    const texts = [
      '{"o":[],"b":1}',
      '{"b":1, "o":[{"f":{},"i":"r","k":"k","v":1}]}',
      '{"b":1.0,"o":[{"f":{},"i":"r","k":"k","v":1}]}',
      '{"b":1,"b":1,"o":[{"f":{},"i":"r","k":"k","v":1}]}',
      '',
      '{',
      'null',
    ]
    for (const text of texts) expect(decodeOps(utf8ToBytes(text)).ok, text).toBe(false)
    expect(decodeOps(Uint8Array.of(0xff))).toEqual({ ok: false, error: { type: 'NotCanonical' } })
    expect(decodeOps(utf8ToBytes('{"b":1,"o":[{"f":{},"i":"r","k":"k","v":1}]}')).ok).toBe(true)
  })

  it('writes the stamps that an op replaces ascending and once, and reads them in no other way', () => {
    const stamp = (value: number) => ({ hlc: hlc(value), device: DEVICE })
    const op: Op = {
      type: 'patch',
      id: 'r',
      kind: 'k',
      version: 1,
      fields: {},
      replaces: { a: [stamp(3), stamp(1), stamp(3)] },
    }
    expect(decodeOps(encodeOps({ base: hlc(9), ops: [op] }))).toEqual({
      ok: true,
      value: { base: 9, ops: [{ ...op, replaces: { a: [stamp(1), stamp(3)] } }] },
    })
    const r = (...values: number[]): Json => one(patch({ r: { a: values.map((value) => [value, DEVICE]) } }))
    expect(read(r(1, 3)).ok).toBe(true)
    expect(read(r(3, 1))).toEqual(malformed)
    expect(read(r(1, 1))).toEqual(malformed)
  })

  it('tells what a later version wrote from what no version may write (V7)', () => {
    expect(read({ b: 1, o: [patch()], x: 1 })).toEqual(unknownVerb)
    expect(read(one(patch({ x: 1 })))).toEqual(unknownVerb)
    expect(read(one({ d: 2, i: 'r', k: 'k', v: 1 }))).toEqual(unknownVerb)
    const wrong: Json[] = [
      [],
      { b: 1 },
      { b: -1, o: [patch()] },
      { b: 1, o: {} },
      one('x'),
      one({ i: 'r', k: 'k', v: 1 }),
      one({ d: 1, f: {}, i: 'r', k: 'k', v: 1 }),
      one(patch({ i: '' })),
      one(patch({ i: 'a b' })),
      one(patch({ i: 7 })),
      one(patch({ k: 'ä' })),
      one(patch({ v: 0 })),
      one(patch({ v: 1.5 })),
      one(patch({ t: -1 })),
      one(patch({ t: 2 ** 53 })),
      one(patch({ f: [] })),
      one(patch({ f: { 'a b': 1 } })),
      one(patch({ r: {} })),
      one(patch({ r: { a: [] } })),
      one(patch({ r: { a: [[1]] } })),
      one(patch({ r: { a: [[1, 'x']] } })),
      one(patch({ r: { a: [[1, DEVICE, 1]] } })),
      one(patch({ r: { 'a b': [[1, DEVICE]] } })),
    ]
    for (const json of wrong) expect(read(json), JSON.stringify(json)).toEqual(malformed)
  })

  it('keeps its limits, and one above each is refused', () => {
    const stamps = (count: number): Json => ({ a: Array.from({ length: count }, (_, i) => [i, DEVICE]) })
    const fields = (count: number): Json => Object.fromEntries(names(count).map((name) => [name, 1]))
    const named = (count: number): Json => Object.fromEntries(names(count).map((name) => [name, [[1, DEVICE]]]))
    const ops = (count: number): Json => ({ b: 1, o: Array.from({ length: count }, () => patch()) })
    const cases: readonly (readonly [string, number, (count: number) => Json])[] = [
      ['ops', BATCH_OPS_MAX, ops],
      ['fields', OP_FIELDS_MAX, (count) => one(patch({ f: fields(count) }))],
      ['replaced fields', OP_FIELDS_MAX, (count) => one(patch({ r: named(count) }))],
      ['replaced stamps', REPLACED_STAMPS_MAX, (count) => one(patch({ r: stamps(count) }))],
      ['id', 64, (count) => one(patch({ i: 'x'.repeat(count) }))],
      ['kind', 64, (count) => one(patch({ k: 'x'.repeat(count) }))],
    ]
    for (const [what, max, make] of cases) {
      expect(read(make(max)).ok, what).toBe(true)
      expect(read(make(max + 1)), what).toEqual(malformed)
    }
    expect(read({ b: 1, o: [] })).toEqual(malformed)
  })

  it('refuses a base from which an op’s own clock would be beyond 2^53', () => {
    const last = Number.MAX_SAFE_INTEGER
    expect(read({ b: last - 1, o: [patch(), patch()] }).ok).toBe(true)
    expect(read({ b: last, o: [patch(), patch()] })).toEqual(malformed)
  })
})

describe('an op beyond its bounds (V24)', () => {
  const stamps = (count: number) => Array.from({ length: count }, (_, i) => ({ hlc: hlc(i), device: DEVICE }))
  const base = { id: 'r', kind: 'k', version: 1 }

  it('is written as several that each keep to them and together say the same', () => {
    const counts = fc.array(fc.oneof(fc.integer({ min: 1, max: 3 }), fc.constantFrom(256, 257, 600)), {
      maxLength: 300,
    })
    fc.assert(
      fc.property(counts, fc.option(fc.nat(300), { nil: undefined }), (replaced, fieldCount) => {
        const replaces = Object.fromEntries(replaced.map((count, i) => [`f${String(i)}`, stamps(count)]))
        const op: Op =
          fieldCount === undefined
            ? { type: 'tombstone', ...base, replaces }
            : {
                type: 'patch',
                ...base,
                replaces,
                fields: Object.fromEntries(names(fieldCount).map((name) => [name, 1])),
              }
        const parts = withinOpBounds(op)
        expect(decodeOps(encodeOps({ base: hlc(1), ops: parts })).ok).toBe(true)
        const said = new Map<string, unknown[]>()
        for (const part of parts)
          for (const [field, list] of Object.entries(part.replaces))
            said.set(field, [...(said.get(field) ?? []), ...list])
        expect(Object.fromEntries(said)).toEqual(replaces)
        const fields = parts.flatMap((part) => (part.type === 'patch' ? Object.entries(part.fields) : []))
        expect(fields).toEqual(op.type === 'patch' ? Object.entries(op.fields) : [])
      }),
      { numRuns: 60 },
    )
  })

  it('at its bounds it stays one', () => {
    const replaces = Object.fromEntries(names(OP_FIELDS_MAX).map((name) => [name, stamps(1)]))
    expect(withinOpBounds({ type: 'tombstone', ...base, replaces })).toHaveLength(1)
    expect(withinOpBounds({ type: 'tombstone', ...base, replaces: { ...replaces, more: stamps(1) } })).toHaveLength(2)
    expect(withinOpBounds({ type: 'tombstone', ...base, replaces: { a: stamps(REPLACED_STAMPS_MAX) } })).toHaveLength(1)
    expect(
      withinOpBounds({ type: 'tombstone', ...base, replaces: { a: stamps(REPLACED_STAMPS_MAX + 1) } }),
    ).toHaveLength(2)
  })
})
