import { describe, expect, test } from 'vitest'
import type { ImportPlan } from './import-plan.ts'
import { problemSentence } from './import-problem.ts'
import { bundle, firstResult, observation, planOf, planText, problemCodes } from './observation-fixture.ts'

describe('reading an observation', () => {
  test('keeps what was reported and finds its marker and unit', () => {
    const plan = planOf(
      observation({
        id: 'hb-1',
        category: [{ coding: [{ code: 'laboratory' }] }],
        subject: { reference: 'Patient/1' },
        effectiveDateTime: '2020-05-03T08:00:00+02:00',
        issued: '2020-05-04T08:00:00Z',
        referenceRange: [
          {
            low: { value: 13.5, unit: 'g/dL' },
            high: { value: 17.5 },
            text: '13.5-17.5',
            appliesTo: [{ text: 'men' }],
            age: { low: { value: 18, unit: 'a' } },
          },
        ],
        interpretation: [{ coding: [{ code: 'N' }], text: 'normal' }],
        note: [{ text: 'one' }, { text: 'two' }],
        method: { text: 'photometry' },
        bodySite: { text: 'arm' },
        derivedFrom: [{ reference: 'Observation/2' }],
        hasMember: [{ display: 'a part' }],
      }),
    )
    expect(plan.format).toBe('fhir-r4-json')
    expect(plan.from).toBe('2020-05-03')
    expect(plan.records[0]).toMatchObject({ kind: 'labResult', category: 'labs' })
    expect(firstResult(plan)).toEqual({
      marker: 'hemoglobin',
      label: 'Hb',
      codings: [{ system: 'http://loinc.org', code: '718-7', display: 'Hemoglobin' }],
      value: { kind: 'quantity', text: '14.2', unit: 'g/dL', ucum: 'g/dL' },
      components: [],
      range: [{ low: '13.5', high: '17.5', unit: 'g/dL', text: '13.5-17.5', appliesTo: 'men; 18 a–' }],
      interpretation: [{ codings: [{ code: 'N' }], text: 'normal' }],
      status: 'final',
      takenAt: { text: '2020-05-03T08:00:00+02:00', precision: 'instant', instantMs: Date.UTC(2020, 4, 3, 6) },
      issuedAt: { text: '2020-05-04T08:00:00Z', precision: 'instant', instantMs: Date.UTC(2020, 4, 4, 8) },
      method: { codings: [], text: 'photometry' },
      specimen: null,
      bodySite: { codings: [], text: 'arm' },
      laboratory: null,
      note: 'one\ntwo',
      category: [{ codings: [{ code: 'laboratory' }] }],
      derivedFrom: ['Observation/2'],
      hasMember: ['a part'],
      source: { where: 'file', fhirId: 'hb-1', subject: 'Patient/1' },
    })
  })

  test.each([
    [{ valueString: 'positive' }, { kind: 'text', text: 'positive' }],
    [{ valueBoolean: false }, { kind: 'boolean', value: false }],
    [
      { valueCodeableConcept: { coding: [{ code: 'A' }], text: 'group A' } },
      { kind: 'codes', codings: [{ code: 'A' }], text: 'group A' },
    ],
    [{ valueInteger: 5 }, { kind: 'other', type: 'valueInteger', json: '5' }],
    [{ valueDateTime: '2016' }, { kind: 'other', type: 'valueDateTime', json: '"2016"' }],
    [{ valuePeriod: { start: '2016' } }, { kind: 'other', type: 'valuePeriod', json: '{"start":"2016"}' }],
    [
      { dataAbsentReason: { coding: [{ code: 'unknown', display: 'Unknown' }] } },
      { kind: 'absent', reason: 'unknown', text: 'Unknown' },
    ],
    [{ dataAbsentReason: { text: 'broken tube' } }, { kind: 'absent', text: 'broken tube' }],
    [{}, { kind: 'absent' }],
    [
      { valueQuantity: { value: 5, comparator: '<=', unit: 'mg' } },
      { kind: 'quantity', comparator: '<=', text: '5', unit: 'mg' },
    ],
    [
      { valueQuantity: { value: 5, code: 'g/L', system: 'http://unitsofmeasure.org' } },
      { kind: 'quantity', text: '5', unit: 'g/L', ucum: 'g/L' },
    ],
    [{ valueQuantity: { value: '5.40', unit: 'g/L' } }, { kind: 'quantity', text: '5.40', unit: 'g/L', ucum: 'g/L' }],
    [{ valueQuantity: { unit: 'g/L' } }, { kind: 'other', type: 'valueQuantity', json: '{"unit":"g/L"}' }],
    [
      { valueQuantity: { value: 5, comparator: 'ad' } },
      { kind: 'other', type: 'valueQuantity', json: '{"comparator":"ad","value":5}' },
    ],
  ])('%o has the value %o', (value, expected) => {
    const { valueQuantity: _, ...base } = observation()
    expect(firstResult(planOf({ ...base, ...value })).value).toEqual(expected)
  })

  test('keeps the digits of numbers inside values that are only kept', () => {
    const text = JSON.stringify(observation()).replace(
      '"valueQuantity":{"value":14.2,"unit":"g/dL"}',
      '"valueRatio":{"numerator":{"value":1.00},"denominator":{"value":1E2}}',
    )
    expect(firstResult(planText(text)).value).toEqual({
      kind: 'other',
      type: 'valueRatio',
      json: '{"denominator":{"value":1E2},"numerator":{"value":1.00}}',
    })
  })

  test.each(['1.0', '1.00', '1.0E-2', '1000000000000000000', '-1.000000000000000000E+245', '0.1234567890123456789'])(
    'keeps each digit and the exponent of %s, and of a range of it',
    (digits) => {
      const text = JSON.stringify(observation({ referenceRange: [{ low: { value: 14.2 } }] })).replaceAll(
        '14.2',
        digits,
      )
      const { value, range } = firstResult(planText(text))
      expect(value).toMatchObject({ kind: 'quantity', text: digits })
      expect(range).toEqual([{ low: digits }])
    },
  )

  test('reads components with their own marker, range and absence', () => {
    const component = [
      {
        code: { coding: [{ system: 'http://loinc.org', code: '8480-6' }] },
        valueQuantity: { value: 120, comparator: '>', unit: 'mmHg' },
        referenceRange: [{ text: 'below 140' }],
      },
      {
        code: { text: 'Diastolic' },
        dataAbsentReason: { coding: [{ code: 'not-performed' }] },
        interpretation: [{ text: 'none' }],
      },
    ]
    expect(firstResult(planOf(observation({ component }))).components).toEqual([
      {
        marker: 'bp-systolic',
        label: '8480-6',
        codings: [{ system: 'http://loinc.org', code: '8480-6' }],
        value: { kind: 'quantity', comparator: '>', text: '120', unit: 'mmHg', ucum: 'mm[Hg]' },
        range: [{ text: 'below 140' }],
        interpretation: [],
      },
      {
        marker: null,
        label: 'Diastolic',
        codings: [],
        value: { kind: 'absent', reason: 'not-performed', text: 'not-performed' },
        range: [],
        interpretation: [{ codings: [], text: 'none' }],
      },
    ])
  })

  test.each([
    [{ effectiveDateTime: '2012-05' }, { text: '2012-05', precision: 'month' }],
    [
      { effectivePeriod: { start: '2012-05-01', end: '2012-05-02' } },
      { text: '2012-05-01', precision: 'day', endText: '2012-05-02' },
    ],
    [{ effectivePeriod: { end: '2012-05-02' } }, { text: '2012-05-02', precision: 'day', endText: '2012-05-02' }],
    [
      { effectiveInstant: '1970-01-01T00:00:01Z' },
      { text: '1970-01-01T00:00:01Z', precision: 'instant', instantMs: 1_000 },
    ],
    [{ effectiveTiming: { event: ['2012'] } }, { text: '2012', precision: 'year' }],
    [{ effectiveDateTime: '' }, null],
    [{}, null],
  ])('%o was taken at %o', (effective, takenAt) => {
    expect(firstResult(planOf(observation(effective))).takenAt).toEqual(takenAt)
  })

  test('a date that is none is kept in words and named', () => {
    const plan = planOf(observation({ effectiveDateTime: '2013-02-30' }))
    expect(firstResult(plan).takenAt).toEqual({ text: '2013-02-30', precision: 'unknown' })
    expect(plan.problems).toEqual([
      { where: 'file', reason: { code: 'UnreadableDate', label: 'Hb', text: '2013-02-30' } },
    ])
    expect(plan.from).toBeNull()
  })

  test('DSTU2 and STU3 forms are read: single category and interpretation, comments, related, meaning', () => {
    const old = observation({
      category: { coding: [{ code: 'laboratory' }] },
      interpretation: { coding: [{ code: 'H' }] },
      comments: 'haemolysed',
      related: [
        { type: 'has-member', target: { reference: 'Observation/2' } },
        { type: 'derived-from', target: { reference: 'Observation/3' } },
      ],
      referenceRange: [{ meaning: { coding: [{ code: 'therapeutic' }] }, text: '< 5' }],
    })
    const plan = planOf(old)
    expect(plan.format).toBe('fhir-dstu2-json')
    expect(firstResult(plan)).toMatchObject({
      category: [{ codings: [{ code: 'laboratory' }] }],
      interpretation: [{ codings: [{ code: 'H' }] }],
      note: 'haemolysed',
      hasMember: ['Observation/2'],
      derivedFrom: ['Observation/3'],
      range: [{ type: 'therapeutic', text: '< 5' }],
    })
    const stu3 = planOf(
      observation({
        interpretation: { text: 'high' },
        comment: 'late',
        context: { reference: 'Encounter/1' },
        basedOn: [{}],
      }),
    )
    expect(stu3.format).toBe('fhir-stu3-json')
    expect(firstResult(stu3).note).toBe('late')
  })

  test('names the specimen by what the file says of it, also of a contained one', () => {
    const specimen = { resourceType: 'Specimen', id: 's', type: { text: 'Urine' } }
    expect(firstResult(planOf(observation({ specimen: { reference: '#s' }, contained: [specimen] }))).specimen).toBe(
      'Urine',
    )
    expect(firstResult(planOf(bundle(observation({ specimen: { reference: 'Specimen/s' } }), specimen))).specimen).toBe(
      'Urine',
    )
    const report = {
      resourceType: 'DiagnosticReport',
      contained: [observation({ specimen: { reference: '#s' } }), specimen],
    }
    expect(firstResult(planOf(report)).specimen).toBe('Urine')
    const byUrl = [
      { resource: observation({ specimen: { reference: 'urn:uuid:5' } }) },
      { fullUrl: 'urn:uuid:5', resource: specimen },
    ]
    expect(firstResult(planOf({ resourceType: 'Bundle', entry: byUrl })).specimen).toBe('Urine')
    expect(firstResult(planOf(observation({ specimen: { display: 'blood' } }))).specimen).toBe('blood')
    expect(firstResult(planOf(observation({ specimen: { reference: 'Specimen/9' } }))).specimen).toBe('Specimen/9')
  })
})

describe('finding resources', () => {
  test('in bundles within bundles, in Parameters, in lists and contained at any place, with their places', () => {
    const report = { resourceType: 'DiagnosticReport', contained: [observation({ id: 'c' })] }
    const parameters = {
      resourceType: 'Parameters',
      parameter: [{ name: 'x', part: [{ resource: observation({ id: 'p' }) }] }],
    }
    const plan = planOf([bundle(bundle(report)), parameters, observation({ id: 'l' })])
    expect(plan.source).toEqual({ DiagnosticReport: 1, Observation: 3 })
    expect(plan.records.map(({ fields }) => fields['source'])).toEqual([
      { where: '[0].entry[0].entry[0].contained[0]', fhirId: 'c' },
      { where: '[1].parameter[0].part[0]', fhirId: 'p' },
      { where: '[2]', fhirId: 'l' },
    ])
  })

  test('an entry that is no resource is named, one that is a deletion is not', () => {
    const plan = planOf({
      resourceType: 'Bundle',
      entry: [
        {},
        { resource: { id: 1 } },
        { request: { method: 'DELETE', url: 'Observation/1' } },
        { resource: observation() },
      ],
    })
    expect(plan.problems).toEqual([
      { where: 'entry[0]', reason: { code: 'NotAResource' } },
      { where: 'entry[1]', reason: { code: 'NotAResource' } },
    ])
    expect(plan.records.length).toBe(1)
  })

  test('a bad NDJSON line is named and the others are read', () => {
    const plan = planText(
      `${JSON.stringify(observation({ id: '1' }))}\r\n\r\n{"resourceType": "Obs\r\n${JSON.stringify(observation({ id: '2' }))}\r\n`,
    )
    expect(plan.format).toBe('fhir-r4-ndjson')
    expect(plan.records.map(({ fields }) => fields['source'])).toEqual([
      { where: 'line 1', fhirId: '1' },
      { where: 'line 4', fhirId: '2' },
    ])
    expect(plan.problems).toEqual([
      { where: 'line 3', reason: { code: 'BadLine', line: 3, column: 22, problem: 'unexpected end' } },
    ])
  })

  test('what is not kept yet is counted by type, several subjects are named', () => {
    const plan = planOf(
      bundle(
        { resourceType: 'Patient' },
        { resourceType: 'Patient', id: '2' },
        observation({ subject: { reference: 'Patient/1' } }),
        observation({ subject: { reference: 'Patient/2' } }),
      ),
    )
    expect(plan.problems).toEqual([
      { where: 'file', reason: { code: 'NotKeptYet', resourceType: 'Patient', count: 2 } },
      { where: 'file', reason: { code: 'SeveralSubjects', count: 2 } },
    ])
  })
})

describe('what is not written', () => {
  test('entered in error, with its reason', () => {
    const plan = planOf(observation({ status: 'entered-in-error' }))
    expect(plan.records).toEqual([])
    expect(plan.source).toEqual({ Observation: 1 })
    expect(problemCodes(plan)).toEqual(['EnteredInError'])
  })

  test('what an unknown modifier extension changes, on the whole or a component', () => {
    expect(problemCodes(planOf(observation({ modifierExtension: [{ url: 'x' }] })))).toEqual(['UnknownModifier'])
    expect(problemCodes(planOf(observation({ component: [{ modifierExtension: [{ url: 'x' }] }] })))).toEqual([
      'UnknownModifier',
    ])
  })

  test('a cancelled one is written, with its status', () => {
    expect(firstResult(planOf(observation({ status: 'cancelled' }))).status).toBe('cancelled')
  })

  test('the same observation twice in a file is written once', () => {
    const plan = planOf(
      bundle(
        observation({ id: '1' }),
        observation({ id: '1', meta: { lastUpdated: '2020' } }),
        observation({ id: '2' }),
      ),
    )
    expect(plan.records.length).toBe(2)
    expect(plan.problems).toEqual([
      { where: 'entry[1]', reason: { code: 'DuplicateInFile', label: 'Hb', first: 'entry[0]' } },
    ])
  })
})

describe('the seed of a record’s id', () => {
  const seedOf = (plan: ImportPlan, index = 0): string | undefined => plan.records[index]?.idSeed

  test('is the same in whatever file, at whatever place, in whatever order of keys, at whatever time of the export', () => {
    const one = observation({ id: '1', meta: { versionId: '1', lastUpdated: '2020-01-01T00:00:00Z' } })
    const reordered = Object.fromEntries(
      Object.entries({ ...one, meta: { versionId: '2' }, text: { div: 'x' } }).reverse(),
    )
    const alone = seedOf(planOf(one))
    expect(seedOf(planOf(bundle(observation({ id: '0' }), reordered)), 1)).toBe(alone)
    expect(seedOf(planText(`${JSON.stringify(reordered)}\n${JSON.stringify(observation({ id: '0' }))}`))).toBe(alone)
  })

  test('differs with anything that was reported, also with digits that a float loses', () => {
    const base = JSON.stringify(observation())
    const texts = [
      base,
      base.replace('14.2', '14.20'),
      base.replace('14.2', '14.200000000000000001'),
      base.replace('final', 'amended'),
      base.replace('Hb', 'HB'),
    ]
    expect(new Set(texts.map((text) => seedOf(planText(text)))).size).toBe(texts.length)
  })

  test('tells results apart that read alike in two reports that contain them', () => {
    const report = (id: string): unknown => ({
      resourceType: 'DiagnosticReport',
      id,
      contained: [observation({ id: 'r1' })],
    })
    expect(planOf(bundle(report('a'), report('b'))).records.length).toBe(2)
    expect(seedOf(planOf(report('a')))).toBe(seedOf(planOf(bundle(report('a')))))
  })
})

describe('problemSentence', () => {
  test('says each reason in an English sentence', () => {
    expect(problemSentence({ code: 'EnteredInError', label: 'Hb' })).toBe(
      'Not written: "Hb" is marked "entered in error" by its source.',
    )
    expect(problemSentence({ code: 'EnteredInError', label: '' })).toContain('a result without a name')
    expect(problemSentence({ code: 'NotKeptYet', resourceType: 'Patient', count: 2 })).toBe('Not kept yet: 2 Patient.')
    expect(problemSentence({ code: 'BadLine', line: 3, column: 5, problem: 'bad number' })).toContain('Line 3')
  })
})

describe('What is odd about a result that is written as it stands', () => {
  test('is named apart from what is wrong: no date, no value, a unit that is not known', () => {
    const at = { effectiveDateTime: '2026-05-04' }
    const plan = planOf(
      bundle(
        observation(at),
        observation(),
        observation({ ...at, valueQuantity: undefined, dataAbsentReason: { text: 'haemolysed' } }),
        observation({ ...at, valueQuantity: { value: 3, unit: 'blobs' } }),
        observation({
          ...at,
          valueQuantity: undefined,
          component: [{ code: { text: 'x' }, valueQuantity: { value: 1 } }],
        }),
      ),
    )
    expect(plan.oddities).toEqual([
      { where: 'entry[1]', reason: { code: 'Undated', label: 'Hb' } },
      { where: 'entry[2]', reason: { code: 'NoValue', label: 'Hb', text: 'haemolysed' } },
      { where: 'entry[3]', reason: { code: 'UnknownUnit', label: 'Hb', unit: 'blobs' } },
    ])
    expect([plan.records.length, plan.problems, plan.duplicatesInFile]).toEqual([5, [], 0])
  })

  test('counts every further copy of an item', () => {
    const plan = planOf(bundle(observation(), observation(), observation()))
    expect([plan.records.length, plan.duplicatesInFile]).toEqual([1, 2])
  })
})
