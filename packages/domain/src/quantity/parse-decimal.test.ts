import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DECIMAL_DIGITS_MAX, DECIMAL_EXPONENT_MAX, decimalToText } from './decimal.ts'
import { TYPED_NUMBER_LENGTH_MAX, parseDecimal, parseFhirDecimal, parseStoredDecimal } from './parse-decimal.ts'

function textOf(typed: string): string {
  const decimal = parseDecimal(typed)
  return decimal.ok ? decimalToText(decimal.value) : JSON.stringify(decimal.error)
}

describe('parseDecimal reads what a person types', () => {
  test.each([
    ['14.2', '14.2'],
    ['5,4', '5.4'],
    ['0,25', '0.25'],
    ['0.125', '0.125'],
    ['0,125', '0.125'],
    ['.5', '0.5'],
    [',5', '0.5'],
    ['-1.50', '-1.50'],
    ['\u22121,5', '-1.5'],
    ['+3', '3'],
    ['007', '7'],
    ['1234', '1234'],
    ['1234,567', '1234.567'],
    ['1,2345', '1.2345'],
    [' 5 ', '5'],
    ['1000000', '1000000'],
  ])('%s is %s', (typed, text) => {
    expect(textOf(typed)).toBe(text)
  })

  test.each([
    ['1,234', ['1.234', '1234']],
    ['1.234', ['1.234', '1234']],
    ['250.000', ['250.000', '250000']],
    ['-1,234', ['-1.234', '-1234']],
    ['1.234,5', ['1234.5']],
    ['1,234.5', ['1234.5']],
    ['1,234,567', ['1234567']],
    ['1 234', ['1234']],
    ['1\u00a0234,5', ['1234.5']],
    ["1'234.5", ['1234.5']],
  ])('%s is asked about, with its readings', (typed, readings) => {
    expect(parseDecimal(typed)).toEqual({ ok: false, error: { type: 'AmbiguousNumber', readings } })
  })

  test.each([
    'abc',
    '1.2.3',
    '1.234.5',
    '1,234,5',
    '1,2,3',
    '1..2',
    '1e5',
    '--1',
    '1-',
    '.',
    ',',
    '-',
    '١٢',
    '0x10',
    'NaN',
    'Infinity',
    '1 2',
    '1,23,4',
  ])('%s is no number', (typed) => {
    expect(parseDecimal(typed)).toEqual({ ok: false, error: { type: 'NotANumber' } })
  })

  test('nothing and white space are told apart from a wrong number', () => {
    expect(parseDecimal('')).toEqual({ ok: false, error: { type: 'Empty' } })
    expect(parseDecimal('  ')).toEqual({ ok: false, error: { type: 'Empty' } })
  })

  test('as many digits as the limit are read and one more is refused', () => {
    expect(parseDecimal('9'.repeat(DECIMAL_DIGITS_MAX)).ok).toBe(true)
    expect(parseDecimal('9'.repeat(DECIMAL_DIGITS_MAX + 1))).toMatchObject({ error: { type: 'NumberTooLong' } })
    expect(parseDecimal('0'.repeat(TYPED_NUMBER_LENGTH_MAX)).ok).toBe(true)
    expect(parseDecimal('0'.repeat(TYPED_NUMBER_LENGTH_MAX + 1))).toMatchObject({ error: { type: 'NumberTooLong' } })
  })

  test('the digits are kept whatever the sign of the decimals is', () => {
    fc.assert(
      fc.property(
        fc.bigInt(0n, 10n ** 20n),
        fc.stringMatching(/^\d{1,20}$/),
        fc.constantFrom('.', ','),
        (whole, fraction, sign) => {
          const decimal = parseDecimal(`${whole}${sign}${fraction}`)
          if (fraction.length === 3 && whole > 0n && whole < 1000n) expect(decimal.ok).toBe(false)
          else expect(decimal.ok && decimalToText(decimal.value)).toBe(`${whole}.${fraction}`)
        },
      ),
    )
  })

  test('it never throws and never gives a number that the text does not spell', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."0123456789.,- 'e+") }), (typed) => {
        const decimal = parseDecimal(typed)
        if (!decimal.ok) return
        const digits = typed.replace(/\D/g, '').replace(/^0+/, '')
        expect(decimal.value.coefficient.toString().replace('-', '')).toBe(digits === '' ? '0' : digits)
      }),
    )
  })
})

describe('parseFhirDecimal reads the numbers of JSON', () => {
  test.each([
    ['1.0', 10n, -1],
    ['1.00', 100n, -2],
    ['1E-22', 1n, -22],
    ['-1.000000000000000000E+245', -1000000000000000000n, 227],
    ['1000000000000000000', 1000000000000000000n, 0],
    ['0.00', 0n, -2],
    ['1.234', 1234n, -3],
  ])('%s keeps its digits', (text, coefficient, exponent) => {
    expect(parseFhirDecimal(text)).toEqual({ ok: true, value: { coefficient, exponent } })
  })

  test.each(['', '01', '+1', '1.', '.5', '1,5', 'e5', '1e', ' 1'])('"%s" is not one', (text) => {
    expect(parseFhirDecimal(text).ok).toBe(false)
  })

  test('an exponent at the limit is read and one above is refused', () => {
    expect(parseFhirDecimal(`1e${DECIMAL_EXPONENT_MAX}`).ok).toBe(true)
    expect(parseFhirDecimal(`1e${DECIMAL_EXPONENT_MAX + 1}`).ok).toBe(false)
    expect(parseFhirDecimal(`1e-${DECIMAL_EXPONENT_MAX}`).ok).toBe(true)
    expect(parseFhirDecimal(`1e-${DECIMAL_EXPONENT_MAX + 1}`).ok).toBe(false)
  })
})

describe('parseStoredDecimal reads what was settled when it was entered', () => {
  test.each([
    ['1.234', '1.234'],
    ['3,5', '3.5'],
    ['\u22120,5', '-0.5'],
    ['1.0E-2', '0.010'],
    ['.5', '0.5'],
  ])('%s is %s', (text, plain) => {
    const decimal = parseStoredDecimal(text)
    expect(decimal.ok && decimalToText(decimal.value)).toBe(plain)
  })

  test('words are no number', () => {
    expect(parseStoredDecimal('negative').ok).toBe(false)
    expect(parseStoredDecimal('').ok).toBe(false)
    expect(parseStoredDecimal('1,234,5').ok).toBe(false)
  })

  test('whatever parseDecimal reads without asking is read alike', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789.,-') }), (typed) => {
        const decimal = parseDecimal(typed)
        if (decimal.ok) expect(parseStoredDecimal(typed)).toEqual(decimal)
      }),
    )
  })
})
