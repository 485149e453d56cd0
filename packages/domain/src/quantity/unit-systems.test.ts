import { present } from '@salus/base'
import { expect, test } from 'vitest'
import { loadCatalogue } from '../catalogue/catalogue.ts'
import { convertQuantity, isUnitOf } from './convert.ts'
import { systemUnit } from './unit-systems.ts'

const catalogue = await loadCatalogue()
const pair = (id: string): (string | null)[] => {
  const marker = present(catalogue.markerById.get(id), id)
  return [systemUnit(marker, 'si'), systemUnit(marker, 'conventional')]
}

test('a marker’s SI and conventional units are those of its row in the catalogue', () => {
  expect(pair('testosterone-total')).toEqual(['nmol/L', 'ng/dL'])
  expect(pair('estradiol-lcms')).toEqual(['pmol/L', 'pg/mL'])
  expect(pair('hematocrit')).toEqual(['L/L', '%'])
  expect(pair('hemoglobin')).toEqual(['g/L', 'g/dL'])
  expect(pair('hba1c')).toEqual(['mmol/mol', '%'])
  expect(pair('ldl-c')).toEqual(['mmol/L', 'mg/dL'])
  expect(pair('ferritin')).toEqual(['ug/L', 'ng/mL'])
  expect(pair('platelets')).toEqual(['10*9/L', '10*3/uL'])
  expect(pair('sodium')).toEqual(['mmol/L', 'meq/L'])
  expect(pair('lead')).toEqual(['umol/L', 'ug/dL'])
  expect(pair('bun')).toEqual(['mmol/L', 'mg/dL'])
})

test('where the catalogue has no such pair, a marker stays as reported: enzymes, ratios, vital signs, Lp(a) in moles', () => {
  for (const id of [
    'alt',
    'lpa-molar',
    'homocysteine',
    'egfr-creatinine',
    'body-weight',
    'bp-systolic',
    'sodium-intake',
  ])
    expect(pair(id), id).toEqual([null, null])
  expect(systemUnit(present(catalogue.markerById.get('ldl-c'), 'ldl-c'), 'reported')).toBeNull()
})

test('both units of each pair convert into each other', () => {
  let pairs = 0
  for (const marker of catalogue.markers) {
    const [si, conventional] = pair(marker.id)
    if (typeof si !== 'string' || typeof conventional !== 'string') continue
    pairs++
    expect(isUnitOf(si, marker) && isUnitOf(conventional, marker), marker.id).toBe(true)
    const one = { value: { coefficient: 1n, exponent: 0 } }
    expect(convertQuantity(one, si, conventional, marker).ok, marker.id).toBe(true)
  }
  expect(pairs).toBeGreaterThan(150)
})
