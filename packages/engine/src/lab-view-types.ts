import type { UnitSystem } from '@salus/domain'
import type { LabResultInput } from './api.ts'
import type { ConflictView } from './view-types.ts'

export type { UnitSystem }

/** In which units results are shown; without it, as reported. */
export interface UnitChoice {
  /** UCUM codes by marker; an empty one is as reported. They win over `system`. */
  readonly units?: Readonly<Record<string, string>>
  readonly system?: UnitSystem
}

export interface LabsView {
  readonly rows: readonly LabsRow[]
  /** Results of all rows. */
  readonly count: number
}

/** One series: a marker, or a label where the catalogue has none; one method each. */
export interface LabsRow {
  /** Its address on this device, which tells nothing: fit for a URL. */
  readonly series: string
  readonly markerId: string | null
  readonly name: string
  readonly category: string
  readonly latest: ResultView
  readonly previous: ResultView | null
  /** In the chosen unit; null where it is shown as reported. */
  readonly latestConverted: ConvertedView | null
  readonly previousConverted: ConvertedView | null
  /** Newest last, in `latest.unit`; at most {@link SPARK_POINTS_MAX}. */
  readonly spark: readonly number[]
  readonly count: number
}

export const SPARK_POINTS_MAX = 24

/** Days that a grid shows at once: a window, so that a long record never crosses to the screen as a whole. */
export const GRID_COLUMNS_MAX = 60

/** Markers down, days across. */
export interface LabsGridView {
  /** `YYYY-MM-DD` as reported, newest first. */
  readonly days: readonly string[]
  /** Index in `days` of the first one that rows have cells of. */
  readonly cellsFrom: number
  /** Days that have a result, shown or not. */
  readonly dayCount: number
  readonly rows: readonly GridRow[]
}

export interface GridRow {
  readonly series: string
  readonly markerId: string | null
  readonly name: string
  readonly category: string
  /** The one chosen for showing, else that of the newest result. */
  readonly unit: string
  /** Units that the marker can be shown and entered in, the canonical one first. */
  readonly units: readonly string[]
  readonly spark: readonly number[]
  /** Lowest and highest of the newest {@link SPARK_POINTS_MAX} numbers, in the row's unit; null for fewer than two. */
  readonly yours: { readonly low: string; readonly high: string } | null
  /** What is typed into this row joins its series: not so where a method makes it a series of its own. */
  readonly canEnter: boolean
  /** Of the newest result, as typed or printed; null where a form can't hold it. */
  readonly last: { readonly unit: string; readonly rangeLow: string; readonly rangeHigh: string } | null
  /** One for each day that cells were asked of. */
  readonly cells: readonly (GridCell | null)[]
}

/** The latest result of a marker on a day. */
export interface GridCell {
  readonly id: string
  /** As reported, comparator included. */
  readonly valueText: string
  /** As reported. */
  readonly unit: string
  /** Against the report's own interval, never another. */
  readonly rangeState: RangeState
  readonly rangeText: string
  /** In the row's chosen unit, rounded for showing; null when it is shown as reported. */
  readonly convertedText: string | null
  /** The report's interval in that unit; empty when shown as reported. */
  readonly convertedRangeText: string
  readonly isOnRelay: boolean
  /** Earlier results of the same day. */
  readonly more: number
}

export interface SeriesView {
  readonly series: string
  readonly markerId: string | null
  readonly name: string
  readonly category: string
  /** Newest first; undated last. */
  readonly results: readonly SeriesResult[]
  /** Oldest first, all in `unit`: what can be drawn. */
  readonly points: readonly ChartPoint[]
  readonly unit: string
  /** Results that have no point, and why. */
  readonly undrawn: readonly { readonly id: string; readonly reason: 'undated' | 'text' | 'unit' }[]
  /** UCUM codes that the series can be shown in; empty where nothing converts. */
  readonly units: readonly string[]
  /** The newest number as other countries print it; null where there is no such unit. */
  readonly latestElsewhere: ConvertedView | null
  /** Doses of what this marker watches, oldest first; of a longer log the newest {@link DOSE_TICKS_MAX}. */
  readonly doses: readonly DoseTick[]
  readonly doseChanges: readonly DoseChangeView[]
}

/** More than one dose a day over ten years. */
export const DOSE_TICKS_MAX = 4_000

/** A result among others of its marker. */
export interface SeriesResult extends ResultView {
  /** In the series' unit; null where it was reported in that, or can't be converted. */
  readonly converted: ConvertedView | null
  readonly sinceDose: SinceDoseView | null
}

/** An exact conversion, rounded for showing; never what was reported. */
export interface ConvertedView {
  /** Comparator included. */
  readonly valueText: string
  readonly unit: string
  /** As the interval was printed, in this unit. */
  readonly rangeText: string
}

export interface DoseTick {
  readonly takenAtMs: number
  readonly compound: string
  /** The compound brings in what the marker measures, as testosterone cypionate does testosterone. */
  readonly isOwn: boolean
  readonly amountText: string
  readonly unit: string
}

/** The amount of a compound changed, and was kept. */
export interface DoseChangeView {
  readonly atMs: number
  readonly compound: string
  readonly fromText: string
  readonly toText: string
  readonly unit: string
}

/**
 * Time since the newest dose before: of a compound that brings in what the marker measures, and only where there is none,
 * of any other that the marker watches.
 */
export interface SinceDoseView {
  readonly compound: string
  readonly isOwn: boolean
  /** Whole hours; null when only the days are known. */
  readonly hours: number | null
  /** Calendar days; without hours, 0 is the same day. */
  readonly days: number
}

export interface ChartPoint {
  readonly id: string
  readonly takenAtMs: number
  readonly value: number
  /** The value is a bound, drawn as a caret. */
  readonly comparator: Comparator | null
  readonly low: number | null
  readonly high: number | null
}

export type Comparator = '<' | '<=' | '>' | '>='
export type RangeState = 'below' | 'inside' | 'above' | 'unknown'

export interface ResultView {
  readonly id: string
  readonly label: string
  /** As reported, comparator included. */
  readonly valueText: string
  readonly unit: string
  /** As reported, `2026-11-18` or an instant; empty when undated. */
  readonly takenAtText: string
  /** Epoch milliseconds; null when undated or known only to the month. */
  readonly takenAtMs: number | null
  /** The report's own interval, as printed. */
  readonly rangeText: string
  readonly rangeState: RangeState
  readonly note: string
  readonly laboratory: string
  readonly method: string
  readonly components: readonly ComponentView[]
  readonly importId: string | null
  readonly isOnRelay: boolean
  readonly conflicts: readonly ConflictView[]
  /** Prefills the form; null for what an import brought in a shape that the form can't hold. */
  readonly input: LabResultInput | null
}

export interface ComponentView {
  readonly label: string
  readonly valueText: string
  readonly unit: string
}
