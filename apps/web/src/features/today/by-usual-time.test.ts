import type { DoseView } from '@salus/engine/view-types'
import { expect, test } from 'vitest'
import { byUsualTime } from './by-usual-time.ts'

const dose = (id: string, takenAt: string): DoseView => ({
  id,
  compoundId: null,
  label: id,
  amountText: '1',
  unit: 'mg',
  takenAtMs: Date.parse(takenAt),
  zone: 'UTC',
  site: '',
  note: '',
  isOnRelay: true,
  conflicts: [],
})

test('what was last taken at about this time of the day comes first, midnight being no border', () => {
  const doses = [
    dose('evening', '2026-11-23T21:00Z'),
    dose('morning', '2026-11-20T07:10Z'),
    dose('night', '2026-11-22T00:10Z'),
  ]
  const orderAt = (time: string): string[] => byUsualTime(doses, Date.parse(time)).map(({ id }) => id)
  expect(orderAt('2026-11-24T07:00Z')).toEqual(['morning', 'night', 'evening'])
  expect(orderAt('2026-11-24T23:50Z')).toEqual(['night', 'evening', 'morning'])
})
