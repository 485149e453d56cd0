import type { JsonObject } from '@salus/base'
import { canonicalJson } from '@salus/base'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DEVICE_NAME_LENGTH_MAX, decodeDeviceName, deviceNameFields } from './device-name.ts'
import { type Dose, decodeDose, doseFields } from './dose.ts'
import { LIST_ITEMS_MAX, LONG_TEXT_MAX, SHORT_TEXT_MAX } from './field-reader.ts'
import { type ImportRecord, decodeImportRecord, importRecordFields } from './import-record.ts'
import { type LabResult, decodeLabResult, labResultFields } from './lab-result.ts'
import { OTHER_VALUE_JSON_MAX } from './result-value.ts'

const text = fc.string({ maxLength: 12 })
const record = fc.record
const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null })
const coding = record({ system: text, code: text, display: text }, { requiredKeys: [] })
const concept = record({ codings: fc.array(coding, { maxLength: 3 }), text }, { requiredKeys: ['codings'] })
const time = record(
  {
    text,
    precision: fc.constantFrom('year' as const, 'day' as const, 'instant' as const),
    instantMs: fc.integer(),
    zone: text,
    endText: text,
  },
  { requiredKeys: ['text', 'precision'] },
)
const value = fc.oneof(
  record(
    {
      kind: fc.constant('quantity' as const),
      comparator: fc.constantFrom('<' as const, '>=' as const),
      text,
      unit: text,
      ucum: text,
    },
    { requiredKeys: ['kind', 'text'] },
  ),
  record({ kind: fc.constant('text' as const), text }),
  record(
    { kind: fc.constant('codes' as const), codings: fc.array(coding, { maxLength: 2 }), text },
    { requiredKeys: ['kind', 'codings'] },
  ),
  record({ kind: fc.constant('boolean' as const), value: fc.boolean() }),
  record({ kind: fc.constant('other' as const), type: text, json: text }),
  record({ kind: fc.constant('absent' as const), reason: text, text }, { requiredKeys: ['kind'] }),
)
const interval = record(
  {
    low: text,
    high: text,
    lowExclusive: fc.boolean(),
    highExclusive: fc.boolean(),
    unit: text,
    text,
    type: text,
    appliesTo: text,
  },
  { requiredKeys: [] },
)
const component = record({
  marker: optional(text),
  label: text,
  codings: fc.array(coding, { maxLength: 2 }),
  value,
  range: fc.array(interval, { maxLength: 2 }),
  interpretation: fc.array(concept, { maxLength: 2 }),
})
const labResults: fc.Arbitrary<LabResult> = record({
  marker: optional(text),
  label: text,
  codings: fc.array(coding, { maxLength: 2 }),
  value,
  components: fc.array(component, { maxLength: 2 }),
  range: fc.array(interval, { maxLength: 2 }),
  interpretation: fc.array(concept, { maxLength: 2 }),
  status: text,
  takenAt: optional(time),
  issuedAt: optional(time),
  method: optional(concept),
  specimen: optional(text),
  bodySite: optional(concept),
  laboratory: optional(text),
  note: optional(text),
  category: fc.array(concept, { maxLength: 2 }),
  derivedFrom: fc.array(text, { maxLength: 2 }),
  hasMember: fc.array(text, { maxLength: 2 }),
  source: optional(
    record({ import: text, fileHash: text, where: text, fhirId: text, subject: text }, { requiredKeys: [] }),
  ),
})
const doses: fc.Arbitrary<Dose> = record({
  compound: optional(text),
  label: text,
  amount: record({ text, unit: text }),
  route: optional(text),
  site: optional(text),
  takenAt: time,
  note: optional(text),
  skipped: fc.boolean(),
})
const imports: fc.Arbitrary<ImportRecord> = record({
  fileName: text,
  fileHash: text,
  format: text,
  importedAtMs: fc.nat(),
  source: fc.dictionary(fc.stringMatching(/^[A-Z][a-z]+$/), fc.nat(), { noNullPrototype: true }),
  records: fc.dictionary(fc.stringMatching(/^[a-z]+$/), fc.nat(), { noNullPrototype: true }),
  from: optional(text),
  to: optional(text),
  problemCount: fc.nat(),
})

const minimal: JsonObject = { value: { kind: 'quantity', text: '5,4', unit: 'mmol/L' } }

describe('lab results', () => {
  test('are read back as they were written', () => {
    fc.assert(
      fc.property(labResults, (result) => {
        expect(decodeLabResult(labResultFields(result))).toEqual({ ok: true, value: result })
      }),
    )
  })

  test('need a value and nothing else', () => {
    expect(decodeLabResult(minimal)).toMatchObject({
      ok: true,
      value: { marker: null, label: '', status: 'unknown', takenAt: null },
    })
    expect(decodeLabResult({ label: 'TSH' })).toEqual({ ok: false, error: { type: 'MissingField', field: 'value' } })
  })

  test('keep unknown fields in the record: the view is apart from it', () => {
    const fields: JsonObject = { ...minimal, fasting: true, value: { kind: 'text', text: 'x', novel: [1] } }
    const before = canonicalJson(fields)
    expect(decodeLabResult(fields)).toMatchObject({ ok: true, value: { value: { kind: 'text', text: 'x' } } })
    expect(canonicalJson(fields)).toBe(before)
  })

  test.each([
    [{ value: 5 }, 'value'],
    [{ value: { kind: 'novel' } }, 'value.kind'],
    [{ value: { kind: 'quantity', text: 5.4 } }, 'value.text'],
    [{ value: { kind: 'quantity', text: '5', comparator: '~' } }, 'value.comparator'],
    [{ value: { kind: 'boolean', value: 'yes' } }, 'value.value'],
    [{ ...minimal, label: 5 }, 'label'],
    [{ ...minimal, codings: {} }, 'codings'],
    [{ ...minimal, codings: ['718-7'] }, 'codings'],
    [{ ...minimal, takenAt: '2012' }, 'takenAt'],
    [{ ...minimal, takenAt: { text: '2012', precision: 'century' } }, 'takenAt.precision'],
    [{ ...minimal, components: [{ value: { kind: 'text', text: 1 } }] }, 'components[0].value.text'],
    [{ ...minimal, derivedFrom: [1] }, 'derivedFrom'],
  ] satisfies [JsonObject, string][])('%o is refused for %s', (fields, field) => {
    expect(decodeLabResult(fields)).toEqual({ ok: false, error: { type: 'WrongField', field } })
  })

  test.each([
    ['label', SHORT_TEXT_MAX],
    ['note', LONG_TEXT_MAX],
  ])('hold a %s up to its limit of %i and no longer one', (field, max) => {
    expect(decodeLabResult({ ...minimal, [field]: 'a'.repeat(max) }).ok).toBe(true)
    expect(decodeLabResult({ ...minimal, [field]: 'a'.repeat(max + 1) })).toEqual({
      ok: false,
      error: { type: 'FieldTooLong', field, max },
    })
  })

  test('hold lists and foreign values up to their limits and no longer ones', () => {
    const codings = (count: number): JsonObject => ({ ...minimal, codings: Array.from({ length: count }, () => ({})) })
    expect(decodeLabResult(codings(LIST_ITEMS_MAX)).ok).toBe(true)
    expect(decodeLabResult(codings(LIST_ITEMS_MAX + 1))).toMatchObject({
      error: { type: 'FieldTooLong', field: 'codings' },
    })
    const other = (length: number): JsonObject => ({
      value: { kind: 'other', type: 'valueRatio', json: 'a'.repeat(length) },
    })
    expect(decodeLabResult(other(OTHER_VALUE_JSON_MAX)).ok).toBe(true)
    expect(decodeLabResult(other(OTHER_VALUE_JSON_MAX + 1))).toMatchObject({ error: { type: 'FieldTooLong' } })
  })

  test('no JSON makes a decoder throw', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom('value', 'label', 'codings', 'takenAt', 'amount', 'source', 'name'),
          fc.jsonValue(),
        ),
        (fields) => {
          // fast-check's JSON values are JSON; its type also allows undefined members.
          const json = JSON.parse(JSON.stringify(fields)) as JsonObject
          for (const decode of [decodeLabResult, decodeDose, decodeImportRecord, decodeDeviceName])
            expect(decode(json)).toHaveProperty('ok')
        },
      ),
    )
  })
})

describe('doses, imports and device names', () => {
  test('are read back as they were written', () => {
    fc.assert(
      fc.property(doses, (dose) => {
        expect(decodeDose(doseFields(dose))).toEqual({ ok: true, value: dose })
      }),
    )
    fc.assert(
      fc.property(imports, (each) => {
        expect(decodeImportRecord(importRecordFields(each))).toEqual({ ok: true, value: each })
      }),
    )
    expect(decodeDeviceName(deviceNameFields({ name: 'Phone' }))).toEqual({ ok: true, value: { name: 'Phone' } })
  })

  test('name the field that is missing', () => {
    expect(decodeDose({ label: 'T' })).toEqual({ ok: false, error: { type: 'MissingField', field: 'amount' } })
    expect(decodeDose({ amount: { text: '100', unit: 'mg' } })).toMatchObject({
      error: { type: 'MissingField', field: 'takenAt' },
    })
    expect(decodeImportRecord({})).toMatchObject({ error: { type: 'MissingField', field: 'fileName' } })
    expect(decodeDeviceName({})).toEqual({ ok: false, error: { type: 'MissingField', field: 'name' } })
  })

  test('a device’s name is taken up to its limit and no longer', () => {
    expect(decodeDeviceName({ name: 'a'.repeat(DEVICE_NAME_LENGTH_MAX) }).ok).toBe(true)
    expect(decodeDeviceName({ name: 'a'.repeat(DEVICE_NAME_LENGTH_MAX + 1) })).toMatchObject({
      error: { type: 'FieldTooLong' },
    })
  })
})
