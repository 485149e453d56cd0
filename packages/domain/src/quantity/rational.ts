import { type Decimal, powerOfTen } from './decimal.ts'

/** An exact quotient of whole numbers, denominator > 0: what a conversion gives before it is rounded for showing. */
export interface Rational {
  readonly numerator: bigint
  readonly denominator: bigint
}

/** The same number as a quotient. */
export function decimalToRational(value: Decimal): Rational {
  return value.exponent >= 0
    ? { numerator: value.coefficient * powerOfTen(value.exponent), denominator: 1n }
    : { numerator: value.coefficient, denominator: powerOfTen(-value.exponent) }
}

/** a + b, exact. */
export function addRationals(a: Rational, b: Rational): Rational {
  return {
    numerator: a.numerator * b.denominator + b.numerator * a.denominator,
    denominator: a.denominator * b.denominator,
  }
}

/** a − b, exact. */
export function subtractRationals(a: Rational, b: Rational): Rational {
  return addRationals(a, { numerator: -b.numerator, denominator: b.denominator })
}

/** a × b, exact. */
export function multiplyRationals(a: Rational, b: Rational): Rational {
  return { numerator: a.numerator * b.numerator, denominator: a.denominator * b.denominator }
}

/** @throws when b is zero: the conversion tables hold no zero factor. */
export function divideRationals(a: Rational, b: Rational): Rational {
  if (b.numerator === 0n) throw new Error('Invariant broken: division by zero')
  const sign = b.numerator < 0n ? -1n : 1n
  return { numerator: a.numerator * b.denominator * sign, denominator: a.denominator * b.numerator * sign }
}

/** Below zero when a < b, zero when equal, above zero when a > b. */
export function compareRationals(a: Rational, b: Rational): number {
  const left = a.numerator * b.denominator
  const right = b.numerator * a.denominator
  return left < right ? -1 : left > right ? 1 : 0
}

/** Rounds half away from zero, as laboratories do, to `fractionDigits` places (0 to 100). */
export function roundRational(value: Rational, fractionDigits: number): Decimal {
  const negative = value.numerator < 0n
  const top = (negative ? -value.numerator : value.numerator) * powerOfTen(fractionDigits)
  const rounded = roundedQuotient({ top, bottom: value.denominator })
  return { coefficient: negative ? -rounded : rounded, exponent: -fractionDigits }
}

/** Rounds half away from zero to `digits` significant digits (1 to 100). */
export function roundRationalToSignificant(value: Rational, digits: number): Decimal {
  if (value.numerator === 0n) return { coefficient: 0n, exponent: 0 }
  const negative = value.numerator < 0n
  const magnitude = negative ? -value.numerator : value.numerator
  // The quotient has this many digits before the point, or one fewer.
  let exponent = magnitude.toString().length - value.denominator.toString().length + 1 - digits
  const { top, bottom } = scaled(magnitude, value.denominator, exponent)
  if (top / bottom < powerOfTen(digits - 1)) exponent -= 1
  let rounded = roundedQuotient(scaled(magnitude, value.denominator, exponent))
  if (rounded >= powerOfTen(digits)) {
    rounded /= 10n
    exponent += 1
  }
  return { coefficient: negative ? -rounded : rounded, exponent }
}

/** The nearest binary float, for charts and models only. */
export function rationalToNumber(value: Rational): number {
  const rounded = roundRationalToSignificant(value, 20)
  return Number(`${rounded.coefficient}e${rounded.exponent}`)
}

/** The quotient in units of 10^exponent. */
function scaled(numerator: bigint, denominator: bigint, exponent: number): { top: bigint; bottom: bigint } {
  return {
    top: exponent < 0 ? numerator * powerOfTen(-exponent) : numerator,
    bottom: exponent > 0 ? denominator * powerOfTen(exponent) : denominator,
  }
}

function roundedQuotient({ top, bottom }: { top: bigint; bottom: bigint }): bigint {
  return (2n * top + bottom) / (2n * bottom)
}
