import {
  type Catalogue,
  type Concept,
  type LabResult,
  LONG_TEXT_MAX,
  type Marker,
  type ReportedTime,
  type ResultComponent,
  type ResultValue,
  conceptLabel,
  reportedTime,
} from '@salus/domain'
import type { ExactObject } from '../json/exact-json.ts'
import {
  type CutNotes,
  boundedObjectsOf,
  clip,
  clippedTextOf,
  conceptOf,
  conceptsOf,
  objectOf,
  objectsOf,
  textOf,
} from './fhir-access.ts'
import { readRanges } from './observation-range.ts'
import { readValue } from './observation-value.ts'
import type { ResourceDirectory } from './resource-directory.ts'

/** Reads one Observation of R4, STU3 or DSTU2. `source` is left to the caller. */
export function readObservation(
  observation: ExactObject,
  catalogue: Catalogue,
  directory: ResourceDirectory,
  notes: CutNotes,
): LabResult {
  const specimen = readSpecimen(observation, directory, notes)
  const { label, codings, marker, value } = readCodedValue(observation, catalogue, specimen, notes)
  const method = objectOf(observation, 'method')
  const bodySite = objectOf(observation, 'bodySite')
  const issued = clippedTextOf(observation, 'issued', notes)
  return {
    marker: marker?.id ?? null,
    label,
    codings,
    value,
    components: boundedObjectsOf(observation, 'component', notes).map((component) =>
      readComponent(component, catalogue, specimen, notes),
    ),
    range: readRanges(observation, notes),
    interpretation: conceptsOf(observation, 'interpretation', notes),
    status: clippedTextOf(observation, 'status', notes) ?? 'unknown',
    takenAt: readEffective(observation, notes),
    issuedAt: issued === undefined ? null : reportedTime(issued),
    method: method === undefined ? null : conceptOf(method, notes),
    specimen: specimen ?? null,
    bodySite: bodySite === undefined ? null : conceptOf(bodySite, notes),
    laboratory: null,
    note: readNote(observation, notes),
    category: conceptsOf(observation, 'category', notes),
    derivedFrom: readReferences(observation, 'derivedFrom', 'derived-from', notes),
    hasMember: readReferences(observation, 'hasMember', 'has-member', notes),
    source: null,
  }
}

/** Whose observation it is, in the source's words. */
export function subjectOf(observation: ExactObject): string | undefined {
  const subject = objectOf(observation, 'subject')
  return textOf(subject, 'reference') ?? textOf(subject, 'display')
}

/** The name of an observation, also of one that is not written. */
export function observationLabel(observation: ExactObject, notes: CutNotes): string {
  const code = objectOf(observation, 'code')
  return code === undefined ? '' : clip(conceptLabel(conceptOf(code, notes)), LABEL_LENGTH_MAX, notes)
}

/** Characters of a result's name; the same bound as a record's short text. */
const LABEL_LENGTH_MAX = 1_000

interface CodedValue {
  readonly label: string
  readonly codings: Concept['codings']
  readonly marker: Marker | null
  readonly value: ResultValue
}

/** The marker needs the printed unit, and the unit is best read knowing the marker. */
function readCodedValue(
  element: ExactObject,
  catalogue: Catalogue,
  specimen: string | undefined,
  notes: CutNotes,
): CodedValue {
  const code = objectOf(element, 'code')
  const concept = code === undefined ? { codings: [] } : conceptOf(code, notes)
  const label = clip(conceptLabel(concept), LABEL_LENGTH_MAX, notes)
  const value = readValue(element, notes)
  const unit = value.kind === 'quantity' ? (value.ucum ?? value.unit) : undefined
  const match = catalogue.matcher.match({
    codings: concept.codings,
    label,
    ...(unit === undefined ? {} : { unit }),
    ...(specimen === undefined ? {} : { specimen }),
  })
  const marker = match?.marker ?? null
  return { label, codings: concept.codings, marker, value: withUcum(value, catalogue, marker) }
}

/** Adds what a printed unit means in UCUM where the file did not say and it is sure. */
function withUcum(value: ResultValue, catalogue: Catalogue, marker: Marker | null): ResultValue {
  if (value.kind !== 'quantity' || value.ucum !== undefined || value.unit === undefined) return value
  const read = catalogue.units.read(value.unit, marker ?? undefined)
  return read.ok && (marker === null || read.value.fits) ? { ...value, ucum: read.value.ucum } : value
}

function readComponent(
  component: ExactObject,
  catalogue: Catalogue,
  specimen: string | undefined,
  notes: CutNotes,
): ResultComponent {
  const { label, codings, marker, value } = readCodedValue(component, catalogue, specimen, notes)
  return {
    marker: marker?.id ?? null,
    label,
    codings,
    value,
    range: readRanges(component, notes),
    interpretation: conceptsOf(component, 'interpretation', notes),
  }
}

/** effective[x] of R4: dateTime, instant, Period; of a Timing its first event. Null when absent: nothing is inferred. */
function readEffective(observation: ExactObject, notes: CutNotes): ReportedTime | null {
  const moment =
    clippedTextOf(observation, 'effectiveDateTime', notes) ?? clippedTextOf(observation, 'effectiveInstant', notes)
  if (moment !== undefined) return reportedTime(moment)
  const period = objectOf(observation, 'effectivePeriod')
  const start = clippedTextOf(period, 'start', notes)
  const end = clippedTextOf(period, 'end', notes)
  if (start !== undefined) return { ...reportedTime(start), ...(end === undefined ? {} : { endText: end }) }
  if (end !== undefined) return { ...reportedTime(end), endText: end }
  const events = objectOf(observation, 'effectiveTiming')?.get('event')
  const event: unknown = Array.isArray(events) ? events[0] : undefined
  return typeof event === 'string' ? reportedTime(clip(event, LABEL_LENGTH_MAX, notes)) : null
}

/** The specimen's type where the file holds the Specimen, else what the reference says. */
function readSpecimen(observation: ExactObject, directory: ResourceDirectory, notes: CutNotes): string | undefined {
  const specimen = objectOf(observation, 'specimen')
  const reference = textOf(specimen, 'reference')
  const found = reference === undefined ? undefined : directory.find(reference, observation)
  const type = objectOf(found, 'type')
  const typeLabel = type === undefined ? '' : conceptLabel(conceptOf(type, notes))
  const text = typeLabel === '' ? (textOf(specimen, 'display') ?? reference) : typeLabel
  return text === undefined ? undefined : clip(text, LABEL_LENGTH_MAX, notes)
}

/** R4 has notes, STU3 a comment, DSTU2 comments. */
function readNote(observation: ExactObject, notes: CutNotes): string | null {
  const annotations = objectsOf(observation, 'note').map((note) => textOf(note, 'text'))
  const texts = [...annotations, textOf(observation, 'comment'), textOf(observation, 'comments')].filter(
    (text) => text !== undefined,
  )
  return texts.length === 0 ? null : clip(texts.join('\n'), LONG_TEXT_MAX, notes)
}

/** R4 has an element for each relation; STU3 and DSTU2 have `related` with a type. */
function readReferences(
  observation: ExactObject,
  element: string,
  relatedType: string,
  notes: CutNotes,
): readonly string[] {
  const related = boundedObjectsOf(observation, 'related', notes)
    .filter((relation) => textOf(relation, 'type') === relatedType)
    .map((relation) => objectOf(relation, 'target'))
  return [...boundedObjectsOf(observation, element, notes), ...related]
    .map((reference) => clippedTextOf(reference, 'reference', notes) ?? clippedTextOf(reference, 'display', notes))
    .filter((text) => text !== undefined)
}
