import type { GridRow } from '@salus/engine/view-types'

export interface TypedRange {
  readonly rangeLow: string
  readonly rangeHigh: string
}

export const NO_RANGE: TypedRange = { rangeLow: '', rangeHigh: '' }

/** The range of a marker's last result, where the new one is in the same unit: two units never share a range. */
export function lastRange(row: Pick<GridRow, 'last'> | undefined, unit: string): TypedRange {
  const last = row?.last
  if (last === undefined || last === null || last.unit !== unit) return NO_RANGE
  return { rangeLow: last.rangeLow, rangeHigh: last.rangeHigh }
}
