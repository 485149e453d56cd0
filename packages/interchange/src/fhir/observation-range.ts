import { LONG_TEXT_MAX, type ReferenceInterval, conceptLabel } from '@salus/domain'
import type { ExactObject } from '../json/exact-json.ts'
import {
  type CutNotes,
  boundedObjectsOf,
  clip,
  clippedTextOf,
  conceptOf,
  numberTextOf,
  objectOf,
  objectsOf,
} from './fhir-access.ts'

/** The reference ranges of an Observation or component as printed; DSTU2 calls the type `meaning`. */
export function readRanges(element: ExactObject, notes: CutNotes): readonly ReferenceInterval[] {
  return boundedObjectsOf(element, 'referenceRange', notes).map((range) => readRange(range, notes))
}

function readRange(range: ExactObject, notes: CutNotes): ReferenceInterval {
  const low = objectOf(range, 'low')
  const high = objectOf(range, 'high')
  const lowText = numberTextOf(low, 'value')
  const highText = numberTextOf(high, 'value')
  const unit =
    clippedTextOf(low, 'unit', notes) ??
    clippedTextOf(high, 'unit', notes) ??
    clippedTextOf(low, 'code', notes) ??
    clippedTextOf(high, 'code', notes)
  const text = clippedTextOf(range, 'text', notes, LONG_TEXT_MAX)
  const type = readType(range, notes)
  const appliesTo = readPopulation(range, notes)
  return {
    ...(lowText === undefined ? {} : { low: lowText }),
    ...(highText === undefined ? {} : { high: highText }),
    ...(unit === undefined ? {} : { unit }),
    ...(text === undefined ? {} : { text }),
    ...(type === undefined ? {} : { type }),
    ...(appliesTo === '' ? {} : { appliesTo }),
  }
}

function readType(range: ExactObject, notes: CutNotes): string | undefined {
  const concept = objectOf(range, 'type') ?? objectOf(range, 'meaning')
  if (concept === undefined) return undefined
  const read = conceptOf(concept, notes)
  const type = read.codings.find(({ code }) => code !== undefined)?.code ?? conceptLabel(read)
  return type === '' ? undefined : type
}

/** For whom the range holds, in words: the populations and the ages. */
function readPopulation(range: ExactObject, notes: CutNotes): string {
  const populations = objectsOf(range, 'appliesTo').map((concept) => conceptLabel(conceptOf(concept, notes)))
  const age = objectOf(range, 'age')
  const ages = [objectOf(age, 'low'), objectOf(age, 'high')].map((bound) => {
    const value = numberTextOf(bound, 'value')
    return value === undefined ? '' : `${value} ${clippedTextOf(bound, 'unit', notes) ?? ''}`.trim()
  })
  const ageText = ages.some((text) => text !== '') ? ages.join('–') : ''
  return clip([...populations, ageText].filter((text) => text !== '').join('; '), POPULATION_LENGTH_MAX, notes)
}

/** Characters of the words that say for whom a range holds. */
const POPULATION_LENGTH_MAX = 1_000
