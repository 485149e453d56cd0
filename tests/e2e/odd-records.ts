/*
 * A small record written by hand in which nearly everything is odd in a way that real records are: FHIR R4, as a bundle and,
 * with other identities, as NDJSON.
 */

const LOINC = 'http://loinc.org'
const UCUM = 'http://unitsofmeasure.org'

type Resource = Readonly<Record<string, unknown>>

function observation(id: string, code: string, text: string, more: Resource): Resource {
  return {
    resourceType: 'Observation',
    id,
    status: 'final',
    subject: { reference: 'Patient/p1' },
    code: { coding: [{ system: LOINC, code, display: text }], text },
    ...more,
  }
}

const quantity = (value: number, unit: string): Resource => ({ value, unit, system: UCUM, code: unit })
const component = (code: string, text: string, value: number, unit: string): Resource => ({
  code: { coding: [{ system: LOINC, code, display: text }], text },
  valueQuantity: quantity(value, unit),
})

function resources(prefix: string): readonly Resource[] {
  const at = { effectiveDateTime: '2026-05-04' }
  const glucose = observation(`${prefix}-glucose`, '2345-7', 'Glucose', {
    ...at,
    valueQuantity: quantity(5.4, 'mmol/L'),
  })
  return [
    observation(`${prefix}-bound`, '2857-1', 'PSA', {
      ...at,
      valueQuantity: { ...quantity(5, 'ng/mL'), comparator: '<' },
    }),
    observation(`${prefix}-pressure`, '85354-9', 'Blood pressure', {
      ...at,
      component: [component('8480-6', 'Systolic', 128, 'mm[Hg]'), component('8462-4', 'Diastolic', 81, 'mm[Hg]')],
    }),
    observation(`${prefix}-words`, '20447-9', 'HIV RNA', {
      ...at,
      valueString: 'not detected',
      referenceRange: [{ text: 'not detected' }],
    }),
    observation(`${prefix}-absent`, '2276-4', 'Ferritin', {
      ...at,
      dataAbsentReason: { text: 'specimen haemolysed' },
    }),
    observation(`${prefix}-undated`, '3016-3', 'TSH', { valueQuantity: quantity(1.9, 'm[IU]/L') }),
    observation(`${prefix}-no-date`, '2498-4', 'Iron', {
      effectiveDateTime: 'spring',
      valueQuantity: quantity(17, 'umol/L'),
    }),
    glucose,
    glucose,
    observation(`${prefix}-unit`, '2132-9', 'Vitamin B12', { ...at, valueQuantity: { value: 3, unit: 'blobs' } }),
    observation(`${prefix}-wrong`, '2160-0', 'Creatinine', { ...at, status: 'entered-in-error' }),
    { resourceType: 'Patient', id: 'p1' },
  ]
}

/** Records that are written: ten of the resources are results, of which one is a second copy and one an error. */
export const ODD_WRITTEN = 8
/** One that stands twice. */
export const ODD_DUPLICATES = 1
/** What the screen says, each with its place in the bundle. */
export const ODD_REMARKS: readonly (readonly [remark: RegExp, place: string])[] = [
  [/without a date.*spring.*Iron/, 'entry[5]'],
  [/Written once.*Glucose.*entry\[6\]/, 'entry[7]'],
  [/Not written.*Creatinine.*error/, 'entry[9]'],
  [/Not kept yet: 1 × Patient/, 'the whole file'],
  [/without a value.*Ferritin.*specimen haemolysed/, 'entry[3]'],
  [/without a date.*TSH/, 'entry[4]'],
  [/as printed.*blobs.*Vitamin B12/, 'entry[8]'],
]
/** What each written row reads, in the file's order. */
export const ODD_ROWS: readonly (readonly string[])[] = [
  ['PSA', '<5', 'ng/mL'],
  ['Blood pressure', 'Systolic', '128', 'Diastolic', '81', 'mmHg'],
  ['HIV RNA', 'not detected'],
  ['Ferritin', 'specimen haemolysed'],
  ['TSH', 'no date', '1.9'],
  ['Iron', 'spring', '17'],
  ['Glucose', '5.4'],
  ['Vitamin B12', '3', 'blobs'],
]

export const ODD_BUNDLE = JSON.stringify({
  resourceType: 'Bundle',
  type: 'collection',
  entry: resources('b').map((resource) => ({ resource })),
})
export const ODD_LINES = [...resources('l').map((resource) => JSON.stringify(resource)), '{"resourceType": "Obs'].join(
  '\n',
)
