import type { Marker } from '../catalogue/marker.ts'
import { convertQuantity } from './convert.ts'
import { type Decimal, decimalToText } from './decimal.ts'
import { type Rational, roundRationalToSignificant } from './rational.ts'
import { ucumScale } from './ucum-scale.ts'
import { unitsOf } from './units.ts'

/** A converted number says no less than this, whatever was reported: 5 mmol/L is 90.1 mg/dL. */
const CONVERTED_DIGITS_MIN = 3
/** More than a laboratory measures. */
const CONVERTED_DIGITS_MAX = 6

/** A converted number for showing, in plain notation with a dot, with as many digits as were reported (3 to 6). */
export function convertedText(converted: Rational, reported: Decimal): string {
  const { coefficient } = reported
  const digits = (coefficient < 0n ? -coefficient : coefficient).toString().length
  const shown = Math.min(Math.max(digits, CONVERTED_DIGITS_MIN), CONVERTED_DIGITS_MAX)
  return decimalToText(roundRationalToSignificant(converted, shown))
}

/**
 * The unit that other countries print for a marker that is given in `unit` (UCUM): moles for mass where there is one,
 * else one in which the number is another. Null when there is none.
 */
export function otherUnitOf(unit: string, marker: Marker): string | null {
  const dimension = ucumScale(unit)?.dimension
  const others = unitsOf(marker).filter((other) => other !== unit && changesNumber(unit, other, marker))
  return others.find((other) => ucumScale(other)?.dimension !== dimension) ?? others[0] ?? null
}

function changesNumber(from: string, to: string, marker: Marker): boolean {
  const one = convertQuantity({ value: { coefficient: 1n, exponent: 0 } }, from, to, marker)
  return one.ok && one.value.value.numerator !== one.value.value.denominator
}
