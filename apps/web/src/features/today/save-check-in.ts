import { systemClock } from '@salus/base'
import type { CheckInInput, CheckInScale } from '@salus/engine/api'
import { engine } from '../../engine/client.ts'
import { deviceZone } from '../../messages/format.ts'
import { faultText } from '../../state/fault-text.ts'
import { now } from '../../state/now.svelte.ts'
import { toasts } from '../../state/toasts.svelte.ts'
import { wallTime } from '../../state/zoned-time.ts'

/** What a check-in asks, in the order of the screen. */
export const SCALES: readonly CheckInScale[] = ['energy', 'mood', 'libido', 'sleep', 'sideEffects']
export const RATINGS = [1, 2, 3, 4, 5] as const

/** Saves what is named of a day's check-in: of today with the time of the tap, of another day the day alone. */
export async function saveCheckIn(day: string, change: Omit<CheckInInput, 'takenAt' | 'zone'>): Promise<boolean> {
  const zone = deviceZone()
  const { time } = wallTime(systemClock.nowMs(), zone)
  const saved = await engine.api.saveCheckIn({ ...change, takenAt: day === now.day ? `${day}T${time}` : day, zone })
  if (!saved.ok) toasts.fail(faultText(saved.error))
  return saved.ok
}
