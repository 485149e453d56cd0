import { type Comparator, TEXT_RESULT_LENGTH_MAX } from '../quantity/reported-value.ts'
import { type Coding, readCodings } from './concept.ts'
import { type FieldReader, LONG_TEXT_MAX, SHORT_TEXT_MAX } from './field-reader.ts'

/** Characters of a value that is kept as its source's JSON text, such as a sampled curve. */
export const OTHER_VALUE_JSON_MAX = 100_000

/** The value of a result as it was reported. */
export type ResultValue =
  /** `text` holds the number's digits as reported, `unit` the printed unit, `ucum` what it means. */
  | {
      readonly kind: 'quantity'
      readonly comparator?: Comparator
      readonly text: string
      readonly unit?: string
      readonly ucum?: string
    }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'codes'; readonly codings: readonly Coding[]; readonly text?: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  /** A kind of value that is only kept: `type` as the source names it (`valueRatio`), `json` its text with all digits. */
  | { readonly kind: 'other'; readonly type: string; readonly json: string }
  /** No value, and the reason if one was given (FHIR R4, Observation.dataAbsentReason). */
  | { readonly kind: 'absent'; readonly reason?: string; readonly text?: string }

/** Reads the `value` of a result or component; what is wrong is noted by the reader. */
export function readResultValue(reader: FieldReader): ResultValue {
  const kind = reader.text('kind')
  switch (kind) {
    case 'quantity': {
      const comparator = readComparator(reader)
      return {
        kind,
        ...(comparator === undefined ? {} : { comparator }),
        text: reader.text('text', SHORT_TEXT_MAX),
        ...reader.maybeText('unit'),
        ...reader.maybeText('ucum'),
      }
    }
    case 'text':
      return { kind, text: reader.text('text', LONG_TEXT_MAX) }
    case 'codes':
      return { kind, codings: readCodings(reader, 'codings'), ...reader.maybeText('text', TEXT_RESULT_LENGTH_MAX) }
    case 'boolean': {
      const value = reader.optionalBoolean('value')
      if (value === undefined) reader.reject('value')
      return { kind, value: value ?? false }
    }
    case 'other':
      return { kind, type: reader.text('type'), json: reader.text('json', OTHER_VALUE_JSON_MAX) }
    case 'absent':
      return { kind, ...reader.maybeText('reason'), ...reader.maybeText('text', LONG_TEXT_MAX) }
    default:
      reader.reject('kind')
      return { kind: 'absent' }
  }
}

function readComparator(reader: FieldReader): Comparator | undefined {
  const text = reader.optionalText('comparator')
  if (text === undefined) return undefined
  if (text === '<' || text === '<=' || text === '>=' || text === '>') return text
  reader.reject('comparator')
  return undefined
}
