import { type Result, err, ok } from '@salus/base'
import { DECIMAL_DIGITS_MAX, DECIMAL_EXPONENT_MAX, type Decimal } from './decimal.ts'

/** Characters of a number as a person types it. */
export const TYPED_NUMBER_LENGTH_MAX = 120

/** Why a text is no number, or not one number. */
export type DecimalError =
  | { readonly type: 'Empty' }
  | { readonly type: 'NotANumber' }
  /** Could be read in these ways (plain dot notation): the screen asks which one is meant. */
  | { readonly type: 'AmbiguousNumber'; readonly readings: readonly string[] }
  | { readonly type: 'NumberTooLong'; readonly digitsMax: number }

/**
 * Reads a number that a person typed. One `.` or `,` is the decimal sign, whatever the locale; no exponents.
 * What could also be a grouped thousand (`1,234`, `12.345`, `1 234`, `1.234,5`, `1'234`) is never guessed: a guess that
 * is wrong is wrong a thousandfold. The error offers the readings.
 */
export function parseDecimal(text: string): Result<Decimal, DecimalError> {
  if (text.length > TYPED_NUMBER_LENGTH_MAX) return tooLong()
  const typed = text.trim().replace('\u2212', '-')
  if (typed === '') return err({ type: 'Empty' })

  const plain = /^([+-]?)(\d*)(?:([.,])(\d+))?$/.exec(typed)
  if (plain !== null) {
    const [, sign = '', whole = '', separator, fraction = ''] = plain
    if (whole === '' && fraction === '') return err({ type: 'NotANumber' })
    if (separator !== undefined && fraction.length === 3 && isGroupOfThousands(whole)) {
      const minus = sign === '-' ? '-' : ''
      return err({ type: 'AmbiguousNumber', readings: [`${minus}${whole}.${fraction}`, `${minus}${whole}${fraction}`] })
    }
    return fromParts(sign, whole, fraction, 0)
  }
  return readGrouped(typed)
}

/** JSON's number grammar (RFC 8259 §6), which is that of FHIR's decimal (R4 datatypes, decimal); exponents allowed. */
export function parseFhirDecimal(text: string): Result<Decimal, DecimalError> {
  const match = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d{1,6}))?$/.exec(text)
  if (match === null) return err(text === '' ? { type: 'Empty' } : { type: 'NotANumber' })
  const [, sign = '', whole = '', fraction = '', power = '0'] = match
  return fromParts(sign, whole, fraction, Number(power))
}

/**
 * Reads the number text of a stored result: as a file reported it (dot, exponents) or as a person typed it (comma).
 * What is stored was settled when it was entered, so `1.234` is no question here.
 */
export function parseStoredDecimal(text: string): Result<Decimal, DecimalError> {
  const exact = parseFhirDecimal(text)
  if (exact.ok) return exact
  const match = /^([+-]?)(\d*)(?:[.,](\d+))?$/.exec(text.replace('\u2212', '-'))
  if (match === null) return exact
  const [, sign = '', whole = '', fraction = ''] = match
  if (whole === '' && fraction === '') return exact
  return fromParts(sign, whole, fraction, 0)
}

/** Digits in groups of three, or several separators: readable, but only a person can say what was meant. */
function readGrouped(typed: string): Result<Decimal, DecimalError> {
  const match = /^([+-]?)(\d{1,3}(?:([.,'’\s])\d{3})(?:\3\d{3})*)(?:([.,])(\d+))?$/.exec(typed)
  if (match === null) return err({ type: 'NotANumber' })
  const [, sign = '', groups = '', grouping, decimalSign, fraction] = match
  if (grouping === decimalSign) return err({ type: 'NotANumber' })
  const minus = sign === '-' ? '-' : ''
  const whole = groups.replace(/\D/g, '')
  return err({
    type: 'AmbiguousNumber',
    readings: [fraction === undefined ? `${minus}${whole}` : `${minus}${whole}.${fraction}`],
  })
}

/** `0,125` cannot be a thousand; `1,125` can. */
function isGroupOfThousands(whole: string): boolean {
  return whole.length >= 1 && whole.length <= 3 && !whole.startsWith('0')
}

function fromParts(sign: string, whole: string, fraction: string, power: number): Result<Decimal, DecimalError> {
  const digits = `${whole}${fraction}`.replace(/^0+/, '')
  const exponent = power - fraction.length
  if (digits.length > DECIMAL_DIGITS_MAX || Math.abs(exponent) > DECIMAL_EXPONENT_MAX) return tooLong()
  const coefficient = BigInt(digits === '' ? '0' : digits)
  return ok({ coefficient: sign === '-' ? -coefficient : coefficient, exponent })
}

function tooLong(): Result<Decimal, DecimalError> {
  return err({ type: 'NumberTooLong', digitsMax: DECIMAL_DIGITS_MAX })
}
