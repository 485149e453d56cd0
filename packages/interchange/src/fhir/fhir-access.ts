import { type Coding, type Concept, LIST_ITEMS_MAX, LONG_TEXT_MAX, SHORT_TEXT_MAX } from '@salus/domain'
import { type ExactJson, ExactNumber, type ExactObject, isExactArray, isExactObject } from '../json/exact-json.ts'

/** Notes what had to be shortened while a resource was read. */
export interface CutNotes {
  isCut: boolean
}

/** A member that is a text and not empty. */
export function textOf(object: ExactObject | undefined, name: string): string | undefined {
  const value = object?.get(name)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A member that is an object. */
export function objectOf(object: ExactObject | undefined, name: string): ExactObject | undefined {
  const value = object?.get(name)
  return isExactObject(value) ? value : undefined
}

/** The objects of a list; a single object counts as a list of one, as DSTU2 and STU3 write some elements. */
export function objectsOf(object: ExactObject | undefined, name: string): readonly ExactObject[] {
  const value: ExactJson | undefined = object?.get(name)
  if (isExactArray(value)) return value.filter(isExactObject)
  return isExactObject(value) ? [value] : []
}

/** The first {@link LIST_ITEMS_MAX} of {@link objectsOf}. */
export function boundedObjectsOf(object: ExactObject, name: string, notes: CutNotes): readonly ExactObject[] {
  const objects = objectsOf(object, name)
  if (objects.length <= LIST_ITEMS_MAX) return objects
  notes.isCut = true
  return objects.slice(0, LIST_ITEMS_MAX)
}

/** A number's digits as they stand in the file; also of files that write numbers as strings. */
export function numberTextOf(object: ExactObject | undefined, name: string): string | undefined {
  const value = object?.get(name)
  if (value instanceof ExactNumber) return value.text
  return typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value) ? value : undefined
}

/** The first `max` characters, noting it when there were more. */
export function clip(text: string, max: number, notes: CutNotes): string {
  if (text.length <= max) return text
  notes.isCut = true
  // A cut may split a surrogate pair.
  return text.slice(0, max).toWellFormed()
}

/** {@link textOf}, no longer than `max`. */
export function clippedTextOf(
  object: ExactObject | undefined,
  name: string,
  notes: CutNotes,
  max: number = SHORT_TEXT_MAX,
): string | undefined {
  const text = textOf(object, name)
  return text === undefined ? undefined : clip(text, max, notes)
}

/** A CodeableConcept. */
export function conceptOf(concept: ExactObject, notes: CutNotes): Concept {
  const text = clippedTextOf(concept, 'text', notes, LONG_TEXT_MAX)
  return { codings: codingsOf(concept, notes), ...(text === undefined ? {} : { text }) }
}

/** The codings of a CodeableConcept. */
export function codingsOf(concept: ExactObject | undefined, notes: CutNotes): readonly Coding[] {
  return (concept === undefined ? [] : boundedObjectsOf(concept, 'coding', notes)).map((coding) => {
    const system = clippedTextOf(coding, 'system', notes)
    const code = clippedTextOf(coding, 'code', notes)
    const display = clippedTextOf(coding, 'display', notes)
    return {
      ...(system === undefined ? {} : { system }),
      ...(code === undefined ? {} : { code }),
      ...(display === undefined ? {} : { display }),
    }
  })
}

/** A list of CodeableConcepts, or a single one. */
export function conceptsOf(object: ExactObject, name: string, notes: CutNotes): readonly Concept[] {
  return boundedObjectsOf(object, name, notes).map((concept) => conceptOf(concept, notes))
}
