import { utf8ToBytes } from '@salus/base'
import { LIST_ITEMS_MAX, LONG_TEXT_MAX, OTHER_VALUE_JSON_MAX, SHORT_TEXT_MAX, decodeLabResult } from '@salus/domain'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RECORD_JSON_LENGTH_MAX, SOURCE_TYPES_MAX } from './fhir/plan-fhir.ts'
import type { ImportPlan } from './import-plan.ts'
import { PROBLEMS_MAX } from './import-problem.ts'
import { bundle, catalogue, firstResult, observation, planOf, problemCodes } from './observation-fixture.ts'
import { planImport } from './plan-import.ts'

describe('limits', () => {
  test('texts and lists up to their limits are whole, longer ones are cut and named', () => {
    const label = (length: number): ImportPlan => planOf(observation({ code: { text: 'a'.repeat(length) } }))
    expect(problemCodes(label(SHORT_TEXT_MAX))).toEqual([])
    expect(problemCodes(label(SHORT_TEXT_MAX + 1))).toEqual(['TextCut'])
    expect(firstResult(label(SHORT_TEXT_MAX + 1)).label.length).toBe(SHORT_TEXT_MAX)
    const words = (length: number): ImportPlan =>
      planOf({ ...observation({ valueString: 'a'.repeat(length) }), valueQuantity: undefined })
    expect(problemCodes(words(LONG_TEXT_MAX))).toEqual([])
    expect(problemCodes(words(LONG_TEXT_MAX + 1))).toEqual(['TextCut'])
    const parts = (length: number): ImportPlan =>
      planOf(observation({ component: Array.from({ length }, () => ({ valueBoolean: true })) }))
    expect(problemCodes(parts(LIST_ITEMS_MAX))).toEqual([])
    expect(problemCodes(parts(LIST_ITEMS_MAX + 1))).toEqual(['TextCut'])
    const curve = (length: number): ImportPlan =>
      planOf({ ...observation({ valueSampledData: 'a'.repeat(length - 2) }), valueQuantity: undefined })
    expect(firstResult(curve(OTHER_VALUE_JSON_MAX)).value.kind).toBe('other')
    expect(firstResult(curve(OTHER_VALUE_JSON_MAX + 1)).value).toEqual({
      kind: 'absent',
      reason: 'too-large',
      text: 'valueSampledData',
    })
  })

  test('a record up to its limit is written, a larger one named', () => {
    const withNotes = (padding: number): ImportPlan =>
      planOf(
        observation({
          component: Array.from({ length: 11 }, (_, index) => ({
            valueString: 'a'.repeat(index === 10 ? padding : 19_000),
          })),
        }),
      )
    const base = JSON.stringify(withNotes(1).records[0]?.fields).length
    const room = RECORD_JSON_LENGTH_MAX - base + 1
    expect(withNotes(room).records.length).toBe(1)
    expect(withNotes(room + 1).records.length).toBe(0)
    expect(problemCodes(withNotes(room + 1))).toEqual(['TooLarge'])
  })

  test('resource types up to the limit are counted apart, further ones together', () => {
    const types = (count: number): ImportPlan =>
      planOf(
        bundle(
          ...Array.from({ length: count }, (_, index) => ({
            resourceType: `T${'abcdefghij'.charAt(index / 100)}${'abcdefghij'.charAt((index / 10) % 10)}${'abcdefghij'.charAt(index % 10)}`,
          })),
        ),
      )
    expect(Object.keys(types(SOURCE_TYPES_MAX).source).length).toBe(SOURCE_TYPES_MAX)
    expect(types(SOURCE_TYPES_MAX).source).not.toHaveProperty('OtherTypes')
    expect(types(SOURCE_TYPES_MAX + 2).source['OtherTypes']).toBe(2)
    expect(problemCodes(planOf(bundle({ resourceType: 'no type' }, { resourceType: 'A'.repeat(65) })))).toEqual([
      'NotAResource',
      'NotAResource',
    ])
  })

  test('problems up to the limit are listed, the rest counted', () => {
    const broken = (count: number): ImportPlan =>
      planOf(
        bundle(...Array.from({ length: count }, (_, id) => observation({ id: `${id}`, status: 'entered-in-error' }))),
      )
    expect(broken(PROBLEMS_MAX).problems.length).toBe(PROBLEMS_MAX)
    expect(broken(PROBLEMS_MAX + 2).problems.at(-1)).toEqual({
      where: 'file',
      reason: { code: 'MoreProblems', count: 2 },
    })
  })
})

describe('hostile input', () => {
  const sample = utf8ToBytes(
    JSON.stringify(
      bundle(
        observation({
          component: [{ code: { text: 'x' }, valueQuantity: { value: 1.5, unit: 'mg/dL' } }],
          effectiveDateTime: '2020-01-01',
        }),
        { resourceType: 'DiagnosticReport', contained: [observation({ id: 'c' })] },
      ),
    ),
  )

  test('no bytes make it throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(planImport(bytes, { catalogue })).toHaveProperty('ok')
      }),
    )
  })

  test('no change of a valid file makes it throw, and what it writes can be decoded', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(3), fc.uint8Array({ maxLength: 4 }), (position, removed, inserted) => {
        const at = position % sample.length
        const bytes = new Uint8Array([...sample.subarray(0, at), ...inserted, ...sample.subarray(at + removed)])
        const plan = planImport(bytes, { catalogue })
        if (!plan.ok) return
        for (const { fields } of plan.value.records) expect(decodeLabResult(fields).ok).toBe(true)
      }),
      { numRuns: 1_500 },
    )
  })

  test('any JSON in place of any element is read or left out, never thrown at', () => {
    const names = [
      'code',
      'category',
      'valueQuantity',
      'component',
      'referenceRange',
      'effectivePeriod',
      'interpretation',
      'contained',
      'specimen',
      'related',
      'note',
      'subject',
      'id',
      'status',
    ]
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.jsonValue(), (name, value) => {
        const plan = planImport(utf8ToBytes(JSON.stringify(observation({ [name]: value }))), { catalogue })
        if (!plan.ok) return
        for (const { fields } of plan.value.records) expect(decodeLabResult(fields).ok).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })

  test('time grows with the number of results, not with its square', () => {
    const file = (count: number): Uint8Array =>
      utf8ToBytes(JSON.stringify(bundle(...Array.from({ length: count }, (_, id) => observation({ id: `${id}` })))))
    const timeMs = (bytes: Uint8Array): number => {
      const startMs = performance.now()
      planImport(bytes, { catalogue })
      return performance.now() - startMs
    }
    const [small, large] = [file(300), file(2_400)]
    const smallMs = Math.min(...[0, 1, 2].map(() => timeMs(small)))
    const largeMs = Math.min(...[0, 1, 2].map(() => timeMs(large)))
    expect(largeMs).toBeLessThan(40 * smallMs)
  })
})
