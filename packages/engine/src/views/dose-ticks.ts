import {
  type Catalogue,
  DOSE_KIND,
  type Dose,
  type LabResult,
  type Marker,
  decimalToText,
  decodeDose,
  doseChanges,
  parseStoredDecimal,
  sinceDose,
  sortKeyMs,
  suppliesAnalyte,
} from '@salus/domain'
import type { OpenVault } from '../open-vault.ts'
import { DOSE_TICKS_MAX, type DoseChangeView, type DoseTick, type SinceDoseView } from '../view-types.ts'

/** The dose log as a marker's page shows it. */
export interface DosesOfMarker {
  readonly ticks: readonly DoseTick[]
  readonly changes: readonly DoseChangeView[]
  since(result: LabResult): SinceDoseView | null
}

export const NO_DOSES: DosesOfMarker = { ticks: [], changes: [], since: () => null }

interface Taken {
  readonly dose: Dose
  readonly takenAt: Dose['takenAt']
  readonly takenAtMs: number
  readonly compound: string
  /** Of what the marker measures. */
  readonly isOwn: boolean
}

/** Doses of the compounds whose treatment is followed by this marker (the catalogue's `monitorMarkers`). */
export function dosesFor(vault: OpenVault, catalogue: Catalogue, marker: Marker): DosesOfMarker {
  const doses = takenDoses(vault, catalogue, marker)
  const own = doses.filter(({ isOwn }) => isOwn)
  const others = doses.filter(({ isOwn }) => !isOwn)
  return {
    ticks: doses.slice(-DOSE_TICKS_MAX).map(({ dose, takenAtMs, compound, isOwn }) => ({
      takenAtMs,
      compound,
      isOwn,
      amountText: dose.amount.text,
      unit: dose.amount.unit,
    })),
    changes: changesOf(doses),
    since: (result) => {
      if (result.takenAt === null) return null
      const since = sinceDose(result.takenAt, own) ?? sinceDose(result.takenAt, others)
      if (since === null) return null
      const { compound, isOwn } = since.dose
      return { compound, isOwn, hours: since.hours, days: since.days }
    },
  }
}

/** Where the amount of any compound changed and was kept, oldest first. */
export function allDoseChanges(vault: OpenVault, catalogue: Catalogue): readonly DoseChangeView[] {
  return changesOf(takenDoses(vault, catalogue, undefined))
}

/** Of the compounds that a marker watches, or of all; oldest first. */
function takenDoses(vault: OpenVault, catalogue: Catalogue, marker: Marker | undefined): Taken[] {
  const taken: Taken[] = []
  for (const record of vault.stream('treatments').records.values()) {
    if (record.kind !== DOSE_KIND || record.isDeleted) continue
    const dose = decodeDose(record.shown)
    if (!dose.ok || dose.value.skipped || dose.value.compound === null) continue
    const compound = catalogue.compoundById.get(dose.value.compound)
    const takenAtMs = sortKeyMs(dose.value.takenAt)
    if (compound === undefined || takenAtMs === null) continue
    if (marker !== undefined && !compound.monitorMarkers.includes(marker.id)) continue
    const { name } = compound
    const isOwn = marker !== undefined && suppliesAnalyte(compound, marker)
    taken.push({ dose: dose.value, takenAt: dose.value.takenAt, takenAtMs, compound: name, isOwn })
  }
  return taken.sort((a, b) => a.takenAtMs - b.takenAtMs)
}

function changesOf(doses: readonly Taken[]): DoseChangeView[] {
  const byCompound = Map.groupBy(doses, ({ compound }) => compound)
  const changes = [...byCompound].flatMap(([compound, taken]) => {
    const amounts = taken.flatMap(({ dose: { amount }, takenAtMs }) => {
      const decimal = parseStoredDecimal(amount.text)
      return decimal.ok ? [{ takenAtMs, amount: decimal.value, unit: amount.unit }] : []
    })
    return doseChanges(amounts).map(({ atMs, from, to, unit }) => ({
      atMs,
      compound,
      fromText: decimalToText(from),
      toText: decimalToText(to),
      unit,
    }))
  })
  return changes.sort((a, b) => a.atMs - b.atMs)
}
