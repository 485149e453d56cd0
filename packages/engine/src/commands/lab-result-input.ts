import { type Result, err, ok } from '@salus/base'
import {
  type Catalogue,
  LONG_TEXT_MAX,
  type LabResult,
  type Marker,
  type ReferenceInterval,
  type ResultValue,
  SHORT_TEXT_MAX,
  parseReportedValue,
  splitComparator,
} from '@salus/domain'
import type { LabResultInput } from '../api.ts'
import { askOfImplausible } from './plausible-value.ts'
import { type InvalidField, invalidNumber, typedNumber, typedText } from './typed-number.ts'
import { typedTime } from './typed-time.ts'

/** Checks a typed result and reads it into a record; what was typed is kept as typed. */
export function readLabResultInput(
  catalogue: Catalogue,
  input: LabResultInput,
  nowMs: number,
): Result<LabResult, InvalidField> {
  const marker = input.markerId === null ? undefined : catalogue.markerById.get(input.markerId)
  const label = typedText('label', input.label === '' ? (marker?.name ?? '') : input.label, SHORT_TEXT_MAX)
  if (!label.ok) return label
  if (label.value === '' || (input.markerId !== null && marker === undefined))
    return err({ type: 'InvalidField', field: 'label', reason: 'empty' })
  const unit = typedText('unit', input.unit, SHORT_TEXT_MAX)
  if (!unit.ok) return unit
  const value = readValue(catalogue, input, unit.value, marker)
  if (!value.ok) return value
  const units = askOfImplausible(value.value, marker, catalogue.units)
  if (units !== undefined && input.isImplausibleConfirmed !== true)
    return err({ type: 'InvalidField', field: 'valueText', reason: 'implausible', units })
  const range = readRange(input, unit.value)
  if (!range.ok) return range
  const note = typedText('note', input.note, LONG_TEXT_MAX)
  if (!note.ok) return note
  const laboratory = typedText('laboratory', input.laboratory ?? '', SHORT_TEXT_MAX)
  if (!laboratory.ok) return laboratory
  const takenAt = typedTime(input.takenAt, input.zone, nowMs)
  if (!takenAt.ok) return err({ type: 'InvalidField', field: 'takenAt', reason: takenAt.error })
  return ok({
    marker: marker?.id ?? null,
    label: label.value,
    codings: [],
    value: value.value,
    components: [],
    range: range.value,
    interpretation: [],
    status: 'final',
    takenAt: takenAt.value,
    issuedAt: null,
    method: null,
    specimen: null,
    bodySite: null,
    laboratory: laboratory.value === '' ? null : laboratory.value,
    note: note.value === '' ? null : note.value,
    category: [],
    derivedFrom: [],
    hasMember: [],
    source: null,
  })
}

function readValue(
  catalogue: Catalogue,
  input: LabResultInput,
  unit: string,
  marker: Marker | undefined,
): Result<ResultValue, InvalidField> {
  const value = parseReportedValue(input.valueText)
  if (!value.ok) {
    switch (value.error.type) {
      case 'TextTooLong':
        return err({ type: 'InvalidField', field: 'valueText', reason: 'tooLong' })
      case 'TrailingText':
        return err({ type: 'InvalidField', field: 'valueText', reason: 'notANumber' })
      case 'AmbiguousNumber': {
        const { comparator, rest } = splitComparator(input.valueText.trim())
        const confirmed = typedNumber('valueText', rest, input.isDecimalConfirmed)
        if (!confirmed.ok) return confirmed
        return ok(
          quantity(
            catalogue,
            { kind: 'quantity', ...(comparator === undefined ? {} : { comparator }), text: rest.trim() },
            unit,
            marker,
          ),
        )
      }
      default:
        return err(invalidNumber('valueText', value.error))
    }
  }
  return ok(value.value.kind === 'text' ? value.value : quantity(catalogue, value.value, unit, marker))
}

type Quantity = Extract<ResultValue, { readonly kind: 'quantity' }>

/** The unit is kept as typed; what it means is noted beside it where that is sure. */
function quantity(catalogue: Catalogue, value: Quantity, unit: string, marker: Marker | undefined): Quantity {
  if (unit === '') return value
  const read = catalogue.units.read(unit, marker)
  return { ...value, unit, ...(read.ok ? { ucum: read.value.ucum } : {}) }
}

/** The laboratory's interval, digits kept. */
function readRange(input: LabResultInput, unit: string): Result<ReferenceInterval[], InvalidField> {
  const low = readBound('rangeLow', input)
  if (!low.ok) return low
  const high = readBound('rangeHigh', input)
  if (!high.ok) return high
  if (low.value === undefined && high.value === undefined) return ok([])
  return ok([
    {
      ...(low.value === undefined ? {} : { low: low.value }),
      ...(high.value === undefined ? {} : { high: high.value }),
      ...(unit === '' ? {} : { unit }),
    },
  ])
}

function readBound(field: 'rangeLow' | 'rangeHigh', input: LabResultInput): Result<string | undefined, InvalidField> {
  const text = input[field].trim()
  if (text === '') return ok(undefined)
  const bound = typedNumber(field, text, input.isDecimalConfirmed)
  return bound.ok ? ok(text) : bound
}
