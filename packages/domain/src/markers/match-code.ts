import type { Marker } from '../catalogue/marker.ts'
import type { UnitReader } from '../quantity/units.ts'
import { foldTerm } from '../search/fold-term.ts'

/** Code systems by which FHIR files and others name LOINC (R4 "Using LOINC with FHIR"; OID of HL7). */
export const LOINC_SYSTEMS: readonly string[] = [
  'http://loinc.org',
  'https://loinc.org',
  'urn:oid:2.16.840.1.113883.6.1',
]

/** What a report says about one result, as it is printed. */
export interface ReportedAnalyte {
  readonly codings: readonly { readonly system?: string; readonly code?: string }[]
  readonly label: string
  /** UCUM code or print; absent for a result in words. */
  readonly unit?: string
  readonly specimen?: string
}

/** A marker and what it was recognised by. */
export interface MarkerMatch {
  readonly marker: Marker
  readonly by: 'loinc' | 'label'
}

/** Finds the marker of what a report prints. */
export interface MarkerMatcher {
  /** The marker of a reported result, or null: a wrong marker is worse than none. */
  match(analyte: ReportedAnalyte): MarkerMatch | null
}

/**
 * A LOINC code decides (each belongs to one marker). Without a known one, the label must be a name of exactly one
 * marker, the unit must fit it and the specimen must not speak against it.
 */
export function createMarkerMatcher(markers: readonly Marker[], units: UnitReader): MarkerMatcher {
  const byLoinc = new Map(markers.flatMap((marker) => marker.loincCodes.map((code) => [code, marker] as const)))
  const byLabel = new Map<string, Marker | null>()
  const addLabel = (label: string, marker: Marker): void => {
    const key = foldTerm(label)
    const owner = byLabel.get(key)
    byLabel.set(key, owner === undefined || owner === marker ? marker : null)
  }
  for (const marker of markers) for (const term of [marker.name, ...marker.synonyms]) addLabel(term, marker)
  for (const marker of markers) {
    // Reports print "Calcium" for "Calcium, total", unless that is the name of another marker.
    const short = marker.name.replace(/, total$/, '')
    if (!byLabel.has(foldTerm(short))) addLabel(short, marker)
  }

  return {
    match({ codings, label, unit, specimen }) {
      for (const { system, code } of codings) {
        if (system === undefined || code === undefined || !LOINC_SYSTEMS.includes(system)) continue
        const marker = byLoinc.get(code)
        if (marker !== undefined) return { marker, by: 'loinc' }
      }
      const named = readLoincName(label)
      const marker = byLabel.get(foldTerm(named.component)) ?? null
      if (marker === null || !specimenFits(marker, specimen) || !specimenFits(marker, named.system)) return null
      if (marker.canonicalUnit === null) return unit === undefined ? { marker, by: 'label' } : null
      const read = unit === undefined ? null : units.read(unit, marker)
      return read !== null && read.ok && read.value.fits ? { marker, by: 'label' } : null
    },
  }
}

const SPECIMENS: readonly { readonly name: string; readonly reported: RegExp; readonly marker: RegExp }[] = [
  { name: 'urine', reported: /\b(?:urine|urin|harn|orina)/i, marker: /urine|^urinalysis/ },
  { name: 'saliva', reported: /\b(?:saliva|speichel|salive)/i, marker: /saliva/ },
  { name: 'stool', reported: /\b(?:stool|f(?:a)?eces|stuhl|heces|selles)/i, marker: /stool/ },
  { name: 'semen', reported: /\b(?:semen|sperma|ejakulat|sperme)/i, marker: /semen|sperm/ },
  { name: 'blood', reported: /\b(?:blood|serum|plasma|blut|sangre|suero|sang)/i, marker: /^$/ },
]

/** Parts of a LOINC long common name: `Calcium [Mass/volume] in Serum or Plasma by Calculation` (LOINC Users' Guide §2). */
function readLoincName(label: string): { readonly component: string; readonly system?: string } {
  const match = /^([^[\]]+) \[[^\]]+\] in ([^[\]]+?)(?: by [^[\]]+)?$/.exec(label)
  const [, component = label, system] = match ?? []
  return system === undefined ? { component } : { component, system }
}

/** The catalogue names the specimen in the id or category of all but blood markers. */
function specimenFits(marker: Marker, specimen: string | undefined): boolean {
  // A bare reference says nothing about what the specimen is.
  if (specimen === undefined || /^(?:Specimen\/|#|urn:|https?:)/.test(specimen)) return true
  const reported = SPECIMENS.find((kind) => kind.reported.test(specimen))
  if (reported === undefined) return false
  const own = SPECIMENS.find((kind) => kind.marker.test(marker.id) || kind.marker.test(marker.category))
  return (own?.name ?? 'blood') === reported.name
}
