import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CHECK_IN_SCALES, type CheckIn, RATING_MAX, RATING_MIN, checkInFields, decodeCheckIn } from './check-in.ts'
import { LONG_TEXT_MAX } from './field-reader.ts'

const rating = fc.option(fc.integer({ min: RATING_MIN, max: RATING_MAX }), { nil: null })
const checkIns: fc.Arbitrary<CheckIn> = fc.record({
  takenAt: fc.record({ text: fc.string(), precision: fc.constant('day' as const) }),
  energy: rating,
  mood: rating,
  libido: rating,
  sleep: rating,
  sideEffects: rating,
  note: fc.option(fc.string(), { nil: null }),
})
const takenAt = { text: '2026-11-24', precision: 'day' }

test('a check-in is read back as it was written', () => {
  fc.assert(
    fc.property(checkIns, (checkIn) => {
      expect(decodeCheckIn(checkInFields(checkIn))).toEqual({ ok: true, value: checkIn })
    }),
  )
})

test.each(CHECK_IN_SCALES)('%s is a whole number from 1 to 5', (scale) => {
  for (const good of [RATING_MIN, RATING_MAX]) expect(decodeCheckIn({ takenAt, [scale]: good }).ok).toBe(true)
  for (const bad of [RATING_MIN - 1, RATING_MAX + 1, 2.5, '3'])
    expect(decodeCheckIn({ takenAt, [scale]: bad })).toEqual({ ok: false, error: { type: 'WrongField', field: scale } })
})

test('a check-in needs its time, and its note has a limit', () => {
  expect(decodeCheckIn({})).toMatchObject({ error: { type: 'MissingField', field: 'takenAt' } })
  expect(decodeCheckIn({ takenAt, note: 'a'.repeat(LONG_TEXT_MAX) }).ok).toBe(true)
  expect(decodeCheckIn({ takenAt, note: 'a'.repeat(LONG_TEXT_MAX + 1) })).toMatchObject({
    error: { type: 'FieldTooLong' },
  })
})
