import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { present } from '@salus/base'
import { type LabResult, LOINC_SYSTEMS, type ResultComponent, decodeLabResult, loadCatalogue } from '@salus/domain'
import { type ImportPlan, type PlannedRecord, planImport } from '@salus/interchange'
import { describe, expect, test } from 'vitest'

/*
 * Public FHIR files that nobody here wrote, and facts about them counted by another program. Both lie outside of the
 * repository; without them these tests are skipped.
 */
const dataFolder = process.env['SALUS_REAL_DATA'] ?? join(import.meta.dirname, '../../../shared/data')
const hasData = existsSync(join(dataFolder, 'FACTS.json'))

/** What FACTS.json says of a FHIR file; absent counts are zero. */
interface FhirFacts {
  readonly resources: Record<string, number>
  readonly contained_resources?: Record<string, number>
  readonly observations_top_level?: number
  readonly observations_contained?: number
  readonly category_laboratory?: number
  readonly no_category?: number
  readonly value_types?: Record<string, number>
  readonly quantities_incl_components?: number
  readonly comparators?: Record<string, number>
  readonly component_comparators?: readonly string[]
  readonly quantity_without_unit_and_code?: number
  readonly quantity_without_value?: number
  readonly with_components?: number
  readonly components?: number
  readonly dataAbsentReason?: number
  readonly referenceRanges?: number
  readonly referenceRange_text_only?: number
  readonly status?: Record<string, number>
  readonly no_loinc_code?: number
  readonly interpretation_present?: number
  readonly first_date?: string
  readonly last_date?: string
  readonly undated?: number
  readonly bad_lines?: number
}

const facts: [string, FhirFacts][] = hasData
  ? Object.entries(readFacts()).flatMap(([path, entry]) => (path.startsWith('fhir/') ? [[path, entry.facts]] : []))
  : []
const jsonFacts = facts.filter(([path]) => !path.endsWith('.xml'))
const xmlPaths = facts.map(([path]) => path).filter((path) => path.endsWith('.xml'))
const catalogue = await loadCatalogue()

describe.skipIf(!hasData)('public FHIR files', () => {
  test('there are the 110 JSON and NDJSON files and the one XML file of the manifest', () => {
    expect(jsonFacts.length).toBe(110)
    expect(xmlPaths.length).toBe(1)
  })

  test.each(jsonFacts)('%s gives the resource counts that were counted elsewhere', (path, fact) => {
    const plan = planOf(path)
    const expected: Record<string, number> = { ...fact.resources }
    for (const [type, count] of Object.entries(fact.contained_resources ?? {})) {
      expected[type] = (expected[type] ?? 0) + count
    }
    expect(plan.source).toEqual(expected)
    expect(plan.source['Observation'] ?? 0).toBe(
      (fact.observations_top_level ?? 0) + (fact.observations_contained ?? 0),
    )
  })

  test.each(jsonFacts)('%s writes every observation but those that it names with a reason', (path) => {
    const plan = planOf(path)
    const refused = plan.problems.filter(({ reason }) => NOT_WRITTEN.includes(reason.code)).length
    expect(plan.records.length + refused).toBe(plan.source['Observation'] ?? 0)
    expect(new Set(plan.records.map((record) => record.idSeed)).size).toBe(plan.records.length)
    for (const type of Object.keys(plan.source)) {
      if (type === 'Observation') continue
      expect(plan.problems).toContainEqual({
        where: 'file',
        reason: { code: 'NotKeptYet', resourceType: type, count: plan.source[type] },
      })
    }
  })

  test.each(jsonFacts)('%s keeps values, comparators, components, ranges and reasons', (path, fact) => {
    const plan = planOf(path)
    // The facts count what is entered in error as well; such a file is looked at by itself below.
    if (fact.status?.['entered-in-error'] !== undefined) return
    expect(factsOf(plan.records.map(resultOf))).toEqual({
      categoryLaboratory: fact.category_laboratory ?? 0,
      noCategory: fact.no_category ?? 0,
      valueTypes: groupValueTypes(fact.value_types ?? {}),
      quantities: fact.quantities_incl_components ?? 0,
      comparators: fact.comparators ?? {},
      quantitiesWithoutUnit: fact.quantity_without_unit_and_code ?? 0,
      withComponents: fact.with_components ?? 0,
      components: fact.components ?? 0,
      absentReasons: fact.dataAbsentReason ?? 0,
      ranges: fact.referenceRanges ?? 0,
      rangesTextOnly: fact.referenceRange_text_only ?? 0,
      status: fact.status ?? {},
      noLoincCode: fact.no_loinc_code ?? 0,
      interpretations: fact.interpretation_present ?? 0,
      undated: fact.undated ?? plan.records.length,
    })
    expect(plan.from).toBe(fact.first_date?.slice(0, 10) ?? null)
    expect(plan.to).toBe(fact.last_date?.slice(0, 10) ?? null)
  })

  test.each(jsonFacts)('%s is told to be of the FHIR version of its folder', (path) => {
    const folder = path.includes('dstu2') ? 'dstu2' : path.includes('stu3') ? 'stu3' : 'r4'
    const version = ALIKE_IN_DSTU2_AND_STU3.some((name) => path.endsWith(name)) ? 'stu3' : folder
    expect(planOf(path).format).toBe(`fhir-${version}-${path.endsWith('.ndjson') ? 'ndjson' : 'json'}`)
  })

  test.each(xmlPaths)('%s gets a clear answer: FHIR XML is not read yet', (path) => {
    const plan = planImport(bytesOf(path), { catalogue })
    expect(plan).toEqual({ ok: false, error: { type: 'NotReadYet', format: 'fhir-xml' } })
  })

  test('the decimals of Observation-decimal keep each digit and exponent', () => {
    const [record] = planOf('fhir/hl7-r4-examples/Observation-decimal.json').records
    const values = resultOf(present(record, 'one observation')).components.map(({ value }) => value)
    expect(values.map((value) => (value.kind === 'quantity' ? value.text : value.kind))).toEqual([
      '1.0',
      '1.00',
      '1.0',
      '1E-22',
      '1000000000000000000',
      '1.000000000000000000E-245',
      '-1.000000000000000000E+245',
    ])
  })

  test('an observation that is entered in error is named and not written', () => {
    const plan = planOf('fhir/hl7-r4-examples/Observation-f202.json')
    expect(plan.records).toEqual([])
    expect(plan.problems).toEqual([{ where: 'file', reason: { code: 'EnteredInError', label: 'Temperature' } }])
  })

  test('a cancelled observation is kept with its status and the reason of its absence', () => {
    const [record] = planOf('fhir/hl7-r4-examples/Observation-unsat.json').records
    const { status, value } = resultOf(present(record, 'one observation'))
    expect(status).toBe('cancelled')
    expect(value.kind).toBe('absent')
    expect(value).toHaveProperty('reason')
  })

  test('the comparator of the component in Observation-f205 is kept', () => {
    const [record] = planOf('fhir/hl7-r4-examples/Observation-f205.json').records
    const [component] = resultOf(present(record, 'one observation')).components
    expect(component?.value).toMatchObject({ kind: 'quantity', comparator: '>', text: '60' })
  })

  test('the contained results of the STU3 and DSTU2 reports are the results of the R4 bundles', () => {
    for (const [report, count] of [
      ['101', 17],
      ['ghp', 51],
      ['lipids', 4],
      ['micro', 25],
    ] as const) {
      const bundle = planOf(`fhir/hl7-r4-examples/Bundle-${report}.json`).records.map(reportedText)
      for (const folder of ['hl7-stu3-examples', 'hl7-dstu2-examples']) {
        const contained = planOf(`fhir/${folder}/DiagnosticReport-${report}.json`).records.map(reportedText)
        expect(contained.length).toBe(count)
        expect(contained.toSorted()).toEqual(bundle.toSorted())
      }
    }
  })

  test('the file of nine patients says that it is of several people', () => {
    expect(planOf('fhir/pathling-ndjson/Observation.ndjson').problems).toContainEqual({
      where: 'file',
      reason: { code: 'SeveralSubjects', count: 9 },
    })
  })

  test('no two files agree on a seed for observations that differ, and a file agrees with itself', () => {
    const contentOf = new Map<string, string>()
    for (const [path] of jsonFacts) {
      const again = planOf(path)
      for (const record of [...planOf(path).records, ...again.records]) {
        const content = reportedText(record)
        expect(contentOf.get(record.idSeed) ?? content).toBe(content)
        contentOf.set(record.idSeed, content)
      }
    }
  })
})

/** DSTU2 files that hold nothing that STU3 writes otherwise; they are taken for the later version. */
const ALIKE_IN_DSTU2_AND_STU3: readonly string[] = [
  'dstu2-examples/Observation-blood-pressure.json',
  'dstu2-examples/Observation-f001.json',
  'dstu2-examples/Observation-f002.json',
  'dstu2-examples/Observation-f003.json',
  'dstu2-examples/Observation-f004.json',
  'dstu2-examples/Observation-f005.json',
  'dstu2-examples/Observation-f206.json',
  'dstu2-examples/Observation-satO2.json',
]

const NOT_WRITTEN: readonly string[] = ['EnteredInError', 'UnknownModifier', 'TooLarge', 'DuplicateInFile']

function readFacts(): Record<string, { facts: FhirFacts }> {
  // Written by our own tools; its shape is checked by the tests that use it.
  return JSON.parse(readFileSync(join(dataFolder, 'FACTS.json'), 'utf8')) as Record<string, { facts: FhirFacts }>
}

function bytesOf(path: string): Uint8Array {
  return readFileSync(join(dataFolder, path))
}

function planOf(path: string): ImportPlan {
  const plan = planImport(bytesOf(path), { catalogue })
  if (!plan.ok) throw new Error(`${path}: ${plan.error.type}`)
  return plan.value
}

function resultOf(record: PlannedRecord): LabResult {
  const result = decodeLabResult(record.fields)
  if (!result.ok) throw new Error(`${record.idSeed.slice(0, 80)}: ${result.error.type} ${result.error.field}`)
  return result.value
}

/** What a record says without where it stood: for comparing the same result out of different files. */
function reportedText(record: PlannedRecord): string {
  const { label, value } = resultOf(record)
  return JSON.stringify({ label, value })
}

function factsOf(results: readonly LabResult[]): Record<string, unknown> {
  const parts: readonly (LabResult | ResultComponent)[] = results.flatMap((result) => [result, ...result.components])
  const quantities = parts.map(({ value }) => value).filter((value) => value.kind === 'quantity')
  const ranges = results.flatMap(({ range }) => range)
  const isLaboratory = ({ category }: LabResult): boolean =>
    category.some(({ codings }) => codings.some(({ code }) => code === 'laboratory'))
  return {
    categoryLaboratory: results.filter(isLaboratory).length,
    noCategory: results.filter(({ category }) => category.length === 0).length,
    valueTypes: countBy(results.map(({ value }) => value.kind)),
    quantities: quantities.length,
    comparators: countBy(quantities.flatMap(({ comparator }) => comparator ?? [])),
    quantitiesWithoutUnit: quantities.filter(({ unit, ucum }) => unit === undefined && ucum === undefined).length,
    withComponents: results.filter(({ components }) => components.length > 0).length,
    components: results.flatMap(({ components }) => components).length,
    absentReasons: parts.filter(({ value }) => value.kind === 'absent' && value.reason !== undefined).length,
    ranges: ranges.length,
    rangesTextOnly: ranges.filter(
      ({ low, high, text }) => low === undefined && high === undefined && text !== undefined,
    ).length,
    status: countBy(results.map(({ status }) => status)),
    noLoincCode: results.filter(({ codings }) => !codings.some(({ system }) => LOINC_SYSTEMS.includes(system ?? '')))
      .length,
    interpretations: results.filter(({ interpretation }) => interpretation.length > 0).length,
    undated: results.filter(({ takenAt }) => takenAt === null).length,
  }
}

/** Our kinds of value for FHIR's types of it. */
function groupValueTypes(types: Record<string, number>): Record<string, number> {
  const kinds: Record<string, number> = {}
  for (const [type, count] of Object.entries(types)) {
    const kind = KIND_OF_TYPE.get(type) ?? 'other'
    kinds[kind] = (kinds[kind] ?? 0) + count
  }
  return kinds
}

const KIND_OF_TYPE = new Map([
  ['valueQuantity', 'quantity'],
  ['valueString', 'text'],
  ['valueCodeableConcept', 'codes'],
  ['valueBoolean', 'boolean'],
  ['(no value)', 'absent'],
])

function countBy(texts: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const text of texts) counts[text] = (counts[text] ?? 0) + 1
  return counts
}
