import { loadCatalogue } from '@salus/domain'
import { expect, test } from 'vitest'
import type { LabResultInput } from '../api.ts'
import { readLabResultInput } from './lab-result-input.ts'

const catalogue = await loadCatalogue()
const NOW_MS = Date.parse('2026-11-24T12:00:00Z')

function read(markerId: string, valueText: string, unit: string, more: Partial<LabResultInput> = {}): unknown {
  const result = readLabResultInput(
    catalogue,
    {
      markerId,
      label: '',
      valueText,
      unit,
      takenAt: '2026-11-18',
      zone: 'UTC',
      rangeLow: '',
      rangeHigh: '',
      note: '',
      ...more,
    },
    NOW_MS,
  )
  return result.ok ? result.value.value : result.error
}

test('a value outside of what is plausible is asked back with the units in which it would be plausible', () => {
  const ask = { type: 'InvalidField', field: 'valueText', reason: 'implausible' }
  expect(read('hba1c', '35', '%')).toEqual({ ...ask, units: ['mmol/mol'] })
  expect(read('testosterone-total', '577', 'nmol/L')).toEqual({ ...ask, units: ['ng/dL'] })
  // A slip of the decimal sign is plausible in no unit.
  expect(read('hematocrit', '501', '%')).toEqual({ ...ask, units: [] })
})

test('the person can keep it, and the limits themselves are plausible', () => {
  const kept = { kind: 'quantity', text: '35', unit: '%', ucum: '%' }
  expect(read('hba1c', '35', '%', { isImplausibleConfirmed: true })).toEqual(kept)
  expect(read('hba1c', '22', '%')).toMatchObject({ text: '22' })
  expect(read('hba1c', '22.01', '%')).toMatchObject({ reason: 'implausible' })
})

test('nothing is asked where the unit or the value says too little', () => {
  expect(read('hba1c', '35', '')).toMatchObject({ text: '35' })
  expect(read('hba1c', '35', 'apples')).toMatchObject({ text: '35' })
  expect(read('hba1c', 'high', '%')).toMatchObject({ kind: 'text' })
})
