import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TEXT_RESULT_LENGTH_MAX, parseReportedValue } from './reported-value.ts'

describe('parseReportedValue', () => {
  test.each([
    ['14.2', { kind: 'quantity', text: '14.2' }],
    ['5,4', { kind: 'quantity', text: '5,4' }],
    ['<0.1', { kind: 'quantity', comparator: '<', text: '0.1' }],
    ['< 0,1', { kind: 'quantity', comparator: '<', text: '0,1' }],
    ['≤ 3,5', { kind: 'quantity', comparator: '<=', text: '3,5' }],
    ['>=5', { kind: 'quantity', comparator: '>=', text: '5' }],
    ['=>5', { kind: 'quantity', comparator: '>=', text: '5' }],
    ['>90', { kind: 'quantity', comparator: '>', text: '90' }],
    ['.5', { kind: 'quantity', text: '.5' }],
    ['negative', { kind: 'text', text: 'negative' }],
    ['1+', { kind: 'text', text: '1+' }],
    ['++', { kind: 'text', text: '++' }],
    ['1:320', { kind: 'text', text: '1:320' }],
    ['<1:80', { kind: 'text', text: '<1:80' }],
    ['nicht nachweisbar', { kind: 'text', text: 'nicht nachweisbar' }],
  ])('%s is kept as typed, the comparator apart', (typed, value) => {
    expect(parseReportedValue(typed)).toEqual({ ok: true, value })
  })

  test.each([
    ['', 'Empty'],
    ['1,234', 'AmbiguousNumber'],
    ['<1,234', 'AmbiguousNumber'],
    ['5.7.1', 'NotANumber'],
    ['1 2', 'NotANumber'],
    ['<', 'Empty'],
    ['<abc', 'NotANumber'],
  ])('%s is refused as %s', (typed, type) => {
    expect(parseReportedValue(typed)).toMatchObject({ ok: false, error: { type } })
  })

  test('a number with its unit behind is offered in two parts', () => {
    expect(parseReportedValue('<5,4 mmol/L')).toEqual({
      ok: false,
      error: { type: 'TrailingText', value: { kind: 'quantity', comparator: '<', text: '5,4' }, rest: 'mmol/L' },
    })
    expect(parseReportedValue('5.7%')).toMatchObject({ error: { type: 'TrailingText', rest: '%' } })
  })

  test('words up to the limit are taken and one more letter is refused', () => {
    expect(parseReportedValue('a'.repeat(TEXT_RESULT_LENGTH_MAX)).ok).toBe(true)
    expect(parseReportedValue('a'.repeat(TEXT_RESULT_LENGTH_MAX + 1))).toMatchObject({ error: { type: 'TextTooLong' } })
  })

  test('whatever is typed, nothing that begins with a digit becomes words but grades and titres', () => {
    fc.assert(
      fc.property(fc.string(), (typed) => {
        const value = parseReportedValue(typed)
        if (!value.ok || value.value.kind === 'quantity' || !/^\d/.test(value.value.text)) return
        expect(value.value.text).toMatch(/^[1-4]\s?\+{1,4}$|^1\s?:\s?\d+$/)
      }),
    )
  })

  test('a long run of digits and signs is answered at once', () => {
    const startMs = performance.now()
    parseReportedValue('1,'.repeat(2_000))
    parseReportedValue('1'.repeat(3_999) + '!')
    expect(performance.now() - startMs).toBeLessThan(500)
  })
})
