import type { Json, JsonObject, Result } from '@salus/base'
import { type DecodeError, FieldReader, LONG_TEXT_MAX } from './field-reader.ts'
import { type ReportedTime, readReportedTime } from './reported-time.ts'

/** The record kind of a check-in. */
export const CHECK_IN_KIND = 'checkIn'

/** What a check-in asks, in the order of the screen. Salus's own questions, of no licensed questionnaire. */
export const CHECK_IN_SCALES = ['energy', 'mood', 'libido', 'sleep', 'sideEffects'] as const
export type CheckInScale = (typeof CHECK_IN_SCALES)[number]

/** Ratings are whole numbers; 1 is the least of what a scale names: of energy as of side effects. */
export const RATING_MIN = 1
export const RATING_MAX = 5

/** How somebody was on one day. Each member is a field that merges by itself; one that was not rated is null. */
export interface CheckIn extends Readonly<Record<CheckInScale, number | null>> {
  readonly takenAt: ReportedTime
  readonly note: string | null
}

/** Is this a whole number from {@link RATING_MIN} to {@link RATING_MAX}? */
export function isRating(rating: number): boolean {
  return Number.isInteger(rating) && rating >= RATING_MIN && rating <= RATING_MAX
}

/** A typed view of a check-in's fields; fields that this version does not know stay in the record. */
export function decodeCheckIn(fields: JsonObject): Result<CheckIn, DecodeError> {
  const reader = new FieldReader(fields)
  const rating = (scale: CheckInScale): number | null => {
    const read = reader.optionalNumber(scale)
    if (read !== undefined && !isRating(read)) reader.reject(scale)
    return read ?? null
  }
  return reader.result({
    takenAt: readReportedTime(reader.object('takenAt')),
    energy: rating('energy'),
    mood: rating('mood'),
    libido: rating('libido'),
    sleep: rating('sleep'),
    sideEffects: rating('sideEffects'),
    note: reader.optionalText('note', LONG_TEXT_MAX) ?? null,
  })
}

/** The fields of a check-in's record; what is null is left out. */
export function checkInFields(checkIn: CheckIn): JsonObject {
  const fields: Record<string, Json> = { takenAt: { ...checkIn.takenAt } }
  for (const scale of CHECK_IN_SCALES) {
    const rating = checkIn[scale]
    if (rating !== null) fields[scale] = rating
  }
  if (checkIn.note !== null) fields['note'] = checkIn.note
  return fields
}
