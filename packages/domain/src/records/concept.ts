import { type FieldReader, LONG_TEXT_MAX } from './field-reader.ts'

/** A code of a code system, as FHIR's Coding (R4 datatypes). */
export interface Coding {
  readonly system?: string
  readonly code?: string
  readonly display?: string
}

/** What a report means in codes and words, as FHIR's CodeableConcept (R4 datatypes). */
export interface Concept {
  readonly codings: readonly Coding[]
  readonly text?: string
}

/** Reads a stored list of codings. */
export function readCodings(reader: FieldReader, name: string): readonly Coding[] {
  return reader.list(name).map((coding) => ({
    ...coding.maybeText('system'),
    ...coding.maybeText('code'),
    ...coding.maybeText('display'),
  }))
}

/** Reads a stored concept. */
export function readConcept(reader: FieldReader): Concept {
  return { codings: readCodings(reader, 'codings'), ...reader.maybeText('text', LONG_TEXT_MAX) }
}

/** Reads a stored list of concepts. */
export function readConcepts(reader: FieldReader, name: string): readonly Concept[] {
  return reader.list(name).map(readConcept)
}

/** The words of a concept: its own text, else the first code's name, else the code. */
export function conceptLabel(concept: Concept): string {
  const named = concept.codings.find(({ display }) => display !== undefined)
  return concept.text ?? named?.display ?? concept.codings.find(({ code }) => code !== undefined)?.code ?? ''
}
