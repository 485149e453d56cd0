import { type Result, assert, err, ok } from '@salus/base'
import type { Marker, UnitConversion } from '../catalogue/marker.ts'
import type { Decimal } from './decimal.ts'
import { parseFhirDecimal } from './parse-decimal.ts'
import {
  type Rational,
  addRationals,
  decimalToRational,
  divideRationals,
  multiplyRationals,
  subtractRationals,
} from './rational.ts'
import type { Comparator } from './reported-value.ts'
import { isMassAgainstMoles, ucumScale } from './ucum-scale.ts'

/** Why a value is not converted. */
export type ConversionError =
  /** Neither in the marker's table nor a power of ten from one that is. */
  | { readonly type: 'UnknownUnit'; readonly unit: string }
  /** They measure different things (a concentration, an excretion per day). */
  | { readonly type: 'DifferentDimension'; readonly from: string; readonly to: string }
  /** Mass against amount of substance where no molar mass holds: Lp(a), whose particles differ in size. */
  | { readonly type: 'MassMolarRefused'; readonly from: string; readonly to: string }

/** A bound converts to the same bound: no factor of the table is negative. */
export interface ConvertedQuantity {
  readonly value: Rational
  readonly comparator?: Comparator
}

/** Converts a marker's value between two UCUM units, exactly; round it only to show it. */
export function convertQuantity(
  quantity: { readonly value: Decimal; readonly comparator?: Comparator },
  from: string,
  to: string,
  marker: Marker,
): Result<ConvertedQuantity, ConversionError> {
  const value = decimalToRational(quantity.value)
  const bound = quantity.comparator === undefined ? {} : { comparator: quantity.comparator }
  if (from === to) return ok({ value, ...bound })
  const source = toCanonical(from, marker)
  const target = toCanonical(to, marker)
  if (source === null || target === null) return err(refusal(from, to, source === null ? from : to, marker))
  const canonical = addRationals(multiplyRationals(value, source.factor), source.offset)
  return ok({ value: divideRationals(subtractRationals(canonical, target.offset), target.factor), ...bound })
}

/** True when {@link convertQuantity} can read the marker's values in this unit. */
export function isUnitOf(unit: string, marker: Marker): boolean {
  return toCanonical(unit, marker) !== null
}

interface LinearMap {
  readonly factor: Rational
  readonly offset: Rational
}

const ONE: Rational = { numerator: 1n, denominator: 1n }
const NOTHING: Rational = { numerator: 0n, denominator: 1n }

function toCanonical(unit: string, marker: Marker): LinearMap | null {
  if (marker.canonicalUnit === null) return null
  if (unit === marker.canonicalUnit) return { factor: ONE, offset: NOTHING }
  const listed = marker.otherUnits.find((conversion) => conversion.unit === unit)
  if (listed !== undefined) return linearMapOf(listed)
  return byPowerOfTen(unit, marker)
}

/** A unit that the table lacks but that differs from one of its units by a power of ten (mg/L from mg/dL). */
function byPowerOfTen(unit: string, marker: Marker): LinearMap | null {
  const scale = ucumScale(unit)
  // Without a dimension anything would fit: HbA1c's % and mmol/mol are both "one", and no power of ten apart.
  if (scale === null || scale.dimension === '') return null
  for (const candidate of [marker.canonicalUnit, ...marker.otherUnits.map((conversion) => conversion.unit)]) {
    const known = candidate === null ? null : ucumScale(candidate)
    if (candidate === null || known === null || known.dimension !== scale.dimension) continue
    const base = toCanonical(candidate, marker)
    if (base === null) continue
    const step = decimalToRational({ coefficient: 1n, exponent: scale.powerOfTen - known.powerOfTen })
    return { factor: multiplyRationals(base.factor, step), offset: base.offset }
  }
  return null
}

function linearMapOf(conversion: UnitConversion): LinearMap {
  return { factor: exact(conversion.factor), offset: exact(conversion.offset) }
}

function exact(text: string): Rational {
  const decimal = parseFhirDecimal(text)
  assert(decimal.ok, 'the catalogue holds exact decimals')
  return decimalToRational(decimal.value)
}

function refusal(from: string, to: string, unknown: string, marker: Marker): ConversionError {
  const source = ucumScale(from)
  const target = ucumScale(to)
  if (source !== null && target !== null && isMassAgainstMoles(source, target))
    return { type: 'MassMolarRefused', from, to }
  if (source === null || target === null || marker.canonicalUnit === null) return { type: 'UnknownUnit', unit: unknown }
  return source.dimension === target.dimension
    ? { type: 'UnknownUnit', unit: unknown }
    : { type: 'DifferentDimension', from, to }
}
