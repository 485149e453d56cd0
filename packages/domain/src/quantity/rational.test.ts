import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Decimal,
  addDecimals,
  compareDecimals,
  decimalToNumber,
  decimalToText,
  multiplyDecimals,
} from './decimal.ts'
import { parseFhirDecimal } from './parse-decimal.ts'
import {
  addRationals,
  compareRationals,
  decimalToRational,
  divideRationals,
  multiplyRationals,
  rationalToNumber,
  roundRational,
  roundRationalToSignificant,
  subtractRationals,
} from './rational.ts'

const decimals = fc.record({
  coefficient: fc.bigInt(-(10n ** 12n), 10n ** 12n),
  exponent: fc.integer({ min: -9, max: 6 }),
})
const rationals = fc.record({ numerator: fc.bigInt(-(10n ** 9n), 10n ** 9n), denominator: fc.bigInt(1n, 10n ** 9n) })

function decimal(text: string): Decimal {
  const read = parseFhirDecimal(text)
  if (!read.ok) throw new Error(text)
  return read.value
}

describe('decimals', () => {
  test('0.1 and 0.2 are 0.3', () => {
    expect(decimalToText(addDecimals(decimal('0.1'), decimal('0.2')))).toBe('0.3')
  })

  test('the same number with more digits is the same number', () => {
    expect(compareDecimals(decimal('1.0'), decimal('1.00'))).toBe(0)
    expect(compareDecimals(decimal('1e245'), decimal('1E-22'))).toBe(1)
    expect(compareDecimals(decimal('-2'), decimal('1'))).toBe(-1)
  })

  test('plain notation reads back as the same decimal value', () => {
    fc.assert(
      fc.property(decimals, (value) => {
        expect(compareDecimals(decimal(decimalToText(value)), value)).toBe(0)
      }),
    )
  })

  test('order and product agree with those of rationals', () => {
    fc.assert(
      fc.property(decimals, decimals, (a, b) => {
        expect(compareDecimals(a, b)).toBe(compareRationals(decimalToRational(a), decimalToRational(b)))
        const product = multiplyRationals(decimalToRational(a), decimalToRational(b))
        expect(compareRationals(decimalToRational(multiplyDecimals(a, b)), product)).toBe(0)
      }),
    )
  })
})

describe('rationals', () => {
  test('division undoes multiplication and subtraction undoes addition', () => {
    fc.assert(
      fc.property(rationals, rationals, (a, b) => {
        expect(compareRationals(subtractRationals(addRationals(a, b), b), a)).toBe(0)
        if (b.numerator !== 0n) expect(compareRationals(divideRationals(multiplyRationals(a, b), b), a)).toBe(0)
      }),
    )
  })

  test.each([
    ['0.5', 0, '1'],
    ['-0.5', 0, '-1'],
    ['0.49', 0, '0'],
    ['2.345', 2, '2.35'],
    ['-2.345', 2, '-2.35'],
    ['2', 2, '2.00'],
  ])('%s to %i places is %s: halves go away from zero', (text, places, rounded) => {
    expect(decimalToText(roundRational(decimalToRational(decimal(text)), places))).toBe(rounded)
  })

  test('rounding is off by half a unit of the last place at most', () => {
    fc.assert(
      fc.property(rationals, fc.integer({ min: 0, max: 12 }), (value, places) => {
        const error = subtractRationals(decimalToRational(roundRational(value, places)), value)
        const half = { numerator: 1n, denominator: 2n * 10n ** BigInt(places) }
        expect(compareRationals(error, half)).toBeLessThanOrEqual(0)
        expect(compareRationals({ ...error, numerator: -error.numerator }, half)).toBeLessThanOrEqual(0)
      }),
    )
  })

  test('significant rounding gives as many digits as asked and agrees with the float', () => {
    fc.assert(
      fc.property(rationals, fc.integer({ min: 1, max: 15 }), (value, digits) => {
        if (value.numerator === 0n) return
        const rounded = roundRationalToSignificant(value, digits)
        expect(rounded.coefficient.toString().replace('-', '').length).toBe(digits)
        const float = Number(value.numerator) / Number(value.denominator)
        expect(Math.abs(decimalToNumber(rounded) / float - 1)).toBeLessThanOrEqual(0.5 * 10 ** (1 - digits) + 1e-15)
        expect(rationalToNumber(value)).toBeCloseTo(float, 12)
      }),
    )
  })
})
