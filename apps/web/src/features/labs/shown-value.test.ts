import { expect, test } from 'vitest'
import { shownUnit, shownValue } from './shown-value.ts'

const part = (label: string, valueText: string, unit = 'mm[Hg]') => ({ label, valueText, unit })

test('a blood pressure reads systolic first, in the unit of both', () => {
  const pressure = {
    valueText: '',
    unit: '',
    components: [part('Diastolic Blood Pressure', '81'), part('Systolic Blood Pressure', '130')],
  }
  expect(shownValue(pressure)).toBe('130/81')
  expect(shownUnit(pressure)).toBe('mm[Hg]')
})

test('a value of its own comes before those of its parts', () => {
  expect(shownValue({ valueText: '7', components: [part('Appearance', '2', '')] })).toBe('7')
  expect(shownUnit({ valueText: '', unit: '', components: [part('a', '1', 'mg'), part('b', '2', 'g')] })).toBe('')
  expect(shownValue({ valueText: '', components: [] })).toBe('')
})
