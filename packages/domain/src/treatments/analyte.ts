import type { Compound } from '../catalogue/compound.ts'
import type { Marker } from '../catalogue/marker.ts'

/**
 * True when what a marker measures is what a compound brings into the body: testosterone cypionate and total
 * testosterone, not anastrozole, whose treatment watches testosterone too.
 *
 * The catalogue has no such column, so it is read off those it has: the marker is one of the compound's
 * `monitor_markers` (compounds.csv), and its substance, the name up to a comma or a bracket, begins the compound's name
 * or one of its synonyms, or stands in brackets there as `T4` does of `Free T4`.
 */
export function suppliesAnalyte(compound: Compound, marker: Marker): boolean {
  if (!compound.monitorMarkers.includes(marker.id)) return false
  const names = [compound.name, ...compound.synonyms].map(folded)
  const substance = substanceOf(marker.name)
  if (names.some((name) => name === substance || name.startsWith(`${substance} `))) return true
  const [, bracketed] = /\(([^)]+)\)/.exec(compound.name) ?? []
  return bracketed !== undefined && marker.synonyms.some((term) => folded(term) === `free ${folded(bracketed)}`)
}

function substanceOf(name: string): string {
  return folded(/^[^,(]*/.exec(name)?.[0] ?? name)
}

const folded = (text: string): string => text.trim().toLowerCase()
