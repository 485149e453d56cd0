import { type Result, err, ok } from '@salus/base'
import { type Catalogue, type Dose, LONG_TEXT_MAX, SHORT_TEXT_MAX } from '@salus/domain'
import type { DoseInput } from '../api.ts'
import { type InvalidField, typedNumber, typedText } from './typed-number.ts'
import { typedTime } from './typed-time.ts'

/** Checks a typed dose and reads it into a record. A dose already taken can always be recorded, however large. */
export function readDoseInput(catalogue: Catalogue, input: DoseInput, nowMs: number): Result<Dose, InvalidField> {
  const compound = input.compoundId === null ? undefined : catalogue.compoundById.get(input.compoundId)
  const label = typedText('label', input.label === '' ? (compound?.name ?? '') : input.label, SHORT_TEXT_MAX)
  if (!label.ok) return label
  if (label.value === '' || (input.compoundId !== null && compound === undefined))
    return err({ type: 'InvalidField', field: 'label', reason: 'empty' })
  const amount = typedNumber('amountText', input.amountText, input.isDecimalConfirmed)
  if (!amount.ok) return amount
  if (amount.value.coefficient < 0n) return err({ type: 'InvalidField', field: 'amountText', reason: 'notANumber' })
  const unit = typedText('unit', input.unit, SHORT_TEXT_MAX)
  if (!unit.ok) return unit
  if (unit.value === '') return err({ type: 'InvalidField', field: 'unit', reason: 'empty' })
  const site = typedText('site', input.site, SHORT_TEXT_MAX)
  if (!site.ok) return site
  const note = typedText('note', input.note, LONG_TEXT_MAX)
  if (!note.ok) return note
  const takenAt = typedTime(input.takenAt, input.zone, nowMs)
  if (!takenAt.ok) return err({ type: 'InvalidField', field: 'takenAt', reason: takenAt.error })
  return ok({
    compound: compound?.id ?? null,
    label: label.value,
    amount: { text: input.amountText.trim(), unit: unit.value },
    route: null,
    site: site.value === '' ? null : site.value,
    takenAt: takenAt.value,
    note: note.value === '' ? null : note.value,
    skipped: false,
  })
}
