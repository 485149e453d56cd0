import { language } from './language.svelte.ts'

/*
 * Dates and times as the reader writes them. All follow the language shown, so they are to be called where Svelte can
 * see it: in a template or a $derived.
 */

const DAY_MS = 86_400_000

/** `Tuesday`. */
export function weekday(day: string): string {
  return formatDay(day, { weekday: 'long' })
}

/** `24 November`, with the year when it isn't this one. */
export function longDay(day: string, today: string): string {
  const isThisYear = day.slice(0, 4) === today.slice(0, 4)
  return formatDay(day, { day: 'numeric', month: 'long', ...(isThisYear ? {} : { year: 'numeric' }) })
}

/** `18 Nov 2026`. */
export function shortDay(day: string): string {
  return formatDay(day, { day: 'numeric', month: 'short', year: 'numeric' })
}

/** `18 Nov` and `2026`, for a heading of two lines. */
export function dayAndYear(day: string): { readonly text: string; readonly year: string } {
  return { text: formatDay(day, { day: 'numeric', month: 'short' }), year: day.slice(0, 4) }
}

/** A calendar day has no zone: it is read and written as UTC, so that it stays what it is. */
function formatDay(day: string, options: Intl.DateTimeFormatOptions): string {
  const instant = Date.parse(`${day}T00:00:00Z`)
  if (Number.isNaN(instant)) return day
  return new Intl.DateTimeFormat(language.locale, { ...options, timeZone: 'UTC' }).format(instant)
}

/** `08:10`, in the zone where it happened. */
export function clockTime(epochMs: number, zone: string): string {
  return inZone(epochMs, zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
}

/** `24 Nov 2026, 08:10`. */
export function dayAndTime(epochMs: number, zone = deviceZone()): string {
  return inZone(epochMs, zone, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
}

function inZone(epochMs: number, zone: string, options: Intl.DateTimeFormatOptions): string {
  try {
    return new Intl.DateTimeFormat(language.locale, { ...options, timeZone: zone }).format(epochMs)
  } catch (error) {
    // An imported zone that this browser does not know: the device's own is shown instead.
    if (!(error instanceof RangeError)) throw error
    return new Intl.DateTimeFormat(language.locale, options).format(epochMs)
  }
}

/** When something was taken as it was reported: `2026-11-18`, `2026-11` or an instant. */
export function reportedDate(text: string): string {
  const { t, locale } = language
  if (text === '') return t.time.undated
  if (/^\d{4}-\d{2}$/.test(text)) {
    return new Intl.DateTimeFormat(locale, { month: 'short', year: 'numeric', timeZone: 'UTC' }).format(
      Date.parse(`${text}-01T00:00:00Z`),
    )
  }
  const day = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}))?/.exec(text)
  if (day === null) return text
  const [, date = text, time] = day
  return time === undefined ? shortDay(date) : `${shortDay(date)}, ${time}`
}

/** `18 Nov`, and the year when it isn't this one: for a narrow column. */
export function reportedDayBriefly(text: string, today: string): string {
  const day = /^\d{4}-\d{2}-\d{2}/.exec(text)?.[0]
  if (day === undefined) return reportedDate(text)
  const isThisYear = day.slice(0, 4) === today.slice(0, 4)
  return formatDay(day, isThisYear ? { day: 'numeric', month: 'short' } : { month: 'short', year: 'numeric' })
}

/** `2 min ago`. */
export function ago(epochMs: number, nowMs: number): string {
  const { time } = language.t
  const minutes = Math.floor((nowMs - epochMs) / 60_000)
  if (minutes < 1) return time.justNow
  if (minutes < 60) return time.minutesAgo(minutes)
  if (minutes < 48 * 60) return time.hoursAgo(Math.floor(minutes / 60))
  return time.daysAgo(Math.floor((nowMs - epochMs) / DAY_MS))
}

export function deviceZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone
}

/** `3.4 MB`, in the language's own way; powers of ten, as storage is sold. */
export function bytesText(bytes: number): string {
  const [divisor, unit] = bytes >= 1e9 ? [1e9, 'gigabyte'] : bytes >= 1e6 ? [1e6, 'megabyte'] : [1e3, 'kilobyte']
  return new Intl.NumberFormat(language.locale, { style: 'unit', unit, maximumFractionDigits: 1 }).format(
    bytes / divisor,
  )
}
