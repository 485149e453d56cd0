import type { CheckInView } from '@salus/engine/view-types'
import { describe, expect, test } from 'vitest'
import { dayNumber, dayOfNumber, meanLines, monthTicks, ratingsOf, spanOf } from './check-in-course.ts'

const checkIn = (day: string, energy: number | null): CheckInView => ({
  id: day,
  day,
  energy,
  mood: null,
  libido: null,
  sleep: null,
  sideEffects: null,
  note: '',
})

describe('The line of a scale', () => {
  test('is the plain mean of the ratings within seven days, each counted once', () => {
    const ratings = [1, 5, 3, 4, 2, 5, 5, 1, 2, 3].map((value, index) => ({ day: 100 + index, value }))
    const [line = []] = meanLines(ratings)
    expect(line).toHaveLength(ratings.length)
    for (const { day, value } of line) {
      const within = ratings.filter((rating) => rating.day > day - 7 && rating.day <= day)
      expect(value).toBeCloseTo(within.reduce((sum, rating) => sum + rating.value, 0) / within.length)
    }
  })

  test('breaks where no rating lies within seven days, and a day without a rating is no zero', () => {
    const days = [
      checkIn('2026-11-01', 2),
      checkIn('2026-11-02', null),
      checkIn('2026-11-08', 4),
      checkIn('2026-11-16', 5),
    ]
    const lines = meanLines(ratingsOf(days, 'energy'))
    expect(lines.map((line) => line.map(({ value }) => value))).toEqual([[2, 4], [5]])
  })
})

describe('The axis', () => {
  test('counts calendar days, also over a change of clocks', () => {
    expect(dayNumber('2026-10-26') - dayNumber('2026-10-24')).toBe(2)
    expect(dayOfNumber(dayNumber('2024-02-29'))).toBe('2024-02-29')
  })

  test('ends today, and reaches back as far as is asked for, or to the first', () => {
    const days = [checkIn('2025-01-01', 2), checkIn('2026-11-20', 3)]
    expect(spanOf(days, '2026-11-24', 91)).toEqual({ from: dayNumber('2026-08-25'), to: dayNumber('2026-11-24') })
    expect(spanOf(days, '2026-11-24', undefined).from).toBe(dayNumber('2025-01-01'))
    expect(spanOf([], '2026-11-24', undefined)).toEqual({
      from: dayNumber('2026-10-25'),
      to: dayNumber('2026-11-24'),
    })
  })

  test('names months, fewer of them the longer it is', () => {
    const span = { from: dayNumber('2024-11-24'), to: dayNumber('2026-11-24') }
    expect(monthTicks({ ...span, from: dayNumber('2026-08-25') }, 5).map(dayOfNumber)).toEqual([
      '2026-09-01',
      '2026-10-01',
      '2026-11-01',
    ])
    expect(monthTicks(span, 5).map(dayOfNumber)).toEqual(['2025-01-01', '2025-07-01', '2026-01-01', '2026-07-01'])
  })
})
