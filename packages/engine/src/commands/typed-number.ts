import { type Result, err, ok } from '@salus/base'
import { type Decimal, type DecimalError, parseDecimal, parseStoredDecimal } from '@salus/domain'
import type { SaveError } from '../api.ts'

export type InvalidField = Extract<SaveError, { readonly type: 'InvalidField' }>

/** Reads a number of a form. What could mean two things is asked, once; `isConfirmed` is the answer. */
export function typedNumber(
  field: string,
  text: string,
  isConfirmed: boolean | undefined,
): Result<Decimal, InvalidField> {
  const decimal = parseDecimal(text)
  if (decimal.ok) return decimal
  if (decimal.error.type === 'AmbiguousNumber' && isConfirmed === true) {
    const confirmed = parseStoredDecimal(text.trim())
    if (confirmed.ok) return confirmed
  }
  return err(invalidNumber(field, decimal.error))
}

/** The fault of a number field as the screen is told it. */
export function invalidNumber(field: string, error: DecimalError): InvalidField {
  switch (error.type) {
    case 'Empty':
      return { type: 'InvalidField', field, reason: 'empty' }
    case 'NotANumber':
      return { type: 'InvalidField', field, reason: 'notANumber' }
    case 'NumberTooLong':
      return { type: 'InvalidField', field, reason: 'tooLong' }
    case 'AmbiguousNumber':
      return { type: 'InvalidField', field, reason: 'ambiguousNumber', readings: error.readings }
  }
}

/** Text of a form, trimmed; refused when it is longer than a record holds. */
export function typedText(field: string, text: string, charactersMax: number): Result<string, InvalidField> {
  const trimmed = text.trim()
  return trimmed.length > charactersMax ? err({ type: 'InvalidField', field, reason: 'tooLong' }) : ok(trimmed)
}
