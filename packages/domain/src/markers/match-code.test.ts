import { describe, expect, test } from 'vitest'
import { loadCatalogue } from '../catalogue/catalogue.ts'
import type { ReportedAnalyte } from './match-code.ts'

const { matcher, markers } = await loadCatalogue()

function match(analyte: Partial<ReportedAnalyte>): string | null {
  return matcher.match({ codings: [], label: '', ...analyte })?.marker.id ?? null
}

describe('matching a reported result to a marker', () => {
  test('each LOINC code of the catalogue finds its marker, whatever the label says', () => {
    for (const marker of markers) {
      for (const code of marker.loincCodes) {
        expect(match({ codings: [{ system: 'http://loinc.org', code }], label: 'something' })).toBe(marker.id)
      }
    }
  })

  test('a known code counts behind others, and in LOINC’s own systems only', () => {
    const codings = [
      { system: 'http://acme.org', code: '2986-8' },
      { system: 'urn:oid:2.16.840.1.113883.6.1', code: '718-7' },
    ]
    expect(match({ codings })).toBe('hemoglobin')
    expect(match({ codings: [{ system: 'http://acme.org', code: '718-7' }] })).toBeNull()
    expect(match({ codings: [{ code: '718-7' }] })).toBeNull()
  })

  test('without a known code the label decides when the unit fits', () => {
    expect(match({ label: 'Calcium, Serum', unit: 'mg/dL' })).toBe('calcium')
    expect(match({ label: 'CALCIUM', unit: 'mg/dL' })).toBe('calcium')
    expect(match({ label: 'Hämoglobin', unit: 'g/dl' })).toBe('hemoglobin')
    expect(match({ label: 'Hämoglobin', unit: 'mmHg' })).toBeNull()
    expect(match({ label: 'Hämoglobin' })).toBeNull()
    expect(match({ label: 'Hämoglobine', unit: 'g/dl' })).toBeNull()
  })

  test('urea in mg/dL, which may be urea or its nitrogen, is nobody’s', () => {
    expect(match({ label: 'Urea', unit: 'mg/dL' })).toBeNull()
    expect(match({ label: 'Urea', unit: 'mmol/L' })).toBe('urea')
  })

  test('another specimen, or one that is not known, speaks against it', () => {
    expect(match({ label: 'Glucose', unit: 'mg/dL', specimen: 'Serum' })).toBe('glucose-fasting')
    expect(match({ label: 'Glucose', unit: 'mg/dL', specimen: 'Specimen/101' })).toBe('glucose-fasting')
    expect(match({ label: 'Glucose', unit: 'mg/dL', specimen: 'Urine, clean catch' })).toBeNull()
    expect(match({ label: 'Glucose', unit: 'mg/dL', specimen: 'Cerebrospinal fluid' })).toBeNull()
  })

  test('a LOINC long name is taken apart, and its system counts as the specimen', () => {
    expect(match({ label: 'Calcium [Mass/volume] in Serum or Plasma', unit: 'mg/dL' })).toBe('calcium')
    expect(match({ label: 'Glucose [Mass/volume] in Cerebral spinal fluid', unit: 'mg/dL' })).toBeNull()
    expect(match({ label: 'Leukocytes [#/volume] in Urine', unit: '/uL' })).toBeNull()
    expect(match({ label: 'Calcium.ionized [Mass/volume] in Serum', unit: 'mg/dL' })).toBeNull()
  })

  test('a marker of ranks takes words, not numbers with a unit', () => {
    expect(match({ label: 'Nitrite, Urine' }) ?? match({ label: 'Nitrite' })).toBe('urine-nitrite')
    expect(match({ label: 'Nitrite, Urine', unit: 'mg/dL' }) ?? match({ label: 'Nitrite', unit: 'mg/dL' })).toBeNull()
  })
})
