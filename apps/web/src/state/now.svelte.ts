import { systemClock } from '@salus/base'

/** The time for the screen: once a minute, and at once when the app is looked at again. */
class Now {
  ms = $state<number>(systemClock.nowMs())
  /** Today's calendar day on this device. */
  readonly day = $derived(localDay(this.ms))

  start(): void {
    setInterval(() => this.refresh(), 60_000)
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.refresh()
    })
  }

  refresh(): void {
    this.ms = systemClock.nowMs()
  }
}

export const now = new Now()

/** The calendar day of an instant where the device is, `YYYY-MM-DD`. */
export function localDay(epochMs: number): string {
  const date = new Date(epochMs)
  return `${String(date.getFullYear()).padStart(4, '0')}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`
}

/** The time of day where the device is, `HH:MM`. */
export function localTime(epochMs: number): string {
  const date = new Date(epochMs)
  return `${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`
}

/** A calendar day so many days later; negative for earlier. */
export function dayPlus(day: string, days: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return new Date(Date.UTC(year, month - 1, date + days)).toISOString().slice(0, 10)
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
