import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { present } from '@salus/base'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loadCatalogue } from '../catalogue/catalogue.ts'
import type { Marker } from '../catalogue/marker.ts'
import { convertQuantity, isUnitOf } from './convert.ts'
import { decimalToText } from './decimal.ts'
import { parseFhirDecimal } from './parse-decimal.ts'
import { compareRationals, decimalToRational, roundRational, roundRationalToSignificant } from './rational.ts'
import { unitsOf } from './units.ts'

interface ConversionVector {
  readonly marker: string
  readonly value: string
  readonly from: string
  readonly to: string
  readonly places?: number
  readonly shown?: string
  readonly refused?: string
}

const vectorFile = join(import.meta.dirname, '../../../../tests/vectors/domain/unit-conversions.json')
// A file of this repository; a wrong shape fails the tests that read it.
const { vectors } = JSON.parse(readFileSync(vectorFile, 'utf8')) as { vectors: readonly ConversionVector[] }
const catalogue = await loadCatalogue()

function marker(id: string): Marker {
  return present(catalogue.markerById.get(id), id)
}

function decimal(text: string): { coefficient: bigint; exponent: number } {
  const read = parseFhirDecimal(text)
  if (!read.ok) throw new Error(text)
  return read.value
}

describe('convertQuantity', () => {
  test.each(vectors)('$marker $value $from in $to', ({ marker: id, value, from, to, places = 0, shown, refused }) => {
    const converted = convertQuantity({ value: decimal(value) }, from, to, marker(id))
    if (refused !== undefined) expect(converted).toMatchObject({ ok: false, error: { type: refused } })
    else expect(converted.ok && decimalToText(roundRational(converted.value.value, places))).toBe(shown)
  })

  test('a bound stays the same bound', () => {
    const converted = convertQuantity(
      { value: decimal('0.5'), comparator: '<' },
      'ng/dL',
      'nmol/L',
      marker('testosterone-total'),
    )
    expect(converted).toMatchObject({ ok: true, value: { comparator: '<' } })
    const plain = convertQuantity({ value: decimal('0.5') }, 'ng/dL', 'nmol/L', marker('testosterone-total'))
    expect(plain.ok && 'comparator' in plain.value).toBe(false)
  })

  test('there and back between any two units of any marker is exactly the value', () => {
    const pairs = catalogue.markers.flatMap((each) => unitsOf(each).map((unit) => ({ each, unit })))
    expect(pairs.length).toBeGreaterThan(900)
    fc.assert(
      fc.property(
        fc.constantFrom(...pairs),
        fc.integer({ min: 1, max: 10 ** 9 }),
        fc.integer({ min: -6, max: 3 }),
        (pair, digits, exponent) => {
          const value = { coefficient: BigInt(digits), exponent }
          const canonical = present(pair.each.canonicalUnit, 'has a unit')
          const there = convertQuantity({ value }, pair.unit, canonical, pair.each)
          if (!there.ok) throw new Error(`${pair.each.id} ${pair.unit}`)
          // Rounding to very many digits stands in for the exact quotient, which a decimal cannot hold.
          const middle = roundRationalToSignificant(there.value.value, 90)
          const back = convertQuantity({ value: middle }, canonical, pair.unit, pair.each)
          if (!back.ok) throw new Error(`${pair.each.id} ${pair.unit}`)
          expect(
            compareRationals(decimalToRational(roundRational(back.value.value, 30)), decimalToRational(value)),
          ).toBe(0)
        },
      ),
      { numRuns: 500 },
    )
  })

  test('a unit that differs by a power of ten only is converted exactly', () => {
    const crp = convertQuantity({ value: decimal('3.1') }, 'ug/mL', 'mg/L', marker('crp'))
    expect(crp.ok && decimalToText(roundRational(crp.value.value, 2))).toBe('3.10')
    const testosterone = convertQuantity({ value: decimal('6') }, 'mg/L', 'ng/dL', marker('testosterone-total'))
    expect(testosterone.ok && decimalToText(roundRational(testosterone.value.value, 0))).toBe('600000')
  })

  test('numbers without dimension are never scaled into each other: HbA1c % is not mmol/mol', () => {
    expect(isUnitOf('umol/mol', marker('hba1c'))).toBe(false)
    expect(isUnitOf('mmol/mol', marker('hba1c'))).toBe(true)
  })

  test('an ordinal marker has no units', () => {
    expect(isUnitOf('mg/dL', marker('urine-glucose-strip'))).toBe(false)
  })
})
