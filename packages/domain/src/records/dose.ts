import type { Json, JsonObject, Result } from '@salus/base'
import { type DecodeError, FieldReader, LONG_TEXT_MAX } from './field-reader.ts'
import { type ReportedTime, readReportedTime } from './reported-time.ts'

/** The record kind of a dose. */
export const DOSE_KIND = 'dose'

/** How much was taken: the number as typed, and a UCUM or own unit. */
export interface DoseAmount {
  readonly text: string
  readonly unit: string
}

/** A dose taken, or a planned one that was skipped. Each member is a field that merges by itself. */
export interface Dose {
  /** Id of a catalogue's compound, null for one's own. */
  readonly compound: string | null
  readonly label: string
  readonly amount: DoseAmount
  readonly route: string | null
  readonly site: string | null
  readonly takenAt: ReportedTime
  readonly note: string | null
  readonly skipped: boolean
}

/** A typed view of a dose's fields; fields that this version does not know stay in the record. */
export function decodeDose(fields: JsonObject): Result<Dose, DecodeError> {
  const reader = new FieldReader(fields)
  const amount = reader.object('amount')
  return reader.result({
    compound: reader.optionalText('compound') ?? null,
    label: reader.optionalText('label') ?? '',
    amount: { text: amount.text('text'), unit: amount.text('unit') },
    route: reader.optionalText('route') ?? null,
    site: reader.optionalText('site') ?? null,
    takenAt: readReportedTime(reader.object('takenAt')),
    note: reader.optionalText('note', LONG_TEXT_MAX) ?? null,
    skipped: reader.optionalBoolean('skipped') ?? false,
  })
}

/** The fields of a dose record; what is null or false is left out. */
export function doseFields(dose: Dose): JsonObject {
  const fields: Record<string, Json> = {
    label: dose.label,
    amount: { ...dose.amount },
    takenAt: { ...dose.takenAt },
  }
  if (dose.compound !== null) fields['compound'] = dose.compound
  if (dose.route !== null) fields['route'] = dose.route
  if (dose.site !== null) fields['site'] = dose.site
  if (dose.note !== null) fields['note'] = dose.note
  if (dose.skipped) fields['skipped'] = true
  return fields
}
