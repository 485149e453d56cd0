import { type Result, err } from '@salus/base'
import type { Marker } from '../catalogue/marker.ts'
import { type ConversionError, type ConvertedQuantity, convertQuantity } from '../quantity/convert.ts'
import type { Decimal } from '../quantity/decimal.ts'
import { parseStoredDecimal } from '../quantity/parse-decimal.ts'
import type { Comparator } from '../quantity/reported-value.ts'
import type { UnitError, UnitReader } from '../quantity/units.ts'
import { type IntervalState, type ReferenceInterval, stateAgainstAll } from '../ranges/reference-interval.ts'
import type { ResultValue } from './result-value.ts'

/** A reported quantity as an exact number. */
export interface Quantity {
  readonly value: Decimal
  readonly comparator?: Comparator
}

/** The number of a reported value; null when it is none, such as words or codes. */
export function quantityOf(value: ResultValue): Quantity | null {
  if (value.kind !== 'quantity') return null
  const decimal = parseStoredDecimal(value.text)
  if (!decimal.ok) return null
  return { value: decimal.value, ...(value.comparator === undefined ? {} : { comparator: value.comparator }) }
}

/** A marker's reported value in another UCUM unit, exactly. */
export function convertResult(
  value: ResultValue,
  to: string,
  marker: Marker,
  units: UnitReader,
): Result<ConvertedQuantity, ConversionError | UnitError | { readonly type: 'NotAQuantity' | 'NoUnit' }> {
  const quantity = quantityOf(value)
  if (quantity === null || value.kind !== 'quantity') return err({ type: 'NotAQuantity' })
  if (value.ucum !== undefined) return convertQuantity(quantity, value.ucum, to, marker)
  if (value.unit === undefined) return err({ type: 'NoUnit' })
  const read = units.read(value.unit, marker)
  return read.ok ? convertQuantity(quantity, read.value.ucum, to, marker) : read
}

/** Where a reported value lies in its own printed intervals. An interval in another unit than the value's is left out. */
export function resultState(value: ResultValue, ranges: readonly ReferenceInterval[]): IntervalState {
  const quantity = quantityOf(value)
  if (quantity === null || value.kind !== 'quantity') return 'unknown'
  const inUnit = ranges.filter(({ unit }) => unit === undefined || unit === value.unit || unit === value.ucum)
  return stateAgainstAll(quantity, inUnit)
}
