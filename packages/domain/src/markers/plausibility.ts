import type { Marker } from '../catalogue/marker.ts'
import { convertQuantity } from '../quantity/convert.ts'
import type { Decimal } from '../quantity/decimal.ts'
import { parseFhirDecimal, parseStoredDecimal } from '../quantity/parse-decimal.ts'
import { compareRationals, decimalToRational } from '../quantity/rational.ts'

/**
 * True when a value lies within what the marker's limits allow, false when it is almost surely a slip or a unit mix-up
 * (ask, don't refuse), null when the unit doesn't fit.
 */
export function isPlausible(value: Decimal, unit: string, marker: Marker): boolean | null {
  if (marker.canonicalUnit === null) return null
  const canonical = convertQuantity({ value }, unit, marker.canonicalUnit, marker)
  const min = parseFhirDecimal(marker.limitMin)
  const max = parseFhirDecimal(marker.limitMax)
  if (!canonical.ok || !min.ok || !max.ok) return null
  const number = canonical.value.value
  return (
    compareRationals(number, decimalToRational(min.value)) >= 0 &&
    compareRationals(number, decimalToRational(max.value)) <= 0
  )
}

/** The readings of an ambiguous number that are plausible for the marker: one of them may answer the question. */
export function plausibleReadings(readings: readonly string[], unit: string, marker: Marker): readonly string[] {
  return readings.filter((reading) => {
    const decimal = parseStoredDecimal(reading)
    return decimal.ok && isPlausible(decimal.value, unit, marker) === true
  })
}
