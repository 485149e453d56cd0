import { type Result, err, ok } from '@salus/base'
import { type DecimalError, parseDecimal } from './parse-decimal.ts'

/** Why a value is not a number itself but a bound: below or above what the method can measure (FHIR R4, Quantity.comparator). */
export type Comparator = '<' | '<=' | '>=' | '>'

/** Characters of a result in words. */
export const TEXT_RESULT_LENGTH_MAX = 4_000

/** A result as it was reported: the number's text with its digits, the comparator apart, or words. */
export type ReportedValue =
  | { readonly kind: 'quantity'; readonly comparator?: Comparator; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }

/** Why what was typed is no result yet; the form asks. */
export type ReportedValueError =
  | DecimalError
  /** A number with something behind it, mostly its unit: `5,4 mmol/L`. The form moves it to the unit field. */
  | { readonly type: 'TrailingText'; readonly value: ReportedValue; readonly rest: string }
  | { readonly type: 'TextTooLong'; readonly charactersMax: number }

/**
 * Reads what a person types in a result field: `14.2`, `5,4`, `<0.1`, `≤ 3,5`, `>=90`; `negative`, `1+`, `1:320` stay
 * words. What starts like a number but is none is refused, so that a slip (`5.7.1`) never becomes a result in words.
 */
export function parseReportedValue(typed: string): Result<ReportedValue, ReportedValueError> {
  const text = typed.trim()
  if (text === '') return err({ type: 'Empty' })
  if (text.length > TEXT_RESULT_LENGTH_MAX) return err({ type: 'TextTooLong', charactersMax: TEXT_RESULT_LENGTH_MAX })
  if (isGradeOrTitre(text)) return ok({ kind: 'text', text })

  const { comparator, rest } = splitComparator(text)
  if (comparator === undefined && !/^[+\-\u2212.,]?\d/.test(rest)) return ok({ kind: 'text', text })
  const number = parseDecimal(rest)
  if (number.ok) return ok(quantity(comparator, rest))
  const trailing = /^([+\-\u2212]?[\d.,]*\d)\s*([^\d\s.,].*)$/.exec(rest)
  const [, numberText = '', behind = ''] = trailing ?? []
  if (trailing !== null && parseDecimal(numberText).ok) {
    return err({ type: 'TrailingText', value: quantity(comparator, numberText), rest: behind })
  }
  return err(number.error)
}

/** `<`, `<=`, `>=`, `>` and their other spellings at the start of a text; without one, the text as it is. */
export function splitComparator(text: string): { readonly comparator?: Comparator; readonly rest: string } {
  const match = /^(<=|=<|≤|>=|=>|≥|<|>)\s*(.*)$/s.exec(text)
  const [, sign = '', rest = ''] = match ?? []
  const comparator = COMPARATOR_OF.get(sign)
  return comparator === undefined ? { rest: text } : { comparator, rest }
}

const COMPARATOR_OF = new Map<string, Comparator>([
  ['<', '<'],
  ['<=', '<='],
  ['=<', '<='],
  ['≤', '<='],
  ['>', '>'],
  ['>=', '>='],
  ['=>', '>='],
  ['≥', '>='],
])

function quantity(comparator: Comparator | undefined, text: string): ReportedValue {
  return comparator === undefined ? { kind: 'quantity', text } : { kind: 'quantity', comparator, text }
}

/** Strip grades (`1+`, `++`) and titres (`1:320`) look like numbers but are ranks. */
function isGradeOrTitre(text: string): boolean {
  return /^(?:[1-4]\s?\+{1,4}|\+{1,4}|[<>≤≥]?\s?1\s?:\s?\d{1,6})$/.test(text)
}
