import {
  type Catalogue,
  LAB_RESULT_KIND,
  type LabResult,
  type ReportedTime,
  type ResultSource,
  labResultFields,
  reportedDate,
  sortKeyMs,
} from '@salus/domain'
import { ndjsonLines } from '../detect.ts'
import type { ImportPlan, PlannedRecord } from '../import-plan.ts'
import { ProblemList, type ProblemReason } from '../import-problem.ts'
import type { ExactJson } from '../json/exact-json.ts'
import { readJson } from '../json/read-json.ts'
import { type CutNotes, textOf } from './fhir-access.ts'
import { VersionSigns } from './fhir-version.ts'
import { observationIdentity } from './observation-identity.ts'
import { observationLabel, readObservation, subjectOf } from './observation.ts'
import { ResourceDirectory } from './resource-directory.ts'
import { type FoundResource, walkResources } from './walk-resources.ts'

/** Characters of a record's fields as JSON; a record above it is named as a problem and not written. */
export const RECORD_JSON_LENGTH_MAX = 200_000

/** What planning needs besides the file. */
export interface FhirPlanOptions {
  readonly catalogue: Catalogue
  /** SHA-256 of the file, hex. */
  readonly fileHash?: string
  /** Id of the import's record. */
  readonly importId?: string
}

/** Plans the import of a JSON value: a resource, a bundle, or a list of them. */
export function planFhirJson(value: ExactJson, options: FhirPlanOptions): ImportPlan {
  const planner = new Planner(options)
  planner.find(value, 'file')
  return planner.plan('json')
}

/** Plans the import of an NDJSON text. A line that is no JSON is named as a problem; the others are read. */
export function planFhirNdjson(text: string, options: FhirPlanOptions): ImportPlan {
  const planner = new Planner(options)
  for (const { line, text: content } of ndjsonLines(text)) {
    const value = readJson(content)
    if (value.ok) planner.find(value.value, `line ${line}`)
    else planner.badLine(line, value.error.column, value.error.problem)
  }
  return planner.plan('ndjson')
}

/** Resources are collected first and read then, since a result may refer to what stands after it. */
class Planner {
  readonly #options: FhirPlanOptions
  readonly #problems = new ProblemList()
  readonly #oddities = new ProblemList()
  #duplicates = 0
  readonly #found: FoundResource[] = []
  readonly #directory = new ResourceDirectory()
  readonly #records: PlannedRecord[] = []
  /** Where each observation stood first, by its identity. */
  readonly #firstPlaces = new Map<string, string>()
  readonly #subjects = new Set<string>()
  readonly #span = new DateSpan()

  constructor(options: FhirPlanOptions) {
    this.#options = options
  }

  find(value: ExactJson, where: string): void {
    for (const found of walkResources(value, where, (place) => this.#problems.add(place, { code: 'NotAResource' }))) {
      this.#found.push(found)
      this.#directory.add(found)
    }
  }

  badLine(line: number, column: number, problem: string): void {
    this.#problems.add(`line ${line}`, { code: 'BadLine', line, column, problem })
  }

  plan(encoding: 'json' | 'ndjson'): ImportPlan {
    const counts = new Map<string, number>()
    const signs = new VersionSigns()
    for (const [index, found] of this.#found.entries()) {
      const name = counts.has(found.type) || counts.size < SOURCE_TYPES_MAX ? found.type : OTHER_TYPES
      counts.set(name, (counts.get(name) ?? 0) + 1)
      if (index < VERSION_RESOURCES_MAX) signs.look(found.type, found.resource)
      if (found.type === 'Observation') this.#planObservation(found)
    }
    for (const [resourceType, count] of counts) {
      if (resourceType !== 'Observation') this.#problems.add('file', { code: 'NotKeptYet', resourceType, count })
    }
    if (this.#subjects.size > 1) this.#problems.add('file', { code: 'SeveralSubjects', count: this.#subjects.size })
    return {
      format: `fhir-${signs.version()}-${encoding}`,
      source: Object.fromEntries(counts),
      records: this.#records,
      from: this.#span.from,
      to: this.#span.to,
      problems: this.#problems.toArray(),
      oddities: this.#oddities.toArray(),
      duplicatesInFile: this.#duplicates,
    }
  }

  #planObservation(found: FoundResource): void {
    const { resource, where } = found
    const notes: CutNotes = { isCut: false }
    const label = observationLabel(resource, notes)
    if (textOf(resource, 'status') === 'entered-in-error') {
      this.#problems.add(where, { code: 'EnteredInError', label })
      return
    }
    // R4 extensibility, "modifier extensions": who doesn't understand one must not use the element.
    if (hasModifier(found)) {
      this.#problems.add(where, { code: 'UnknownModifier', label })
      return
    }
    const identity = observationIdentity(found)
    const first = this.#firstPlaces.get(identity)
    if (first !== undefined) {
      this.#duplicates += 1
      this.#problems.add(where, { code: 'DuplicateInFile', label, first })
      return
    }
    this.#firstPlaces.set(identity, where)
    const result = readObservation(resource, this.#options.catalogue, this.#directory, notes)
    this.#write(found, result, identity, notes)
  }

  #write(found: FoundResource, result: LabResult, idSeed: string, notes: CutNotes): void {
    const { where } = found
    const { label, takenAt } = result
    const fields = labResultFields({ ...result, source: this.#sourceOf(found) })
    if (JSON.stringify(fields).length > RECORD_JSON_LENGTH_MAX) {
      this.#problems.add(where, { code: 'TooLarge', label })
      return
    }
    if (notes.isCut) this.#problems.add(where, { code: 'TextCut', label })
    if (takenAt?.precision === 'unknown') {
      this.#problems.add(where, { code: 'UnreadableDate', label, text: takenAt.text })
    }
    if (takenAt !== null) this.#span.add(takenAt)
    for (const oddity of odditiesOf(result)) this.#oddities.add(where, oddity)
    this.#records.push({ kind: LAB_RESULT_KIND, category: 'labs', idSeed, fields })
  }

  #sourceOf({ resource, where }: FoundResource): ResultSource {
    const { fileHash, importId } = this.#options
    const fhirId = textOf(resource, 'id')?.slice(0, FHIR_ID_LENGTH_MAX).toWellFormed()
    const subject = subjectOf(resource)?.slice(0, SUBJECT_LENGTH_MAX).toWellFormed()
    if (subject !== undefined) this.#subjects.add(subject)
    return {
      ...(importId === undefined ? {} : { import: importId }),
      ...(fileHash === undefined ? {} : { fileHash }),
      where,
      ...(fhirId === undefined ? {} : { fhirId }),
      ...(subject === undefined ? {} : { subject }),
    }
  }
}

/** Resource types that are counted apart (R4 has 148); further ones are counted together. */
export const SOURCE_TYPES_MAX = 300
const OTHER_TYPES = 'OtherTypes'

/** Resources that are looked at to tell the file's FHIR version. */
const VERSION_RESOURCES_MAX = 500

/** FHIR allows 64 (R4 datatypes, id); more is kept up to here. */
const FHIR_ID_LENGTH_MAX = 200
const SUBJECT_LENGTH_MAX = 500

/** What is worth a look about a result that is written as it stands. */
function odditiesOf({ label, value, components, hasMember, takenAt }: LabResult): ProblemReason[] {
  const oddities: ProblemReason[] = []
  if (takenAt === null) oddities.push({ code: 'Undated', label })
  if (value.kind === 'absent' && components.length === 0 && hasMember.length === 0)
    oddities.push({ code: 'NoValue', label, text: value.text ?? value.reason ?? '' })
  const odd = [value, ...components.map((component) => component.value)].find(
    (each) => each.kind === 'quantity' && each.ucum === undefined && each.unit !== undefined,
  )
  if (odd?.kind === 'quantity' && odd.unit !== undefined) oddities.push({ code: 'UnknownUnit', label, unit: odd.unit })
  return oddities
}

/** On the observation or on one of its components. */
function hasModifier({ resource }: FoundResource): boolean {
  if (resource.has('modifierExtension')) return true
  const components = resource.get('component')
  return Array.isArray(components) && components.some((item) => item instanceof Map && item.has('modifierExtension'))
}

/** The first and last of the dates added. */
class DateSpan {
  #first: { key: number; date: string } | undefined
  #last: { key: number; date: string } | undefined

  add(time: ReportedTime): void {
    const key = sortKeyMs(time)
    const date = reportedDate(time)
    if (key === null || date === null) return
    if (this.#first === undefined || key < this.#first.key) this.#first = { key, date }
    if (this.#last === undefined || key > this.#last.key) this.#last = { key, date }
  }

  get from(): string | null {
    return this.#first?.date ?? null
  }

  get to(): string | null {
    return this.#last?.date ?? null
  }
}
