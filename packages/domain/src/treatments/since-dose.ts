import type { ReportedTime } from '../records/reported-time.ts'
import { sortKeyMs } from '../records/reported-time.ts'

/** How long after the newest dose something was. */
export interface SinceDose<T> {
  readonly dose: T
  /** Whole hours; null when one of the two is known to the day only. */
  readonly hours: number | null
  /** Calendar days as they were reported. Without hours, 0 is the same day, and nobody knows which came first. */
  readonly days: number
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/**
 * The newest dose that was taken before, or on the very day where the time of one of them isn't known.
 *
 * @param doses oldest first
 * @returns null without such a dose, and where the time is not known to the day
 */
export function sinceDose<T extends { readonly takenAt: ReportedTime }>(
  at: ReportedTime,
  doses: readonly T[],
): SinceDose<T> | null {
  const day = dayMs(at)
  if (day === null) return null
  for (const dose of doses.toReversed()) {
    const doseDay = dayMs(dose.takenAt)
    if (doseDay === null) continue
    const hours = hoursBetween(dose.takenAt, at)
    const days = (day - doseDay) / DAY_MS
    if (hours === null ? days >= 0 : hours >= 0) return { dose, hours: hours === null ? null : Math.floor(hours), days }
  }
  return null
}

function hoursBetween(from: ReportedTime, to: ReportedTime): number | null {
  if (from.instantMs === undefined || to.instantMs === undefined) return null
  return (to.instantMs - from.instantMs) / HOUR_MS
}

/** The calendar day in the report's own zone, as its midnight in UTC. */
function dayMs(time: ReportedTime): number | null {
  if (time.precision === 'year' || time.precision === 'month' || time.precision === 'unknown') return null
  return sortKeyMs({ text: time.text.slice(0, 10), precision: 'day' })
}
