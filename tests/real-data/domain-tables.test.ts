import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { present } from '@salus/base'
import { convertQuantity, loadCatalogue, parseFhirDecimal, rationalToNumber } from '@salus/domain'
import { describe, expect, test } from 'vitest'
import compounds from '../../packages/domain/src/catalogue/compounds.json' with { type: 'json' }
import markers from '../../packages/domain/src/catalogue/markers.json' with { type: 'json' }
import unitAliases from '../../packages/domain/src/catalogue/unit-aliases.json' with { type: 'json' }

/* The reference tables that the catalogues were carried from lie beside the repository; without them this is skipped. */
const dataFolder = process.env['SALUS_REAL_DATA'] ?? join(import.meta.dirname, '../../../shared/data')
const domainFolder = join(dataFolder, '../domain')
const hasTables = existsSync(join(domainFolder, 'markers.csv'))

describe.skipIf(!hasTables)('the carried tables', () => {
  test.each([
    ['markers.csv', markers],
    ['compounds.csv', compounds],
    ['unit_aliases.csv', unitAliases],
  ])('%s is carried row by row and field by field', (file, table) => {
    const [columns, ...rows] = parseCsv(readFileSync(join(domainFolder, file), 'utf8'))
    expect(table.columns).toEqual(columns)
    expect(table.rows.length).toBe(rows.length)
    for (const [index, row] of rows.entries()) expect(table.rows[index]).toEqual(row)
  })

  test('the HbA1c check vectors are met by the conversion of units', async () => {
    const hba1c = present((await loadCatalogue()).markerById.get('hba1c'), 'HbA1c')
    const vectors = readCheckVectors().filter(({ fn }) => fn === 'eag')
    expect(vectors.length).toBe(2)
    for (const vector of vectors) {
      const value = parseFhirDecimal(String(vector.in['a1c']))
      if (!value.ok) throw new Error('a check vector without a number')
      const converted = convertQuantity({ value: value.value }, '%', 'mmol/mol', hba1c)
      const relative = converted.ok ? rationalToNumber(converted.value.value) / Number(vector.out['ifcc']) : Number.NaN
      expect(Math.abs(relative - 1)).toBeLessThan(1e-5)
    }
  })
})

interface CheckVector {
  readonly fn: string
  readonly in: Readonly<Record<string, unknown>>
  readonly out: Readonly<Record<string, unknown>>
}

function readCheckVectors(): readonly CheckVector[] {
  // The reference's own file; the test reads numbers from it and fails where there are none.
  return JSON.parse(readFileSync(join(domainFolder, 'checks.json'), 'utf8')) as readonly CheckVector[]
}

/** RFC 4180, enough for the reference tables: quoted fields with doubled quotes, CRLF or LF. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  for (const match of text.matchAll(/("(?:[^"]|"")*"|[^,\r\n]*)(,|\r?\n|$)/g)) {
    const [, field = '', end = ''] = match
    if (field === '' && end === '' && row.length === 0) break
    row.push(field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field)
    if (end === ',') continue
    rows.push(row)
    row = []
  }
  return rows
}
