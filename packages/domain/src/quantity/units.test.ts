import { present } from '@salus/base'
import { describe, expect, test } from 'vitest'
import { loadCatalogue } from '../catalogue/catalogue.ts'
import type { Marker } from '../catalogue/marker.ts'
import { isUnitOf } from './convert.ts'
import { UNIT_LENGTH_MAX } from './ucum-scale.ts'
import { unitsOf } from './units.ts'

const catalogue = await loadCatalogue()

function marker(id: string): Marker {
  return present(catalogue.markerById.get(id), id)
}

describe('reading a printed unit', () => {
  test.each([
    ['ng/dl', 'ng/dL'],
    ['µg/dL', 'ug/dL'],
    ['μg/dL', 'ug/dL'],
    ['mcg/dL', 'ug/dL'],
    ['x10E3/uL', '10*3/uL'],
    ['K/uL', '10*3/uL'],
    ['mIU/L', 'm[IU]/L'],
    ['mmHg', 'mm[Hg]'],
    ['mm/hr', 'mm/h'],
    ['nmol/L', 'nmol/L'],
    ['mg/L', 'mg/L'],
    [' pg/mL ', 'pg/mL'],
  ])('%s means %s without a marker', (printed, ucum) => {
    expect(catalogue.units.read(printed)).toEqual({ ok: true, value: { ucum, fits: false } })
  })

  test.each([
    ['IU/L', 'alt', 'U/L'],
    ['IU/L', 'lh', '[IU]/L'],
    ['G/L', 'wbc', '10*9/L'],
    ['G/L', 'hemoglobin', 'g/L'],
    ['MG/DL', 'ldl-c', 'mg/dL'],
    ['x10^9/L', 'wbc', '10*9/L'],
    ['x10*9/L', 'platelets', '10*9/L'],
    ['mg/g', 'calcium-creatinine-urine', 'mg/g{creat}'],
    ['nmol/l', 'testosterone-total', 'nmol/L'],
    ['mg/L', 'testosterone-total', 'mg/L'],
  ])('%s of %s is %s', (printed, id, ucum) => {
    expect(catalogue.units.read(printed, marker(id))).toEqual({ ok: true, value: { ucum, fits: true } })
  })

  test('mg/dL of urea asks whether it is of urea or of its nitrogen', () => {
    expect(catalogue.units.read('mg/dL', marker('urea'))).toEqual({
      ok: false,
      error: { type: 'AmbiguousUnit', candidates: ['mg/dL{BUN}', 'mg/dL{urea}'] },
    })
  })

  test('a known unit that does not fit the marker says so', () => {
    expect(catalogue.units.read('mmHg', marker('tsh'))).toEqual({ ok: true, value: { ucum: 'mm[Hg]', fits: false } })
    expect(catalogue.units.read('nmol/L', marker('lpa-mass'))).toEqual({
      ok: true,
      value: { ucum: 'nmol/L', fits: false },
    })
  })

  test('what is no unit is unknown', () => {
    expect(catalogue.units.read('furlongs')).toEqual({ ok: false, error: { type: 'UnknownUnit' } })
    expect(catalogue.units.read('')).toEqual({ ok: false, error: { type: 'UnknownUnit' } })
    expect(catalogue.units.read('g'.repeat(UNIT_LENGTH_MAX + 1))).toEqual({ ok: false, error: { type: 'UnknownUnit' } })
  })

  test('each unit of each marker is read as itself and can be converted', () => {
    for (const each of catalogue.markers) {
      for (const unit of unitsOf(each)) {
        const read = catalogue.units.read(unit, each)
        expect(read, `${each.id} ${unit}`).toMatchObject({ ok: true, value: { fits: true } })
        expect(read.ok && isUnitOf(read.value.ucum, each), `${each.id} ${unit}`).toBe(true)
      }
    }
  })

  test('each alias of the table is read as its UCUM code when it stands alone', () => {
    for (const { printed, ucum } of catalogue.unitAliases) {
      if (/\((?:enzymes|cells|grip)\)/.test(printed)) continue
      expect(catalogue.units.read(printed), printed).toMatchObject({ ok: true, value: { ucum } })
    }
  })
})
