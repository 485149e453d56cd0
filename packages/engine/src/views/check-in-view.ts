import { CHECK_IN_KIND, type CheckIn, decodeCheckIn } from '@salus/domain'
import { checkInId } from '../commands/check-in-input.ts'
import type { OpenVault } from '../open-vault.ts'
import type { CheckInView } from '../view-types.ts'

/** The check-in of a day; null when there is none. */
export function checkInView(vault: OpenVault, day: string): CheckInView | null {
  const record = vault.stream('journal').records.get(checkInId(day))
  if (record === undefined || record.isDeleted || record.kind !== CHECK_IN_KIND) return null
  const checkIn = decodeCheckIn(record.shown)
  return checkIn.ok ? viewOf(record.id, day, checkIn.value) : null
}

/** A check-in as a screen shows it, of the day that names it. */
export function viewOf(id: string, day: string, checkIn: CheckIn): CheckInView {
  const { energy, mood, libido, sleep, sideEffects, note } = checkIn
  return { id, day, energy, mood, libido, sleep, sideEffects, note: note ?? '' }
}
