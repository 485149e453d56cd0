import { systemClock } from '@salus/base'
import { deviceZone } from '../messages/format.ts'
import { wallTime } from './zoned-time.ts'

/** The time for the screen: once a minute, and at once when the app is looked at again. */
class Now {
  ms = $state<number>(systemClock.nowMs())
  /** Today's calendar day on this device. */
  readonly day = $derived(wallTime(this.ms, deviceZone()).day)

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

/** A calendar day so many days later; negative for earlier. */
export function dayPlus(day: string, days: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return new Date(Date.UTC(year, month - 1, date + days)).toISOString().slice(0, 10)
}
