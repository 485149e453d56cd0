import { type Bytes, utf8ToBytes } from '@salus/base'
import markers from '../../packages/domain/src/catalogue/markers.json' with { type: 'json' }
import { createSeededNumbers } from '../../packages/domain/src/sample/seeded-numbers.ts'

/** Markers down and days across. */
export interface GridSize {
  readonly label: string
  readonly markers: number
  readonly days: number
}

const FIRST_DAY_MS = Date.UTC(2021, 0, 4)
const DAYS_BETWEEN_MS = 30 * 86_400_000

/** One result of each marker on each day, as a laboratory's file: FHIR R4 Observations, one a line. */
export function gridNdjson({ markers: markerCount, days }: GridSize): Bytes {
  const next = createSeededNumbers(5)
  const lines = codedMarkers(markerCount).flatMap(({ loinc, unit, name, low, high }) =>
    Array.from({ length: days }, (_, day) =>
      JSON.stringify({
        resourceType: 'Observation',
        id: `${loinc}-${day}`,
        status: 'final',
        code: { coding: [{ system: 'http://loinc.org', code: loinc }], text: name },
        effectiveDateTime: new Date(FIRST_DAY_MS + day * DAYS_BETWEEN_MS).toISOString().slice(0, 10),
        valueQuantity: {
          value: Number((low + next() * (high - low)).toPrecision(3)),
          unit,
          system: 'http://unitsofmeasure.org',
          code: unit,
        },
      }),
    ),
  )
  return utf8ToBytes(`${lines.join('\n')}\n`)
}

/** The first markers of the catalogue that have a code and a unit. */
function codedMarkers(count: number) {
  const at = (row: readonly string[], column: string): string => row[markers.columns.indexOf(column)] ?? ''
  return markers.rows
    .map((row) => ({
      name: at(row, 'name'),
      loinc: at(row, 'loinc').split('|')[0] ?? '',
      unit: at(row, 'ucum_canonical'),
      low: Number(at(row, 'limit_min')),
      high: Number(at(row, 'limit_max')),
    }))
    .filter(({ loinc, unit }) => loinc !== '' && unit !== '')
    .slice(0, count)
}
