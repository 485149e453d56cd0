import type { ChartPoint } from '@salus/engine/view-types'

export const DAY_SECONDS = 86_400
export const YEAR_SECONDS = 365 * DAY_SECONDS

/** A stretch of time that a chart shows, epoch seconds as uPlot counts. */
export interface TimeWindow {
  readonly from: number
  readonly to: number
}

/** Narrower than this there is nothing more to tell apart. */
const WINDOW_SECONDS_MIN = 7 * DAY_SECONDS

/** All points, and some air at both ends. */
export function wholeWindow(times: readonly number[]): TimeWindow {
  const first = times[0] ?? 0
  const last = times.at(-1) ?? first
  const margin = Math.max((last - first) * 0.03, 10 * DAY_SECONDS)
  return { from: first - margin, to: last + margin }
}

/** The newest so many days of a whole; all of it where it is shorter. */
export function newestDays(whole: TimeWindow, days: number): TimeWindow {
  return within({ from: whole.to - days * DAY_SECONDS, to: whole.to }, whole)
}

/** A window `factor` times as wide in which `around` stays where it is; above 1 shows more. */
export function zoomed(window: TimeWindow, factor: number, around: number, whole: TimeWindow): TimeWindow {
  const wanted = (window.to - window.from) * factor
  const width = Math.min(Math.max(wanted, WINDOW_SECONDS_MIN), whole.to - whole.from)
  const share = (around - window.from) / (window.to - window.from)
  const from = around - share * width
  return within({ from, to: from + width }, whole)
}

/** The same width, moved just so far that a time is in it with some air. */
export function revealing(window: TimeWindow, time: number, whole: TimeWindow): TimeWindow {
  const width = window.to - window.from
  const air = width * 0.05
  if (time < window.from + air) return within({ from: time - air, to: time - air + width }, whole)
  if (time > window.to - air) return within({ from: time + air - width, to: time + air }, whole)
  return window
}

/** Moved into the whole, and no wider. */
export function within(window: TimeWindow, whole: TimeWindow): TimeWindow {
  const width = Math.min(window.to - window.from, whole.to - whole.from)
  const from = Math.min(Math.max(window.from, whole.from), whole.to - width)
  return { from, to: from + width }
}

/** Room for all values, and for the range where it isn't so far off that it would flatten them. */
export function valueRange(points: readonly ChartPoint[]): [number, number] {
  const values = points.map((point) => point.value)
  const low = Math.min(...values)
  const high = Math.max(...values)
  const span = Math.max(high - low, Math.abs(high) * 0.2, Number.EPSILON)
  const bounds = points.flatMap((point) => [point.low, point.high]).filter((bound) => bound !== null)
  const near = bounds.filter((bound) => bound >= low - 1.5 * span && bound <= high + 1.5 * span)
  const bottom = Math.min(low, ...near)
  const top = Math.max(high, ...near)
  const margin = Math.max(top - bottom, span) * 0.12
  return [low >= 0 ? Math.max(0, bottom - margin) : bottom - margin, top + margin]
}

/** Labels of a time axis, as long as its span needs them; what would stand twice is left out. */
export function timeLabels(splits: readonly number[], locale: string): string[] {
  const span = (splits.at(-1) ?? 0) - (splits[0] ?? 0)
  const isLong = span > 2 * YEAR_SECONDS
  const isShort = span < 120 * DAY_SECONDS
  const format = new Intl.DateTimeFormat(
    locale,
    isLong ? { year: 'numeric' } : isShort ? { day: 'numeric', month: 'short' } : { month: 'short', year: '2-digit' },
  )
  let before = ''
  return splits.map((split) => {
    const label = format.format(split * 1000)
    if (label === before) return ''
    before = label
    return label
  })
}

/** Index of the time that is nearest; 0 where there is none. */
export function nearest(times: readonly number[], time: number): number {
  let best = 0
  times.forEach((candidate, index) => {
    if (Math.abs(candidate - time) < Math.abs((times[best] ?? Infinity) - time)) best = index
  })
  return best
}
