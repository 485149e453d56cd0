import { present } from '@salus/base'
import { describe, expect, test } from 'vitest'
import { loadCatalogue } from '../catalogue/catalogue.ts'
import type { Marker } from '../catalogue/marker.ts'
import { isPlausible, plausibleReadings } from '../markers/plausibility.ts'
import { decimalToText } from '../quantity/decimal.ts'
import { roundRational } from '../quantity/rational.ts'
import { convertResult, quantityOf, resultState } from './result-quantity.ts'
import type { ResultValue } from './result-value.ts'

const catalogue = await loadCatalogue()

function marker(id: string): Marker {
  return present(catalogue.markerById.get(id), id)
}

function shown(value: ResultValue, to: string, id: string): string {
  const converted = convertResult(value, to, marker(id), catalogue.units)
  return converted.ok ? decimalToText(roundRational(converted.value.value, 1)) : converted.error.type
}

describe('a reported value as a quantity', () => {
  test('is read with its comma, its exponent and its comparator', () => {
    expect(quantityOf({ kind: 'quantity', comparator: '<', text: '3,5' })).toEqual({
      value: { coefficient: 35n, exponent: -1 },
      comparator: '<',
    })
    expect(quantityOf({ kind: 'quantity', text: '1.0E-2' })).toEqual({ value: { coefficient: 10n, exponent: -3 } })
    expect(quantityOf({ kind: 'text', text: '5' })).toBeNull()
    expect(quantityOf({ kind: 'quantity', text: 'five' })).toBeNull()
  })

  test('is shown in another unit by its UCUM code, else by its print', () => {
    expect(shown({ kind: 'quantity', text: '20', unit: 'nmol/l', ucum: 'nmol/L' }, 'ng/dL', 'testosterone-total')).toBe(
      '576.8',
    )
    expect(shown({ kind: 'quantity', text: '20', unit: 'nmol/l' }, 'ng/dL', 'testosterone-total')).toBe('576.8')
    expect(shown({ kind: 'quantity', text: '20' }, 'ng/dL', 'testosterone-total')).toBe('NoUnit')
    expect(shown({ kind: 'quantity', text: '20', unit: 'mg/dL' }, 'mmol/L', 'urea')).toBe('AmbiguousUnit')
    expect(shown({ kind: 'quantity', text: '30', unit: 'mg/dL' }, 'nmol/L', 'lpa-mass')).toBe('MassMolarRefused')
    expect(shown({ kind: 'absent' }, 'nmol/L', 'tsh')).toBe('NotAQuantity')
  })

  test('is placed in the printed intervals of its own unit only', () => {
    const value: ResultValue = { kind: 'quantity', text: '14', unit: 'g/dl', ucum: 'g/dL' }
    expect(resultState(value, [{ low: '13.5', high: '17.5' }])).toBe('in')
    expect(resultState(value, [{ low: '13.5', high: '17.5', unit: 'g/dL' }])).toBe('in')
    expect(resultState(value, [{ low: '135', high: '175', unit: 'g/L' }])).toBe('unknown')
    expect(resultState(value, [])).toBe('unknown')
    expect(resultState({ kind: 'boolean', value: true }, [{ low: '1' }])).toBe('unknown')
  })
})

describe('plausibility', () => {
  test('a value at a limit is plausible and one beyond is not, in whatever unit', () => {
    const { limitMax } = marker('testosterone-total')
    expect(limitMax).toBe('208')
    expect(isPlausible({ coefficient: 208n, exponent: 0 }, 'nmol/L', marker('testosterone-total'))).toBe(true)
    expect(isPlausible({ coefficient: 2081n, exponent: -1 }, 'nmol/L', marker('testosterone-total'))).toBe(false)
    expect(isPlausible({ coefficient: 577n, exponent: 0 }, 'ng/dL', marker('testosterone-total'))).toBe(true)
    expect(isPlausible({ coefficient: 577n, exponent: 0 }, 'nmol/L', marker('testosterone-total'))).toBe(false)
    expect(isPlausible({ coefficient: 5n, exponent: 0 }, 'mmHg', marker('testosterone-total'))).toBeNull()
    expect(isPlausible({ coefficient: 1n, exponent: 0 }, 'mg/dL', marker('urine-nitrite'))).toBeNull()
  })

  test('it may settle which reading of an ambiguous number was meant', () => {
    expect(plausibleReadings(['1.015', '1015'], '{ratio}', marker('urine-specific-gravity'))).toEqual(['1.015'])
    expect(plausibleReadings(['2.345', '2345'], 'm[IU]/L', marker('tsh'))).toEqual(['2.345'])
    expect(plausibleReadings(['250.000', '250000'], '/uL', marker('platelets'))).toEqual(['250000'])
  })
})
