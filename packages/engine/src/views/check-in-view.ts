import { CHECK_IN_KIND, type CheckIn, decodeCheckIn } from '@salus/domain'
import { checkInId } from '../commands/check-in-input.ts'
import type { OpenVault } from '../open-vault.ts'
import type { CheckInView } from '../view-types.ts'

/** Days of the small trend that Today shows. */
const TREND_DAYS = 14
const DAY_MS = 86_400_000

/** The check-in of a day; null when there is none. */
export function checkInView(vault: OpenVault, day: string): CheckInView | null {
  const record = vault.stream('journal').records.get(checkInId(day))
  if (record === undefined || record.isDeleted || record.kind !== CHECK_IN_KIND) return null
  const checkIn = decodeCheckIn(record.shown)
  return checkIn.ok ? { id: record.id, day, ...ratingsOf(checkIn.value), note: checkIn.value.note ?? '' } : null
}

/** Check-ins of the days up to and with this one, oldest first. */
export function recentCheckIns(vault: OpenVault, day: string): CheckInView[] {
  const endMs = Date.parse(`${day}T00:00Z`)
  if (Number.isNaN(endMs)) return []
  return Array.from({ length: TREND_DAYS }, (_, index) => {
    const of = new Date(endMs - (TREND_DAYS - 1 - index) * DAY_MS).toISOString().slice(0, 10)
    return checkInView(vault, of)
  }).filter((view) => view !== null)
}

function ratingsOf({ energy, mood, libido, sleep, sideEffects }: CheckIn) {
  return { energy, mood, libido, sleep, sideEffects }
}
