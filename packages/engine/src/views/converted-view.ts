import {
  type LabResult,
  type Marker,
  type UnitReader,
  compareRationals,
  convertResult,
  convertedText,
  decimalToRational,
  otherUnitOf,
  quantityOf,
  unitsOf,
} from '@salus/domain'
import type { ConvertedView } from '../view-types.ts'
import { rangeText, unitOf } from './result-view.ts'

/** What a conversion needs to know. */
export interface Conversion {
  readonly marker: Marker
  readonly units: UnitReader
}

/** A result in another unit (UCUM), range too; null where it is reported in that already, or can't be converted. */
export function convertedView(result: LabResult, unit: string, conversion: Conversion): ConvertedView | null {
  const { value } = result
  if (value.kind !== 'quantity' || unit === '' || unitOf(value) === unit || value.ucum === unit) return null
  const number = convert(result, value.text, unit, conversion)
  if (number === null) return null
  const ranges = result.range.map(({ low, high, lowExclusive, highExclusive }) =>
    rangeText({
      ...convertedBound('low', low, result, unit, conversion),
      ...convertedBound('high', high, result, unit, conversion),
      ...(lowExclusive === undefined ? {} : { lowExclusive }),
      ...(highExclusive === undefined ? {} : { highExclusive }),
    }),
  )
  return { valueText: (value.comparator ?? '') + number, unit, rangeText: ranges.filter(Boolean).join('; ') }
}

/** A result in the unit that other countries print it in; null where there is none. */
export function elsewhereView(result: LabResult, conversion: Conversion): ConvertedView | null {
  const { value } = result
  if (value.kind !== 'quantity') return null
  const read = value.ucum === undefined ? conversion.units.read(value.unit ?? '', conversion.marker) : undefined
  const ucum = value.ucum ?? (read?.ok === true ? read.value.ucum : undefined)
  const other = ucum === undefined ? null : otherUnitOf(ucum, conversion.marker)
  return other === null ? null : convertedView(result, other, conversion)
}

/** Units to choose from: the marker's, and first the one that is shown, if the catalogue writes it otherwise. */
export function showableUnits(shown: string, marker: Marker, points: number): readonly string[] {
  const units = unitsOf(marker)
  if (points === 0 || units.length === 0) return []
  return units.includes(shown) ? units : [shown, ...units]
}

function convertedBound(
  name: 'low' | 'high',
  text: string | undefined,
  result: LabResult,
  unit: string,
  conversion: Conversion,
): { low?: string; high?: string } {
  const bound = text === undefined ? null : convert(result, text, unit, conversion)
  return bound === null ? {} : { [name]: bound }
}

/** A number that was reported in the result's unit. */
function convert(result: LabResult, text: string, unit: string, { marker, units }: Conversion): string | null {
  if (result.value.kind !== 'quantity') return null
  const value = { ...result.value, text }
  const reported = quantityOf(value)
  const converted = convertResult(value, unit, marker, units)
  if (reported === null || !converted.ok) return null
  // In ng/mL and ug/L the number is one: it stays as printed.
  const isSame = compareRationals(converted.value.value, decimalToRational(reported.value)) === 0
  return isSame ? text : convertedText(converted.value.value, reported.value)
}
