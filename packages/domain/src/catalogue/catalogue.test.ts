import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseFhirDecimal } from '../quantity/parse-decimal.ts'
import { loadCatalogue } from './catalogue.ts'
import { mapRows } from './table.ts'

const catalogue = await loadCatalogue()

describe('the catalogue', () => {
  test('holds 392 markers, 93 compounds and 143 printed units, each id once', () => {
    expect(catalogue.markers.length).toBe(392)
    expect(catalogue.compounds.length).toBe(93)
    expect(catalogue.unitAliases.length).toBe(143)
    expect(catalogue.markerById.size).toBe(392)
    expect(catalogue.compoundById.size).toBe(93)
  })

  test('gives each LOINC code to one marker, with its check digit right (LOINC Users’ Guide, mod 10)', () => {
    const codes = catalogue.markers.flatMap(({ loincCodes }) => loincCodes)
    expect(codes.length).toBe(547)
    expect(new Set(codes).size).toBe(codes.length)
    for (const code of codes) expect(code.slice(-1), code).toBe(checkDigit(code.slice(0, -2)))
  })

  test('holds exact decimals wherever a number stands, and factors above zero', () => {
    for (const marker of catalogue.markers) {
      const intervals = Object.values(marker.intervals).flatMap(({ low, high }) => [low, high])
      const factors = marker.otherUnits.flatMap(({ factor, offset }) => [factor, offset])
      const others = [marker.limitMin, marker.limitMax, marker.molarMass, marker.cviPct, marker.cvaPct]
      for (const text of [...intervals, ...factors, ...others]) {
        if (text !== null && text !== undefined) expect(parseFhirDecimal(text).ok, `${marker.id} ${text}`).toBe(true)
      }
      for (const { factor, unit } of marker.otherUnits) {
        expect(unit).not.toBe('')
        expect(Number(factor), `${marker.id} ${unit}`).toBeGreaterThan(0)
      }
      expect(Number.isInteger(marker.decimals)).toBe(true)
    }
  })

  test('has 17 markers with ranks instead of a unit, and the expected finding among the ranks', () => {
    const ordinal = catalogue.markers.filter(({ canonicalUnit }) => canonicalUnit === null)
    expect(ordinal.length).toBe(17)
    for (const { id, ordinalScale, limitMax } of ordinal) {
      expect(ordinalScale?.ranks, id).toContain(ordinalScale?.expected)
      expect(ordinalScale?.ranks.length, id).toBe(Number(limitMax) + 1)
    }
  })

  test('names only markers that it has as those to watch with a compound', () => {
    for (const { id, monitorMarkers } of catalogue.compounds) {
      for (const marker of monitorMarkers) expect(catalogue.markerById.has(marker), `${id} ${marker}`).toBe(true)
    }
  })

  test('ships the LOINC notice beside the codes', () => {
    const notice = readFileSync(join(import.meta.dirname, '../../LOINC-NOTICE.md'), 'utf8')
    expect(notice).toContain('copyright © Regenstrief Institute, Inc.')
    expect(notice).toContain('http://loinc.org/license')
  })

  test('refuses a table whose rows or columns are not those expected', () => {
    expect(() => mapRows({ columns: ['a', 'b'], rows: [['1']] }, (cell) => cell('a'))).toThrow('another length')
    expect(() => mapRows({ columns: ['a'], rows: [['1']] }, (cell) => cell('b'))).toThrow('no column b')
  })
})

function checkDigit(digits: string): string {
  const reversed = [...digits].reverse()
  const odd = Number(reversed.filter((_, index) => index % 2 === 0).join('')) * 2
  const sum = [...String(odd), ...reversed.filter((_, index) => index % 2 === 1)].reduce(
    (total, digit) => total + Number(digit),
    0,
  )
  return String((10 - (sum % 10)) % 10)
}
