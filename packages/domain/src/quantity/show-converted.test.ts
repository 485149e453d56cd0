import { expect, test } from 'vitest'
import { loadCatalogue } from '../catalogue/catalogue.ts'
import type { Marker } from '../catalogue/marker.ts'
import { convertedText, otherUnitOf } from './show-converted.ts'

const catalogue = await loadCatalogue()

function marker(id: string): Marker {
  const found = catalogue.markerById.get(id)
  if (found === undefined) throw new Error(`no marker ${id}`)
  return found
}

test('a converted number has as many digits as the reported one, three at least and six at most', () => {
  const third = { numerator: 1n, denominator: 3n }
  expect(convertedText(third, { coefficient: 5n, exponent: 0 })).toBe('0.333')
  expect(convertedText(third, { coefficient: -1600n, exponent: -2 })).toBe('0.3333')
  expect(convertedText(third, { coefficient: 123456789n, exponent: 0 })).toBe('0.333333')
  expect(convertedText({ numerator: 1_234_567n, denominator: 1n }, { coefficient: 5n, exponent: 0 })).toBe('1230000')
})

test('the other unit of a mass is one of moles, of HbA1c the other scale, and of a count none that says the same', () => {
  const testosterone = marker('testosterone-total')
  expect(otherUnitOf('ng/dL', testosterone)).toBe('nmol/L')
  expect(otherUnitOf('nmol/L', testosterone)).toBe('ng/dL')
  expect(otherUnitOf('%', marker('hba1c'))).toBe('mmol/mol')
  const own: Marker = { ...testosterone, canonicalUnit: '[arb]', otherUnits: [] }
  expect(otherUnitOf('[arb]', own)).toBeNull()
})
