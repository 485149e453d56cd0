import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Decimal, compareDecimals } from '../quantity/decimal.ts'
import { parseStoredDecimal } from '../quantity/parse-decimal.ts'
import { type Comparator, splitComparator } from '../quantity/reported-value.ts'
import {
  INTERVAL_TEXT_LENGTH_MAX,
  type ReferenceInterval,
  intervalFromText,
  stateAgainst,
  stateAgainstAll,
} from './reference-interval.ts'

function quantity(text: string): { value: Decimal; comparator?: Comparator } {
  const { comparator, rest } = splitComparator(text)
  const value = parseStoredDecimal(rest)
  if (!value.ok) throw new Error(text)
  return { value: value.value, ...(comparator === undefined ? {} : { comparator }) }
}

describe('stateAgainst', () => {
  test.each([
    ['3.4', { low: '3.5', high: '5.1' }, 'below'],
    ['3.5', { low: '3.5', high: '5.1' }, 'in'],
    ['5.10', { low: '3.5', high: '5.1' }, 'in'],
    ['5.11', { low: '3.5', high: '5.1' }, 'above'],
    ['3,4', { low: '3,5' }, 'below'],
    ['200', { high: '200', highExclusive: true }, 'above'],
    ['60', { low: '60', lowExclusive: true }, 'below'],
    ['<0.1', { low: '0.5', high: '4' }, 'below'],
    ['<5', { low: '3', high: '6' }, 'unknown'],
    ['<5', { high: '3' }, 'unknown'],
    ['<5', { high: '5' }, 'in'],
    ['<=5', { high: '5', highExclusive: true }, 'unknown'],
    ['<5', { low: '0', high: '7' }, 'in'],
    ['<5', { low: '5' }, 'below'],
    ['<=5', { low: '5' }, 'unknown'],
    ['>90', { low: '60' }, 'in'],
    ['>90', { low: '60', high: '120' }, 'unknown'],
    ['>90', { high: '90' }, 'above'],
    ['>=90', { high: '90' }, 'unknown'],
    ['5', { text: 'negative' }, 'unknown'],
    ['5', { low: 'low', high: '7' }, 'unknown'],
    ['5', { low: '7', high: '3' }, 'unknown'],
  ] satisfies [string, ReferenceInterval, string][])('%s against %o is %s', (text, interval, state) => {
    expect(stateAgainst(quantity(text), interval)).toBe(state)
  })

  test('a claim about a bound holds for every number that the bound stands for', () => {
    const numbers = fc.integer({ min: 0, max: 12 })
    const maybe = fc.option(numbers.map(String), { nil: undefined })
    fc.assert(
      fc.property(
        numbers,
        fc.constantFrom<Comparator>('<', '<=', '>=', '>'),
        maybe,
        maybe,
        fc.boolean(),
        fc.boolean(),
        (bound, comparator, low, high, lowExclusive, highExclusive) => {
          const interval = {
            ...(low === undefined ? {} : { low }),
            ...(high === undefined ? {} : { high }),
            lowExclusive,
            highExclusive,
          }
          const state = stateAgainst(quantity(`${comparator}${bound}`), interval)
          if (state === 'unknown') return
          for (let half = 0; half <= 30; half++) {
            const value: Decimal = { coefficient: BigInt(half * 5), exponent: -1 }
            const order = compareDecimals(value, { coefficient: BigInt(bound), exponent: 0 })
            const isMeant =
              comparator === '<'
                ? order < 0
                : comparator === '<='
                  ? order <= 0
                  : comparator === '>'
                    ? order > 0
                    : order >= 0
            // A low of 0 excludes nothing that is measured, so an exclusive 0 is not put to the test.
            if (isMeant && !(half === 0 && low === '0')) expect(stateAgainst({ value }, interval)).toBe(state)
          }
        },
      ),
      { numRuns: 1_000 },
    )
  })
})

describe('intervalFromText', () => {
  test.each([
    ['3.5 - 5.1', { low: '3.5', high: '5.1' }],
    ['0,27–4,20', { low: '0,27', high: '4,20' }],
    ['(10 to 20)', { low: '10', high: '20' }],
    ['10 bis 20', { low: '10', high: '20' }],
    ['< 200', { high: '200', highExclusive: true }],
    ['≤5', { high: '5' }],
    ['up to 5', { high: '5' }],
    ['>60', { low: '60', lowExclusive: true }],
    ['>= 60', { low: '60' }],
    ['negative', {}],
    ['5.1 - 3.5', {}],
    ['1,234 - 2,345', {}],
    ['3.5 - 5.1 mmol/L', {}],
    ['', {}],
  ])('"%s" has the bounds %o', (text, bounds) => {
    expect(intervalFromText(text)).toEqual({ ...bounds, text })
  })

  test('a print up to the limit is looked at and a longer one stays words', () => {
    const padded = (length: number): string => '3 - 5'.padEnd(length)
    expect(intervalFromText(padded(INTERVAL_TEXT_LENGTH_MAX))).toHaveProperty('low')
    expect(intervalFromText(padded(INTERVAL_TEXT_LENGTH_MAX + 1))).not.toHaveProperty('low')
  })
})

describe('stateAgainstAll', () => {
  test('reads text-only intervals, leaves other types out and claims nothing when they disagree', () => {
    expect(stateAgainstAll(quantity('6'), [{ text: '3.5 - 5.1' }])).toBe('above')
    expect(
      stateAgainstAll(quantity('6'), [
        { low: '3', high: '5', type: 'normal' },
        { high: '9', type: 'therapeutic' },
      ]),
    ).toBe('above')
    expect(stateAgainstAll(quantity('6'), [{ high: '5' }, { high: '9' }])).toBe('unknown')
    expect(stateAgainstAll(quantity('6'), [{ high: '5' }, { high: '5.5' }])).toBe('above')
    expect(stateAgainstAll(quantity('6'), [])).toBe('unknown')
  })
})
