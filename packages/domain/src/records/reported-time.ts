import { type FieldReader, SHORT_TEXT_MAX } from './field-reader.ts'

/** How exactly a time was reported. `local` is a time of day whose zone nobody stated. */
export type TimePrecision = 'year' | 'month' | 'day' | 'local' | 'instant' | 'unknown'

/** When something was, as it was reported; the rest is read from that text. */
export interface ReportedTime {
  /** `2012`, `2012-05`, `2012-05-03`, `2012-05-03T09:30:10+01:00`; of a period its start. */
  readonly text: string
  readonly precision: TimePrecision
  /** Epoch milliseconds; present with the precision `instant` only. */
  readonly instantMs?: number
  /** IANA zone where it is known, as for what is typed on this device. */
  readonly zone?: string
  /** End of a period, as reported. */
  readonly endText?: string
}

const PRECISIONS: readonly string[] = ['year', 'month', 'day', 'local', 'instant', 'unknown'] satisfies TimePrecision[]

/**
 * Reads a date or instant in FHIR's form (R4 datatypes, dateTime): a date to the precision that is known, or a time with
 * its offset. Real files also leave out the seconds or the offset; the first is still an instant, the second is `local`.
 * What isn't a date of the calendar is `unknown` and keeps its text.
 */
export function reportedTime(text: string): ReportedTime {
  const match =
    /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?)?)?)?$/.exec(
      text,
    )
  if (match === null) return { text, precision: 'unknown' }
  const [, year = '', month, day, hour, minute = '0', second = '0', fraction = '', offset] = match
  const dayMs = utcDayMs(Number(year), Number(month ?? '1'), Number(day ?? '1'))
  if (Number(year) < 1 || !isCalendarDay(dayMs, month, day)) return { text, precision: 'unknown' }
  if (month === undefined) return { text, precision: 'year' }
  if (day === undefined) return { text, precision: 'month' }
  if (hour === undefined) return { text, precision: 'day' }
  // 60 is a leap second, which FHIR allows; epoch time has none and counts it into the next minute.
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return { text, precision: 'unknown' }
  if (offset === undefined) return { text, precision: 'local' }
  const offsetMinutes = readOffsetMinutes(offset)
  if (offsetMinutes === null) return { text, precision: 'unknown' }
  const timeMs = ((Number(hour) * 60 + Number(minute) - offsetMinutes) * 60 + Number(second)) * 1_000
  const fractionMs = Number(fraction.slice(0, 3).padEnd(3, '0'))
  return { text, precision: 'instant', instantMs: dayMs + timeMs + fractionMs }
}

/**
 * A number to sort by: the instant, else the start of what was reported, read as UTC. Null when the text is no date.
 * It orders; it is not a point in time.
 */
export function sortKeyMs(time: ReportedTime): number | null {
  if (time.instantMs !== undefined) return time.instantMs
  if (time.precision === 'unknown') return null
  const [year = '', month = '1', day = '1'] = time.text.slice(0, 10).split('-')
  const dayMs = utcDayMs(Number(year), Number(month), Number(day))
  const [, hour = '0', minute = '0'] = /[T ](\d{2}):(\d{2})/.exec(time.text) ?? []
  return dayMs + (Number(hour) * 60 + Number(minute)) * 60_000
}

/** The date part of the reported text, in its own zone: `2012`, `2012-05` or `2012-05-03`. */
export function reportedDate(time: ReportedTime): string | null {
  return time.precision === 'unknown' ? null : time.text.slice(0, 10)
}

/** Reads a stored {@link ReportedTime}; what is wrong is noted by the reader. */
export function readReportedTime(reader: FieldReader): ReportedTime {
  const precision = reader.text('precision')
  if (!isPrecision(precision)) reader.reject('precision')
  const instantMs = reader.optionalNumber('instantMs')
  return {
    text: reader.text('text', SHORT_TEXT_MAX),
    precision: isPrecision(precision) ? precision : 'unknown',
    ...(instantMs === undefined ? {} : { instantMs }),
    ...reader.maybeText('zone'),
    ...reader.maybeText('endText'),
  }
}

function isPrecision(text: string): text is TimePrecision {
  return PRECISIONS.includes(text)
}

/** Date.UTC reads the years 0 to 99 as 1900 to 1999; setUTCFullYear doesn't. */
function utcDayMs(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month - 1, day)
}

/** The platform carries the 31st of April over into May; such a date was not reported rightly. */
function isCalendarDay(dayMs: number, month: string | undefined, day: string | undefined): boolean {
  const date = new Date(dayMs)
  return date.getUTCMonth() === Number(month ?? '1') - 1 && date.getUTCDate() === Number(day ?? '1')
}

function readOffsetMinutes(offset: string): number | null {
  if (offset === 'Z') return 0
  const hours = Number(offset.slice(1, 3))
  const minutes = Number(offset.slice(-2))
  if (hours > 14 || minutes > 59) return null
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}
