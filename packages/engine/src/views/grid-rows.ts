import { type Catalogue, type LabResult, convertResult, convertedText, quantityOf, unitsOf } from '@salus/domain'
import type { GridCell, GridRow, LabsRow, ResultView } from '../view-types.ts'
import type { LabIndex } from './lab-index.ts'

interface DayOfSeries {
  readonly result: LabResult
  readonly view: ResultView
  readonly more: number
}

interface Known {
  /** All days from this one on are here. */
  readonly oldestDay: string
  readonly days: ReadonlyMap<string, DayOfSeries>
}

type Read = (id: string) => Pick<DayOfSeries, 'result' | 'view'> | undefined

/** What a grid shows of each series, read once and kept until the series changes or older days are asked for. */
export class GridRows {
  readonly #catalogue: Catalogue
  readonly #index: LabIndex
  readonly #known = new Map<string, Known>()

  constructor(catalogue: Catalogue, index: LabIndex) {
    this.#catalogue = catalogue
    this.#index = index
  }

  invalidate(series: Iterable<string> | 'all'): void {
    if (series === 'all') this.#known.clear()
    else for (const name of series) this.#known.delete(name)
  }

  /** @param unit UCUM code to show the marker in; undefined shows each result as reported */
  row(labs: LabsRow, series: string, days: readonly string[], unit: string | undefined, read: Read): GridRow {
    const marker = labs.markerId === null ? undefined : this.#catalogue.markerById.get(labs.markerId)
    const ofDay = this.#daysOf(series, days.at(-1), read)
    const { input } = labs.latest
    return {
      series: labs.series,
      markerId: labs.markerId,
      name: labs.name,
      category: labs.category,
      unit: unit ?? labs.latest.unit,
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
    return {
      id: view.id,
      valueText: view.valueText === '' ? view.components.map((part) => part.valueText).join('/') : view.valueText,
      unit: view.unit,
      rangeState: view.rangeState,
      rangeText: view.rangeText,
      convertedText: unit === undefined ? null : this.#converted(result, unit),
      more,
    }
  }

  /** Null also where the catalogue refuses: mass to moles without a molar mass, another dimension, an unknown unit. */
  #converted({ value, marker }: LabResult, unit: string): string | null {
    const known = marker === null ? undefined : this.#catalogue.markerById.get(marker)
    if (known === undefined || value.kind !== 'quantity' || value.unit === unit || value.ucum === unit) return null
    const reported = quantityOf(value)
    const converted = convertResult(value, unit, known, this.#catalogue.units)
    if (reported === null || !converted.ok) return null
    return `${converted.value.comparator ?? ''}${convertedText(converted.value.value, reported.value)}`
  }
}
