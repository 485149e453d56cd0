import { type Catalogue, type LabResult, type Marker, type UnitSystem, systemUnit } from '@salus/domain'
import type { OpenVault } from '../open-vault.ts'
import {
  type ConvertedView,
  GRID_COLUMNS_MAX,
  type GridRow,
  type LabsGridView,
  type LabsView,
  type Query,
  type QueryParams,
  SPARK_POINTS_MAX,
  type SeriesView,
  type UnitChoice,
} from '../view-types.ts'
import type { ViewContext } from './conflict-view.ts'
import { convertedView, elsewhereView, showableUnits } from './converted-view.ts'
import { NO_DOSES, dosesFor } from './dose-ticks.ts'
import { GridRows } from './grid-rows.ts'
import type { LabIndex } from './lab-index.ts'
import type { LabsViews, ReadResult } from './labs-view.ts'
import type { SeriesAddresses } from './series-addresses.ts'

/** Digits that say how far somebody's own numbers have gone. */
const YOURS_DIGITS = 3

/** What is shown of results beyond the list as reported: the grid, a marker's page, other units. */
export class LabsDetail {
  readonly #catalogue: Catalogue
  readonly #index: LabIndex
  readonly #addresses: SeriesAddresses
  readonly #labs: LabsViews
  readonly #grid: GridRows

  constructor(catalogue: Catalogue, index: LabIndex, addresses: SeriesAddresses, labs: LabsViews) {
    this.#catalogue = catalogue
    this.#index = index
    this.#addresses = addresses
    this.#labs = labs
    this.#grid = new GridRows(catalogue, index)
  }

  /** Forgets what was shown of these series. */
  invalidate(series: Iterable<string> | 'all'): void {
    this.#grid.invalidate(series)
  }

  /** The list with its two newest values in the chosen units. */
  labs(vault: OpenVault, choice: UnitChoice, context: ViewContext): LabsView {
    const view = this.#labs.labs(vault, context)
    const rows = view.rows.map((row) => {
      const unit = this.#unitFor(row.markerId, choice)
      if (unit === undefined) return row
      const converted = (id: string | undefined): ConvertedView | null => {
        const read = id === undefined ? undefined : this.#labs.read(vault, id, context)
        return read === undefined ? null : this.#converted(read.result, unit)
      }
      return { ...row, latestConverted: converted(row.latest.id), previousConverted: converted(row.previous?.id) }
    })
    return { ...view, rows }
  }

  /** The newest days of all series; unchanged series are taken from the last time. */
  grid(vault: OpenVault, { columns, cells, ...choice }: QueryParams['labsGrid'], context: ViewContext): LabsGridView {
    const days = this.#index.days.slice(0, Math.max(0, Math.min(columns, GRID_COLUMNS_MAX)))
    const cellsFrom = Math.max(0, cells?.from ?? 0)
    const cellDays = days.slice(cellsFrom, cells?.to)
    const read = (id: string): ReadResult | undefined => this.#labs.read(vault, id, context)
    const rows = this.#labs.labs(vault, context).rows.map((row) => {
      const series = this.#addresses.seriesOf(row.series, this.#index.seriesNames) ?? ''
      const unit = this.#unitFor(row.markerId, choice)
      const yours = this.#grid.yours(series, unit, () => {
        const reads = this.#index
          .idsOf(series)
          .slice(-SPARK_POINTS_MAX)
          .flatMap((id) => read(id) ?? [])
        return lowestAndHighest(this.#labs.draw(reads, unit))
      })
      return this.#grid.row(row, series, cellDays, { unit, yours }, read)
    })
    return { days, cellsFrom, dayCount: this.#index.days.length, rows }
  }

  series(vault: OpenVault, query: Query<'series'>, context: ViewContext): SeriesView | null {
    const series = this.#addresses.seriesOf(query.series, this.#index.seriesNames)
    if (series === undefined) return null
    const reads = this.#index.idsOf(series).flatMap((id) => this.#labs.read(vault, id, context) ?? [])
    const newest = reads.at(-1)
    if (newest === undefined) return null
    const marker = this.#labs.markerOf(newest.result)
    const doses = marker === undefined ? NO_DOSES : dosesFor(vault, this.#catalogue, marker)
    const chosen = this.#unitFor(marker?.id ?? null, query)
    const drawn = this.#labs.draw(reads, chosen)
    return {
      series: query.series,
      ...this.#labs.naming(newest.result),
      results: reads
        .map(({ result, view }) => ({
          ...view,
          converted: this.#converted(result, drawn.unit),
          sinceDose: doses.since(result),
        }))
        .reverse(),
      ...drawn,
      units: marker === undefined ? [] : showableUnits(drawn.unit, marker, drawn.points.length),
      latestElsewhere: marker === undefined ? null : elsewhereView(newest.result, this.#conversion(marker)),
      doses: doses.ticks,
      doseChanges: doses.changes,
    }
  }

  /** What was chosen for the marker, else what the system has; undefined shows what was reported. */
  #unitFor(markerId: string | null, { units, system }: UnitChoice): string | undefined {
    const marker = markerId === null ? undefined : this.#catalogue.markerById.get(markerId)
    if (marker === undefined) return undefined
    const chosen = units?.[marker.id]
    if (chosen !== undefined) return chosen === '' ? undefined : chosen
    return systemUnit(marker, system ?? REPORTED) ?? undefined
  }

  #converted(result: LabResult, unit: string): ConvertedView | null {
    const marker = this.#labs.markerOf(result)
    return marker === undefined ? null : convertedView(result, unit, this.#conversion(marker))
  }

  #conversion(marker: Marker): Parameters<typeof convertedView>[2] {
    return { marker, units: this.#catalogue.units }
  }
}

const REPORTED: UnitSystem = 'reported'

/** Null where there are fewer than two numbers to lie between. */
function lowestAndHighest({ points }: Pick<SeriesView, 'points'>): GridRow['yours'] {
  const values = points.filter((point) => point.comparator === null).map((point) => point.value)
  if (values.length < 2) return null
  const text = (value: number): string => String(Number(value.toPrecision(YOURS_DIGITS)))
  return { low: text(Math.min(...values)), high: text(Math.max(...values)) }
}
