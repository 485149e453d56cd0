import { expect, test } from 'vitest'
import { unitText } from './unit-text.ts'

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
