import type { Json, JsonObject, Result } from '@salus/base'
import type { ReferenceInterval } from '../ranges/reference-interval.ts'
import { type Coding, type Concept, readCodings, readConcept, readConcepts } from './concept.ts'
import { type DecodeError, FieldReader, LONG_TEXT_MAX } from './field-reader.ts'
import { type ReportedTime, readReportedTime } from './reported-time.ts'
import { type ResultValue, readResultValue } from './result-value.ts'

/** The record kind of a result. */
export const LAB_RESULT_KIND = 'labResult'

/** Where a result came from. */
export interface ResultSource {
  /** Id of the import's record. */
  readonly import?: string
  /** SHA-256 of the file, hex. */
  readonly fileHash?: string
  /** Place in the file: `entry[3]`, `line 7`, `entry[0].contained[2]`. */
  readonly where?: string
  readonly fhirId?: string
  /** Whose result the file says it is, as it says it. */
  readonly subject?: string
}

/** A part of a result with a value of its own, such as the systolic pressure. */
export interface ResultComponent {
  readonly marker: string | null
  readonly label: string
  readonly codings: readonly Coding[]
  readonly value: ResultValue
  readonly range: readonly ReferenceInterval[]
  readonly interpretation: readonly Concept[]
}

/** A measured or observed result, as it was reported. Each member is a field that merges by itself. */
export interface LabResult {
  /** Id of a catalogue's marker, null when none is sure. */
  readonly marker: string | null
  /** The name as reported. */
  readonly label: string
  readonly codings: readonly Coding[]
  readonly value: ResultValue
  readonly components: readonly ResultComponent[]
  readonly range: readonly ReferenceInterval[]
  readonly interpretation: readonly Concept[]
  /** FHIR's ObservationStatus; `final` for what is typed. */
  readonly status: string
  /** When the specimen was taken or the measurement made; null when nobody said. */
  readonly takenAt: ReportedTime | null
  readonly issuedAt: ReportedTime | null
  readonly method: Concept | null
  readonly specimen: string | null
  readonly bodySite: Concept | null
  /** Who measured it, as the person or the report names them. */
  readonly laboratory: string | null
  readonly note: string | null
  readonly category: readonly Concept[]
  /** References as the source writes them. */
  readonly derivedFrom: readonly string[]
  readonly hasMember: readonly string[]
  readonly source: ResultSource | null
}

/**
 * A typed view of a labResult's fields. Fields that this version does not know are ignored here and stay in the record.
 * Only `value` must be there: a merge can leave any other field out.
 */
export function decodeLabResult(fields: JsonObject): Result<LabResult, DecodeError> {
  const reader = new FieldReader(fields)
  const takenAt = reader.optionalObject('takenAt')
  const issuedAt = reader.optionalObject('issuedAt')
  const method = reader.optionalObject('method')
  const bodySite = reader.optionalObject('bodySite')
  const source = reader.optionalObject('source')
  return reader.result({
    marker: reader.optionalText('marker') ?? null,
    label: reader.optionalText('label') ?? '',
    codings: readCodings(reader, 'codings'),
    value: readResultValue(reader.object('value')),
    components: reader.list('components').map(readComponent),
    range: reader.list('range').map(readInterval),
    interpretation: readConcepts(reader, 'interpretation'),
    status: reader.optionalText('status') ?? 'unknown',
    takenAt: takenAt === undefined ? null : readReportedTime(takenAt),
    issuedAt: issuedAt === undefined ? null : readReportedTime(issuedAt),
    method: method === undefined ? null : readConcept(method),
    specimen: reader.optionalText('specimen') ?? null,
    bodySite: bodySite === undefined ? null : readConcept(bodySite),
    laboratory: reader.optionalText('laboratory') ?? null,
    note: reader.optionalText('note', LONG_TEXT_MAX) ?? null,
    category: readConcepts(reader, 'category'),
    derivedFrom: reader.texts('derivedFrom'),
    hasMember: reader.texts('hasMember'),
    source: source === undefined ? null : readSource(source),
  })
}

/** The fields of a labResult record. What is null or empty is left out: absence says the same in fewer bytes. */
export function labResultFields(result: LabResult): JsonObject {
  const fields: Record<string, Json> = {}
  for (const [name, member] of Object.entries(toJsonMembers(result))) {
    const isEmpty = member === null || (Array.isArray(member) && member.length === 0)
    if (!isEmpty) fields[name] = member
  }
  return fields
}

/** Spelled out so that the compiler sees that each member is JSON. */
function toJsonMembers(result: LabResult): Record<string, Json> {
  return {
    marker: result.marker,
    label: result.label,
    codings: result.codings.map((coding) => ({ ...coding })),
    value: valueJson(result.value),
    components: result.components.map((component) => ({
      marker: component.marker,
      label: component.label,
      codings: component.codings.map((coding) => ({ ...coding })),
      value: valueJson(component.value),
      range: component.range.map((interval) => ({ ...interval })),
      interpretation: component.interpretation.map(conceptJson),
    })),
    range: result.range.map((interval) => ({ ...interval })),
    interpretation: result.interpretation.map(conceptJson),
    status: result.status,
    takenAt: result.takenAt === null ? null : { ...result.takenAt },
    issuedAt: result.issuedAt === null ? null : { ...result.issuedAt },
    method: result.method === null ? null : conceptJson(result.method),
    specimen: result.specimen,
    bodySite: result.bodySite === null ? null : conceptJson(result.bodySite),
    laboratory: result.laboratory,
    note: result.note,
    category: result.category.map(conceptJson),
    derivedFrom: result.derivedFrom,
    hasMember: result.hasMember,
    source: result.source === null ? null : { ...result.source },
  }
}

function valueJson(value: ResultValue): JsonObject {
  return value.kind === 'codes' ? { ...value, codings: value.codings.map((coding) => ({ ...coding })) } : { ...value }
}

function conceptJson(concept: Concept): JsonObject {
  return { ...concept, codings: concept.codings.map((coding) => ({ ...coding })) }
}

function readComponent(reader: FieldReader): ResultComponent {
  return {
    marker: reader.optionalText('marker') ?? null,
    label: reader.optionalText('label') ?? '',
    codings: readCodings(reader, 'codings'),
    value: readResultValue(reader.object('value')),
    range: reader.list('range').map(readInterval),
    interpretation: readConcepts(reader, 'interpretation'),
  }
}

function readInterval(reader: FieldReader): ReferenceInterval {
  const lowExclusive = reader.optionalBoolean('lowExclusive')
  const highExclusive = reader.optionalBoolean('highExclusive')
  return {
    ...reader.maybeText('low'),
    ...reader.maybeText('high'),
    ...(lowExclusive === undefined ? {} : { lowExclusive }),
    ...(highExclusive === undefined ? {} : { highExclusive }),
    ...reader.maybeText('unit'),
    ...reader.maybeText('text', LONG_TEXT_MAX),
    ...reader.maybeText('type'),
    ...reader.maybeText('appliesTo'),
  }
}

function readSource(reader: FieldReader): ResultSource {
  return {
    ...reader.maybeText('import'),
    ...reader.maybeText('fileHash'),
    ...reader.maybeText('where'),
    ...reader.maybeText('fhirId'),
    ...reader.maybeText('subject'),
  }
}
