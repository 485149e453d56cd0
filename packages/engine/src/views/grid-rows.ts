import { type Catalogue, unitsOf } from '@salus/domain'
import type { GridCell, GridRow, LabsRow } from '../view-types.ts'
import { convertedView } from './converted-view.ts'
import type { LabIndex } from './lab-index.ts'
import type { ReadResult } from './labs-view.ts'

interface DayOfSeries extends ReadResult {
  readonly more: number
}

interface Known {
  /** All days from this one on are here. */
  readonly oldestDay: string
  readonly days: ReadonlyMap<string, DayOfSeries>
}

type Read = (id: string) => ReadResult | undefined

/** What a grid shows of each series, read once and kept until the series changes or older days are asked for. */
export class GridRows {
  readonly #catalogue: Catalogue
  readonly #index: LabIndex
  readonly #known = new Map<string, Known>()
  readonly #yours = new Map<string, { readonly unit: string | undefined; readonly span: GridRow['yours'] }>()

  constructor(catalogue: Catalogue, index: LabIndex) {
    this.#catalogue = catalogue
    this.#index = index
  }

  invalidate(series: Iterable<string> | 'all'): void {
    for (const known of [this.#known, this.#yours]) {
      if (series === 'all') known.clear()
      else for (const name of series) known.delete(name)
    }
  }

  /** Made anew when the series or its unit has changed. */
  yours(series: string, unit: string | undefined, make: () => GridRow['yours']): GridRow['yours'] {
    const known = this.#yours.get(series)
    if (known !== undefined && known.unit === unit) return known.span
    const span = make()
    this.#yours.set(series, { unit, span })
    return span
  }

  /**
   * @param unit UCUM code to show the marker in; undefined shows each result as reported
   * @param yours lowest and highest of the owner's own numbers in that unit
   */
  row(
    labs: LabsRow,
    series: string,
    days: readonly string[],
    { unit, yours }: { readonly unit: string | undefined; readonly yours: GridRow['yours'] },
    read: Read,
  ): GridRow {
    const marker = labs.markerId === null ? undefined : this.#catalogue.markerById.get(labs.markerId)
    const ofDay = this.#daysOf(series, days.at(-1), read)
    const { input } = labs.latest
    return {
      series: labs.series,
      markerId: labs.markerId,
      name: labs.name,
      category: labs.category,
      unit: unit ?? labs.latest.unit,
      yours,
      units: marker === undefined ? [] : unitsOf(marker),
      spark: labs.spark,
      canEnter: labs.latest.method === '',
      last: input === null ? null : { unit: input.unit, rangeLow: input.rangeLow, rangeHigh: input.rangeHigh },
      cells: days.map((day) => {
        const found = ofDay.get(day)
        return found === undefined ? null : this.#cell(found, unit)
      }),
    }
  }

  #daysOf(series: string, oldestDay: string | undefined, read: Read): ReadonlyMap<string, DayOfSeries> {
    if (oldestDay === undefined) return new Map()
    const known = this.#known.get(series)
    if (known !== undefined && known.oldestDay <= oldestDay) return known.days
    const days = new Map<string, DayOfSeries>()
    for (const { id, day } of this.#index.since(series, oldestDay)) {
      const later = days.get(day)
      if (later !== undefined) days.set(day, { ...later, more: later.more + 1 })
      else {
        const found = read(id)
        if (found !== undefined) days.set(day, { ...found, more: 0 })
      }
    }
    this.#known.set(series, { oldestDay, days })
    return days
  }

  #cell({ result, view, more }: DayOfSeries, unit: string | undefined): GridCell {
    // Null also where the catalogue refuses: mass to moles without a molar mass, another dimension, an unknown unit.
    const marker = result.marker === null ? undefined : this.#catalogue.markerById.get(result.marker)
    const converted =
      unit === undefined || marker === undefined
        ? null
        : convertedView(result, unit, { marker, units: this.#catalogue.units })
    return {
      id: view.id,
      valueText: view.valueText === '' ? view.components.map((part) => part.valueText).join('/') : view.valueText,
      unit: view.unit,
      rangeState: view.rangeState,
      rangeText: view.rangeText,
      convertedText: converted?.valueText ?? null,
      convertedRangeText: converted?.rangeText ?? '',
      isOnRelay: view.isOnRelay,
      more,
    }
  }
}
