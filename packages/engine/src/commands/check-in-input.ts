import { type Json, type Result, bytesToBase64Url, err, ok, utf8ToBytes } from '@salus/base'
import { CHECK_IN_SCALES, LONG_TEXT_MAX, type ReportedTime, isRating } from '@salus/domain'
import { sha256 } from '@salus/crypto'
import type { CheckInInput } from '../api.ts'
import { type InvalidField, typedText } from './typed-number.ts'
import { typedTime } from './typed-time.ts'

const RECORD_ID_BYTES = 16

/** The id of a day's check-in, alike on every device: two devices that rate one day write to one record. */
export function checkInId(day: string): string {
  return bytesToBase64Url(sha256(utf8ToBytes(`salus/check-in/v1 ${day}`)).subarray(0, RECORD_ID_BYTES))
}

/** What a form sets and clears of one day's check-in; what it does not name stays. */
export interface CheckInChange {
  readonly day: string
  readonly takenAt: ReportedTime
  readonly set: Readonly<Record<string, Json>>
  readonly cleared: ReadonlySet<string>
}

/** Checks what was tapped or typed. */
export function readCheckInInput(input: CheckInInput, nowMs: number): Result<CheckInChange, InvalidField> {
  const set: Record<string, Json> = {}
  const cleared = new Set<string>()
  for (const scale of CHECK_IN_SCALES) {
    const rating = input[scale]
    if (rating === undefined) continue
    if (rating === null) cleared.add(scale)
    else if (isRating(rating)) set[scale] = rating
    else return err({ type: 'InvalidField', field: scale, reason: 'notANumber' })
  }
  if (input.note !== undefined) {
    const note = typedText('note', input.note, LONG_TEXT_MAX)
    if (!note.ok) return note
    if (note.value === '') cleared.add('note')
    else set['note'] = note.value
  }
  const takenAt = typedTime(input.takenAt, input.zone, nowMs)
  if (!takenAt.ok) return err({ type: 'InvalidField', field: 'takenAt', reason: takenAt.error })
  return ok({ day: input.takenAt.slice(0, 10), takenAt: takenAt.value, set, cleared })
}
