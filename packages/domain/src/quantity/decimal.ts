/**
 * An exact decimal number: `coefficient × 10^exponent`. Never a binary float: a dose of 0.1 is 0.1.
 * The exponent keeps the digits that were reported: 1.00 is `{coefficient: 100n, exponent: -2}`.
 */
export interface Decimal {
  readonly coefficient: bigint
  readonly exponent: number
}

/** More digits than any laboratory prints; FHIR R4 asks for at least 18 (datatypes, decimal). */
export const DECIMAL_DIGITS_MAX = 100

/** Bounds the powers of ten that arithmetic builds; the FHIR example goes to 245. */
export const DECIMAL_EXPONENT_MAX = 1_000

/** Nought, without places. */
export const ZERO: Decimal = { coefficient: 0n, exponent: 0 }

/** −a, exact. */
export function negateDecimal(value: Decimal): Decimal {
  return { coefficient: -value.coefficient, exponent: value.exponent }
}

/** a + b, exact, with the places of the more exact one. */
export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const exponent = Math.min(a.exponent, b.exponent)
  return { coefficient: coefficientAt(a, exponent) + coefficientAt(b, exponent), exponent }
}

/** a × b, exact. */
export function multiplyDecimals(a: Decimal, b: Decimal): Decimal {
  return { coefficient: a.coefficient * b.coefficient, exponent: a.exponent + b.exponent }
}

/** Below zero when a < b, zero when they are the same number (1.0 and 1.00 are), above zero when a > b. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const exponent = Math.min(a.exponent, b.exponent)
  const left = coefficientAt(a, exponent)
  const right = coefficientAt(b, exponent)
  return left < right ? -1 : left > right ? 1 : 0
}

/** Plain notation with a dot, all digits kept: `1.00`, `-0.5`, `1200`. */
export function decimalToText(value: Decimal): string {
  const sign = value.coefficient < 0n ? '-' : ''
  const digits = (value.coefficient < 0n ? -value.coefficient : value.coefficient).toString()
  if (value.exponent >= 0) return `${sign}${digits === '0' ? '0' : digits + '0'.repeat(value.exponent)}`
  const fraction = -value.exponent
  const padded = digits.padStart(fraction + 1, '0')
  return `${sign}${padded.slice(0, -fraction)}.${padded.slice(-fraction)}`
}

/** The nearest binary float: for charts and models only, never for what is stored or shown as a number. */
export function decimalToNumber(value: Decimal): number {
  return Number(`${value.coefficient}e${value.exponent}`)
}

/** `10^power` for 0 ≤ power. */
export function powerOfTen(power: number): bigint {
  return 10n ** BigInt(power)
}

function coefficientAt(value: Decimal, exponent: number): bigint {
  return value.coefficient * powerOfTen(value.exponent - exponent)
}
