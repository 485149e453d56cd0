import { expect, test } from 'vitest'
import { reportedTime } from '../records/reported-time.ts'
import { sinceDose } from './since-dose.ts'

const dosesAt = (...texts: readonly string[]) => texts.map((text) => ({ takenAt: reportedTime(text) }))
const since = (at: string, ...doses: readonly string[]): string => {
  const found = sinceDose(reportedTime(at), dosesAt(...doses))
  return found === null ? 'none' : `${found.dose.takenAt.text} ${found.hours} h ${found.days} d`
}

test('two instants are hours apart, whatever their zones, and a dose after the draw is not the one before', () => {
  const doses = ['2026-11-11T07:30:00+01:00', '2026-11-18T09:00:00+01:00'] as const
  expect(since('2026-11-18T08:10:00+01:00', ...doses)).toBe('2026-11-11T07:30:00+01:00 168 h 7 d')
  expect(since('2026-11-18T08:00:00Z', ...doses)).toBe('2026-11-18T09:00:00+01:00 0 h 0 d')
})

test('a draw that is known to the day is days after a dose, and of the same day nobody knows the order', () => {
  const doses = ['2026-11-11T07:30:00+01:00', '2026-11-18T23:30:00+01:00', '2026-11-25T07:30:00+01:00'] as const
  expect(since('2026-11-18', ...doses)).toBe('2026-11-18T23:30:00+01:00 null h 0 d')
  expect(since('2026-11-20', ...doses)).toBe('2026-11-18T23:30:00+01:00 null h 2 d')
})

test('without a day, or without a dose before it, nothing is said', () => {
  expect(since('2026-11', '2026-11-01T07:30:00Z')).toBe('none')
  expect(since('2026-11-01T07:00:00Z', '2026-11-01T07:30:00Z')).toBe('none')
  expect(since('2026-11-18', '2026-10')).toBe('none')
})
