import { type Result, err, ok } from '@salus/base'
import { type ReportedTime, reportedTime } from '@salus/domain'

/** An hour: clocks of the person's devices differ, and a slip of years is what this catches. */
const AHEAD_MS_MAX = 60 * 60 * 1000

/**
 * Reads what a form's date or date-and-time field gives, in the person's zone: a day stays a day, a time becomes an
 * instant with that zone's offset at that time.
 */
export function typedTime(text: string, zone: string, nowMs: number): Result<ReportedTime, 'notADate' | 'inTheFuture'> {
  const local = reportedTime(text)
  if (local.precision === 'day') {
    const startMs = zonedMs(`${text}T00:00`, zone)
    if (startMs === undefined) return err('notADate')
    return startMs > nowMs + AHEAD_MS_MAX ? err('inTheFuture') : ok({ ...local, zone })
  }
  if (local.precision !== 'local') return err('notADate')
  const instantMs = zonedMs(text, zone)
  if (instantMs === undefined) return err('notADate')
  if (instantMs > nowMs + AHEAD_MS_MAX) return err('inTheFuture')
  const instant = reportedTime(text + offsetText(instantMs, zone))
  return instant.precision === 'instant' ? ok({ ...instant, zone }) : err('notADate')
}

/** Wall clock to instant. A time that daylight saving skips moves on by the gap; of a doubled one the first is meant. */
function zonedMs(text: string, zone: string): number | undefined {
  const asUtcMs = Date.parse(`${text.slice(0, 16)}:00Z`)
  if (Number.isNaN(asUtcMs)) return undefined
  try {
    const before = asUtcMs - offsetMinutes(asUtcMs - 24 * 3_600_000, zone) * 60_000
    if (offsetMinutes(before, zone) === offsetMinutes(asUtcMs - 24 * 3_600_000, zone)) return before
    return asUtcMs - offsetMinutes(asUtcMs + 24 * 3_600_000, zone) * 60_000
  } catch {
    // Intl refuses a zone that it does not know.
    return undefined
  }
}

/** Zones whose formatter is kept: making one takes far longer than asking it. A person lives in few. */
const FORMATTERS_MAX = 16
const formatters = new Map<string, Intl.DateTimeFormat>()

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
  if (formatters.size >= FORMATTERS_MAX) formatters.clear()
  formatters.set(zone, made)
  return made
}

function offsetMinutes(atMs: number, zone: string): number {
  const parts = formatterOf(zone).formatToParts(atMs)
  const name = parts.find((part) => part.type === 'timeZoneName')?.value ?? 'GMT'
  const match = /GMT([+-])(\d{2}):(\d{2})/.exec(name)
  return match === null ? 0 : (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]))
}

function offsetText(atMs: number, zone: string): string {
  const minutes = offsetMinutes(atMs, zone)
  const absolute = Math.abs(minutes)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(absolute / 60))}:${two(absolute % 60)}`
}
