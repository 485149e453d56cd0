import type { DoseView } from '@salus/engine/view-types'
import { wallTime } from '../../state/zoned-time.ts'

const DAY_MINUTES = 24 * 60

/**
 * What was last taken at about this time of the day first: in the morning what is taken in the morning. An order of the
 * list and no more; nothing here knows when something is due.
 */
export function byUsualTime(doses: readonly DoseView[], nowMs: number): DoseView[] {
  const minutesOff = ({ takenAtMs, zone }: DoseView): number => {
    const off = Math.abs(minuteOfDay(takenAtMs, zone) - minuteOfDay(nowMs, zone))
    return Math.min(off, DAY_MINUTES - off)
  }
  return doses.toSorted((a, b) => minutesOff(a) - minutesOff(b))
}

function minuteOfDay(epochMs: number, zone: string): number {
  const [hours = 0, minutes = 0] = wallTime(epochMs, zone).time.split(':').map(Number)
  return hours * 60 + minutes
}
