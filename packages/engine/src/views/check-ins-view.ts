import { CHECK_IN_KIND, type Catalogue, decodeCheckIn, reportedDate } from '@salus/domain'
import type { OpenVault } from '../open-vault.ts'
import { CHECK_INS_MAX, type CheckInsView } from '../check-in-views.ts'
import { viewOf } from './check-in-view.ts'
import { allDoseChanges } from './dose-ticks.ts'

/** All check-ins, and where an amount changed. Loaded when somebody looks at them. */
export function checkInsView(vault: OpenVault, catalogue: Catalogue): CheckInsView {
  const checkIns = [...vault.stream('journal').records.values()].flatMap((record) => {
    if (record.kind !== CHECK_IN_KIND || record.isDeleted) return []
    const checkIn = decodeCheckIn(record.shown)
    const day = checkIn.ok ? reportedDate(checkIn.value.takenAt) : null
    return checkIn.ok && day !== null ? [viewOf(record.id, day, checkIn.value)] : []
  })
  return {
    checkIns: checkIns.sort((a, b) => (a.day < b.day ? -1 : 1)).slice(-CHECK_INS_MAX),
    doseChanges: allDoseChanges(vault, catalogue),
  }
}
