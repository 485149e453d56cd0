import type { CheckInScale } from '@salus/engine/api'
import type { CheckInView } from '@salus/engine/view-types'

const DAY_MS = 86_400_000

/** A stretch of days, both ends included, as days since 1970-01-01. */
export interface DaySpan {
  readonly from: number
  readonly to: number
}

/** A rating, or a mean of some, at a day. */
export interface CoursePoint {
  readonly day: number
  readonly value: number
}

/** Days that the line's mean is taken over: the day itself and those before it. */
export const MEAN_DAYS = 7

/** `YYYY-MM-DD` as days since 1970-01-01: calendar days have no zone, and each is as long as the next. */
export function dayNumber(day: string): number {
  return Math.round(Date.parse(`${day}T00:00Z`) / DAY_MS)
}

export function dayOfNumber(number: number): string {
  return new Date(number * DAY_MS).toISOString().slice(0, 10)
}

/** The newest so many days up to today; without a number all that there are, at least a month. */
export function spanOf(checkIns: readonly CheckInView[], today: string, days: number | undefined): DaySpan {
  const to = Math.max(dayNumber(today), dayNumber(checkIns.at(-1)?.day ?? today))
  const first = dayNumber(checkIns[0]?.day ?? today)
  return { from: days === undefined ? Math.min(first, to - SHORTEST_DAYS) : to - days, to }
}

const SHORTEST_DAYS = 30

/** What was rated on a scale, oldest first. */
export function ratingsOf(checkIns: readonly CheckInView[], scale: CheckInScale): CoursePoint[] {
  return checkIns.flatMap((checkIn) => {
    const value = checkIn[scale]
    return value === null ? [] : [{ day: dayNumber(checkIn.day), value }]
  })
}

/**
 * Means of the ratings of {@link MEAN_DAYS} days up to each rated one, in pieces: where no rating lies within so many
 * days there is nothing to draw a line through.
 */
export function meanLines(ratings: readonly CoursePoint[]): CoursePoint[][] {
  const lines: CoursePoint[][] = []
  let from = 0
  let sum = 0
  let before = -Infinity
  for (const [index, { day, value }] of ratings.entries()) {
    sum += value
    while ((ratings[from]?.day ?? day) <= day - MEAN_DAYS) sum -= ratings[from++]?.value ?? 0
    if (day - before > MEAN_DAYS) lines.push([])
    lines.at(-1)?.push({ day, value: sum / (index - from + 1) })
    before = day
  }
  return lines
}

/** First days of months to name on the axis, so many that they can be read beside each other. */
export function monthTicks({ from, to }: DaySpan, ticksMax: number): number[] {
  const firsts: number[] = []
  for (let day = from; day <= to; day++) if (dayOfNumber(day).endsWith('-01')) firsts.push(day)
  const step = MONTH_STEPS.find((months) => firsts.length / months <= ticksMax) ?? 12
  return firsts.filter((day) => (Number(dayOfNumber(day).slice(5, 7)) - 1) % step === 0)
}

const MONTH_STEPS = [1, 2, 3, 6, 12]
