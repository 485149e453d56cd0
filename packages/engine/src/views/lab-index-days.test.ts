import { loadCatalogue } from '@salus/domain'
import type { RecordState, StreamState } from '@salus/sync'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LabIndex } from './lab-index.ts'

const catalogue = await loadCatalogue()

interface Row {
  readonly marker: string
  readonly text: string
  readonly precision: 'day' | 'month' | 'instant'
  readonly instantMs?: number
  readonly isDeleted: boolean
}

const rows: fc.Arbitrary<Row> = fc
  .record({
    marker: fc.constantFrom('shbg', 'ferritin'),
    day: fc.integer({ min: 1, max: 9 }),
    hour: fc.integer({ min: 0, max: 23 }),
    offset: fc.constantFrom('-12:00', 'Z', '+14:00'),
    precision: fc.constantFrom('day' as const, 'month' as const, 'instant' as const),
    isDeleted: fc.boolean(),
  })
  .map(({ marker, day, hour, offset, precision, isDeleted }) => {
    const date = `2026-03-0${day}`
    if (precision === 'month') return { marker, text: '2026-03', precision, isDeleted }
    if (precision === 'day') return { marker, text: date, precision, isDeleted }
    const text = `${date}T${String(hour).padStart(2, '0')}:00:00${offset}`
    return { marker, text, precision, instantMs: Date.parse(text), isDeleted }
  })

/** As much of a record as the index reads. */
function record(id: string, { marker, isDeleted, text, precision, instantMs }: Row): RecordState {
  const takenAt = { text, precision, ...(instantMs === undefined ? {} : { instantMs }) }
  const read = { id, kind: 'labResult', isDeleted, shown: { marker, takenAt }, newestStamp: { hlc: 1 } }
  // The index reads these members alone.
  return read as unknown as RecordState
}

test('after any changes the days are those that a look at all records gives', () => {
  const changes = fc.array(fc.tuple(fc.integer({ min: 0, max: 12 }), rows), { maxLength: 60 })
  fc.assert(
    fc.property(changes, fc.integer({ min: 1, max: 9 }), (all, oldest) => {
      const records = new Map<string, RecordState>()
      const plain = new Map<string, Row>()
      // The index reads the records alone.
      const stream = { records } as unknown as StreamState
      const index = new LabIndex(catalogue)
      for (const [number, row] of all) {
        const id = `r${number}`
        records.set(id, record(id, row))
        plain.set(id, row)
        index.update(stream, [id])
        expect(index.days).toEqual(daysOf(plain))
      }
      const oldestDay = `2026-03-0${oldest}`
      for (const series of ['shbg', 'ferritin']) {
        const expected = [...plain].flatMap(([id, row]) =>
          !row.isDeleted && row.marker === series && row.precision !== 'month' && row.text.slice(0, 10) >= oldestDay
            ? [`${id} ${row.text.slice(0, 10)}`]
            : [],
        )
        const found = index.since(series, oldestDay).map(({ id, day }) => `${id} ${day}`)
        expect(found.toSorted()).toEqual(expected.toSorted())
      }
    }),
  )
})

function daysOf(plain: ReadonlyMap<string, Row>): string[] {
  const days = [...plain.values()].flatMap((row) =>
    row.isDeleted || row.precision === 'month' ? [] : [row.text.slice(0, 10)],
  )
  return [...new Set(days)].sort().reverse()
}
