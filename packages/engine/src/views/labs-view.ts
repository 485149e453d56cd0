import {
  type Catalogue,
  type LabResult,
  type Marker,
  convertResult,
  isUnitOf,
  parseStoredDecimal,
  rationalToNumber,
  decimalToNumber,
} from '@salus/domain'
import {
  type ChartPoint,
  type LabsRow,
  type LabsView,
  type ResultView,
  SPARK_POINTS_MAX,
  type SeriesView,
} from '../view-types.ts'
import type { OpenVault } from '../open-vault.ts'
import type { ViewContext } from './conflict-view.ts'
import type { LabIndex } from './lab-index.ts'
import type { SeriesAddresses } from './series-addresses.ts'
import { labResultOf, resultView, unitOf } from './result-view.ts'

/** A result with what a screen shows of it. */
export interface ReadResult {
  readonly result: LabResult
  readonly view: ResultView
}

/**
 * Rows of the labs screen; unchanged series are taken from the last time. What needs other units, doses or days across
 * is in {@link LabsDetail}, which is loaded when it is asked for.
 */
export class LabsViews {
  readonly #catalogue: Catalogue
  readonly #index: LabIndex
  readonly #addresses: SeriesAddresses
  readonly #rows = new Map<string, LabsRow>()

  constructor(catalogue: Catalogue, index: LabIndex, addresses: SeriesAddresses) {
    this.#addresses = addresses
    this.#catalogue = catalogue
    this.#index = index
  }

  /** Forgets what was shown of these series. */
  invalidate(series: Iterable<string> | 'all'): void {
    if (series === 'all') this.#rows.clear()
    else for (const name of series) this.#rows.delete(name)
  }

  labs(vault: OpenVault, context: ViewContext): LabsView {
    const rows = this.#index.seriesNames.flatMap((series) => {
      const row = this.#rows.get(series) ?? this.#makeRow(vault, series, context)
      if (row === undefined) return []
      this.#rows.set(series, row)
      return [row]
    })
    rows.sort(
      (a, b) => a.category.localeCompare(b.category) || a.name.localeCompare(b.name) || (a.series < b.series ? -1 : 1),
    )
    return { rows, count: this.#index.count }
  }

  /** How a result's series is called. */
  naming(result: LabResult): { markerId: string | null; name: string; category: string } {
    const marker = this.markerOf(result)
    return { markerId: marker?.id ?? null, name: marker?.name ?? result.label, category: marker?.category ?? '' }
  }

  /** The catalogue's marker of a result, where there is one. */
  markerOf(result: LabResult): Marker | undefined {
    return result.marker === null ? undefined : this.#catalogue.markerById.get(result.marker)
  }

  /** Undefined where the record is gone or can't be read. */
  read(vault: OpenVault, id: string, context: ViewContext): ReadResult | undefined {
    const labs = vault.stream('labs')
    const record = labs.records.get(id)
    const result = record === undefined ? undefined : labResultOf(record)
    if (record === undefined || result === undefined) return undefined
    return { result, view: resultView(record, result, !vault.waiting.has(labs.id, id), context) }
  }

  /** Points in the wanted unit or the newest number's, where the catalogue converts; the rest is named with its reason. */
  draw(reads: readonly ReadResult[], wanted?: string): Pick<SeriesView, 'points' | 'unit' | 'undrawn'> {
    const newest = reads.findLast(({ result }) => result.value.kind === 'quantity')
    const marker = newest === undefined ? undefined : this.markerOf(newest.result)
    const chosen = wanted !== undefined && marker !== undefined && isUnitOf(wanted, marker) ? wanted : undefined
    const unit = chosen ?? (newest === undefined ? '' : unitOf(newest.result.value))
    const ucum = chosen ?? (newest?.result.value.kind === 'quantity' ? newest.result.value.ucum : undefined)
    const points: ChartPoint[] = []
    const undrawn: SeriesView['undrawn'][number][] = []
    for (const { result, view } of reads) {
      const toUnit = this.#converter(result, unit, ucum)
      const value = result.value.kind === 'quantity' ? toUnit?.(result.value.text) : undefined
      if (result.value.kind !== 'quantity') undrawn.push({ id: view.id, reason: 'text' })
      else if (view.takenAtMs === null) undrawn.push({ id: view.id, reason: 'undated' })
      else if (value === undefined) undrawn.push({ id: view.id, reason: 'unit' })
      else {
        const [interval] = result.range
        points.push({
          id: view.id,
          takenAtMs: view.takenAtMs,
          value,
          comparator: result.value.comparator ?? null,
          low: interval?.low === undefined ? null : (toUnit?.(interval.low) ?? null),
          high: interval?.high === undefined ? null : (toUnit?.(interval.high) ?? null),
        })
      }
    }
    return { points, unit, undrawn }
  }

  #makeRow(vault: OpenVault, series: string, context: ViewContext): LabsRow | undefined {
    const ids = this.#index.idsOf(series)
    const reads = ids.slice(-SPARK_POINTS_MAX).flatMap((id) => this.read(vault, id, context) ?? [])
    const latest = reads.at(-1)
    if (latest === undefined) return undefined
    return {
      series: this.#addresses.addressOf(series),
      ...this.naming(latest.result),
      latest: latest.view,
      previous: reads.at(-2)?.view ?? null,
      latestConverted: null,
      previousConverted: null,
      spark: this.draw(reads).points.map((point) => point.value),
      count: ids.length,
    }
  }

  /** Reads numbers that were reported in the result's unit, its value and bounds, as numbers of the drawn unit. */
  #converter(
    result: LabResult,
    unit: string,
    ucum: string | undefined,
  ): ((text: string) => number | undefined) | undefined {
    const { value } = result
    if (value.kind !== 'quantity') return undefined
    if (unitOf(value) === unit) return numberOf
    const marker = this.markerOf(result)
    if (marker === undefined || ucum === undefined) return undefined
    return (text) => {
      const converted = convertResult({ ...value, text }, ucum, marker, this.#catalogue.units)
      return converted.ok ? rationalToNumber(converted.value.value) : undefined
    }
  }
}

function numberOf(text: string): number | undefined {
  const decimal = parseStoredDecimal(text)
  return decimal.ok ? decimalToNumber(decimal.value) : undefined
}
