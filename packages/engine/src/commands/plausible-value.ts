import { type Marker, type ResultValue, type UnitReader, isPlausible, quantityOf, unitsOf } from '@salus/domain'

/**
 * Asks where a number is almost surely a slip or in another unit than it says: 35 is no HbA1c in per cent, but one in
 * mmol/mol. Gives the marker's units in which the same number would be plausible, none when it would be in no unit;
 * undefined when there is nothing to ask, also where the unit says too little to judge.
 */
export function askOfImplausible(
  value: ResultValue,
  marker: Marker | undefined,
  units: UnitReader,
): readonly string[] | undefined {
  const quantity = quantityOf(value)
  if (marker === undefined || quantity === null || value.kind !== 'quantity') return undefined
  const ucum = value.ucum ?? readUnit(value.unit, marker, units)
  if (ucum === undefined || isPlausible(quantity.value, ucum, marker) !== false) return undefined
  return unitsOf(marker).filter((unit) => unit !== ucum && isPlausible(quantity.value, unit, marker) === true)
}

function readUnit(printed: string | undefined, marker: Marker, units: UnitReader): string | undefined {
  const read = printed === undefined ? undefined : units.read(printed, marker)
  return read?.ok === true ? read.value.ucum : undefined
}
