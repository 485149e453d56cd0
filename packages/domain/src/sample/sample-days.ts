import { type ReportedTime, reportedTime } from '../records/reported-time.ts'

const DAY_MS = 86_400_000

/** The calendar day `days` after another; both `YYYY-MM-DD`. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)
}

/** Reads wall-clock times of one zone, whose offset is looked up once a day. */
export function createWallClock(zone: string): (day: string, time: string) => ReportedTime {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
  const offsets = new Map<string, string>()
  const offsetOn = (day: string): string => {
    const known = offsets.get(day)
    if (known !== undefined) return known
    // Of the evening: each dose of a day when clocks change has one offset, which is enough for what is invented.
    const parts = format.formatToParts(Date.parse(`${day}T18:00Z`))
    const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''
    const offset = /[+-]\d{2}:\d{2}/.exec(name)?.[0] ?? 'Z'
    offsets.set(day, offset)
    return offset
  }
  return (day, time) => ({ ...reportedTime(`${day}T${time}${offsetOn(day)}`), zone })
}
