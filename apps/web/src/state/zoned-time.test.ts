import { expect, test } from 'vitest'
import { wallTime } from './zoned-time.ts'

test('an instant is the day and time of its zone, at midnight and over the change of the clocks too', () => {
  const midnight = Date.parse('2026-11-24T23:00:00Z')
  expect(wallTime(midnight, 'Europe/Vienna')).toEqual({ day: '2026-11-25', time: '00:00' })
  expect(wallTime(midnight, 'America/New_York')).toEqual({ day: '2026-11-24', time: '18:00' })
  expect(wallTime(Date.parse('2026-10-25T00:30:00Z'), 'Europe/Vienna')).toEqual({ day: '2026-10-25', time: '02:30' })
  expect(wallTime(Date.parse('2026-10-25T01:30:00Z'), 'Europe/Vienna')).toEqual({ day: '2026-10-25', time: '02:30' })
})

test('an unknown zone is read as the device has it', () => {
  expect(wallTime(Date.parse('2026-01-01T12:00:00Z'), 'Mars/Olympus').day).toBe('2026-01-01')
})
