import type { CareView } from '@salus/engine/view-types'

const DAY_MS = 86_400_000
/** Half a year, after which the owner is reminded, gently, to take the kit out of its drawer. */
export const KIT_CHECK_MS = 182 * DAY_MS
/** A quarter, after which a copy outside of Salus is proposed. */
export const EXPORT_MS = 91 * DAY_MS

/** A device that joined by pairing has never seen the kit: it counts from its own first day. */
export function isKitCheckDue(care: CareView, nowMs: number): boolean {
  return isDue(care.kitCheckedMs ?? care.setUpMs, KIT_CHECK_MS, nowMs)
}

export function isExportDue(care: CareView, nowMs: number): boolean {
  return isDue(care.exportedMs ?? care.setUpMs, EXPORT_MS, nowMs)
}

/** What is not known, as on a device set up by an earlier Salus, reminds of nothing. */
function isDue(sinceMs: number | null, afterMs: number, nowMs: number): boolean {
  return sinceMs !== null && nowMs - sinceMs >= afterMs
}
