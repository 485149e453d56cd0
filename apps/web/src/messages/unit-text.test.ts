import { expect, test } from 'vitest'
import { quantityText, unitText } from './unit-text.ts'

test('UCUM reads as on a report', () => {
  const shown: Readonly<Record<string, string>> = {
    'nmol/L': 'nmol/L',
    'ug/dL': 'µg/dL',
    ug: 'µg',
    '10*9/L': '10⁹/L',
    '10*12/L': '10¹²/L',
    'm[IU]/L': 'mIU/L',
    'u[IU]/mL': 'µIU/mL',
    'mm[Hg]': 'mmHg',
    '{score}': '',
    '%': '%',
    'U/L': 'U/L',
    Cel: '°C',
    'kg/m2': 'kg/m²',
  }
  for (const [unit, text] of Object.entries(shown)) {
    expect(unitText(unit), unit).toBe(text)
  }
})

test('an annotation that a unit is divided by stays, since the unit would not end without it', () => {
  expect(unitText('mL/min/{1.73_m2}')).toBe('mL/min/1.73 m²')
})

test('a number keeps its spelling and has its unit as on a report; other text stays', () => {
  expect(['41 ug/L', '<0,5 ug/L', '-1.5 10*9/L', '3 {score}'].map(quantityText)).toEqual([
    '41 µg/L',
    '<0,5 µg/L',
    '-1.5 10⁹/L',
    '3',
  ])
  expect(['2026-11-24', 'left thigh', 'City lab', '264–916', ''].map(quantityText)).toEqual([
    '2026-11-24',
    'left thigh',
    'City lab',
    '264–916',
    '',
  ])
})
