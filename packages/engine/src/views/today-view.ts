import { DOSE_KIND, type Dose, decodeDose, sortKeyMs } from '@salus/domain'
import type { RecordState } from '@salus/sync'
import type { DoseView, TodayView } from '../view-types.ts'
import type { OpenVault } from '../open-vault.ts'
import { checkInView } from './check-in-view.ts'
import { type ViewContext, conflictViews } from './conflict-view.ts'

/** Compounds that Today offers to log again. */
const RECENT_MAX = 8

/** Doses of one day, and the newest of each compound. */
export function todayView(vault: OpenVault, day: string, zone: string, context: ViewContext): TodayView {
  const doses = allDoses(vault, context)
  const dayOf = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
  const recent = new Map<string, DoseView>()
  for (const dose of doses) {
    const name = dose.compoundId ?? dose.label
    if (!recent.has(name) && recent.size < RECENT_MAX) recent.set(name, dose)
  }
  return {
    doses: doses.filter((dose) => dayOf.format(dose.takenAtMs) === day),
    recent: [...recent.values()],
    checkIn: checkInView(vault, day),
    isEmpty:
      doses.length === 0 && vault.stream('labs').records.size === 0 && vault.stream('journal').records.size === 0,
  }
}

/** Newest first. */
function allDoses(vault: OpenVault, context: ViewContext): DoseView[] {
  const stream = vault.stream('treatments')
  const views: DoseView[] = []
  for (const record of stream.records.values()) {
    if (record.kind !== DOSE_KIND || record.isDeleted) continue
    const dose = decodeDose(record.shown)
    if (dose.ok) views.push(doseView(record, dose.value, !vault.waiting.has(stream.id, record.id), context))
  }
  return views.sort((a, b) => b.takenAtMs - a.takenAtMs || (a.id < b.id ? -1 : 1))
}

function doseView(record: RecordState, dose: Dose, isOnRelay: boolean, context: ViewContext): DoseView {
  return {
    id: record.id,
    compoundId: dose.compound,
    label: dose.label,
    amountText: dose.amount.text,
    unit: dose.amount.unit,
    takenAtMs: sortKeyMs(dose.takenAt) ?? 0,
    zone: dose.takenAt.zone ?? 'UTC',
    site: dose.site ?? '',
    note: dose.note ?? '',
    isOnRelay,
    conflicts: conflictViews(record, context),
  }
}
