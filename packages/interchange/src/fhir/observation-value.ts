import { type Comparator, LONG_TEXT_MAX, OTHER_VALUE_JSON_MAX, type ResultValue, conceptLabel } from '@salus/domain'
import { type ExactObject, exactJsonText, isExactObject } from '../json/exact-json.ts'
import { type CutNotes, clip, clippedTextOf, conceptOf, numberTextOf, objectOf, textOf } from './fhir-access.ts'

/** The code system of UCUM in FHIR (R4 "Using UCUM with FHIR"). */
export const UCUM_SYSTEM = 'http://unitsofmeasure.org'

/**
 * The value[x] of an Observation or a component (R4, also STU3 and DSTU2). Quantities, words, codes and booleans become
 * values of ours; every other type is kept as its JSON text with all digits.
 */
export function readValue(element: ExactObject, notes: CutNotes): ResultValue {
  for (const [name, value] of element) {
    if (!/^value[A-Z]/.test(name)) continue
    if (name === 'valueQuantity' && isExactObject(value)) {
      const quantity = readQuantity(value, notes)
      if (quantity !== null) return quantity
    }
    if (name === 'valueString' && typeof value === 'string')
      return { kind: 'text', text: clip(value, LONG_TEXT_MAX, notes) }
    if (name === 'valueBoolean' && typeof value === 'boolean') return { kind: 'boolean', value }
    if (name === 'valueCodeableConcept' && isExactObject(value)) return readCodes(value, notes)
    return readOther(name, exactJsonText(value), notes)
  }
  return readAbsence(element, notes)
}

/** Null when it is no number with at most one of the known comparators: then the whole is kept as it is. */
function readQuantity(quantity: ExactObject, notes: CutNotes): ResultValue | null {
  const text = numberTextOf(quantity, 'value')
  const comparator = textOf(quantity, 'comparator')
  if (text === undefined || text.length > NUMBER_TEXT_LENGTH_MAX) return null
  if (comparator !== undefined && !isComparator(comparator)) return null
  const code = clippedTextOf(quantity, 'code', notes)
  const unit = clippedTextOf(quantity, 'unit', notes) ?? code
  const ucum = textOf(quantity, 'system') === UCUM_SYSTEM ? code : undefined
  return {
    kind: 'quantity',
    ...(comparator === undefined ? {} : { comparator }),
    text,
    ...(unit === undefined ? {} : { unit }),
    ...(ucum === undefined ? {} : { ucum }),
  }
}

/** Characters of a number that is kept as one. */
const NUMBER_TEXT_LENGTH_MAX = 1_000

function readCodes(concept: ExactObject, notes: CutNotes): ResultValue {
  const { codings, text } = conceptOf(concept, notes)
  return { kind: 'codes', codings, ...(text === undefined ? {} : { text: clip(text, CODES_TEXT_LENGTH_MAX, notes) }) }
}

/** Characters of the words beside a coded value. */
const CODES_TEXT_LENGTH_MAX = 4_000

/** JSON cut in two is no JSON: what is too long is replaced by the note that it was. */
function readOther(type: string, json: string, notes: CutNotes): ResultValue {
  if (json.length <= OTHER_VALUE_JSON_MAX) return { kind: 'other', type, json }
  notes.isCut = true
  return { kind: 'absent', reason: 'too-large', text: type }
}

function readAbsence(element: ExactObject, notes: CutNotes): ResultValue {
  const concept = objectOf(element, 'dataAbsentReason')
  if (concept === undefined) return { kind: 'absent' }
  const read = conceptOf(concept, notes)
  const reason = read.codings.find(({ code }) => code !== undefined)?.code
  const text = conceptLabel(read)
  return { kind: 'absent', ...(reason === undefined ? {} : { reason }), ...(text === '' ? {} : { text }) }
}

function isComparator(text: string): text is Comparator {
  return text === '<' || text === '<=' || text === '>=' || text === '>'
}
