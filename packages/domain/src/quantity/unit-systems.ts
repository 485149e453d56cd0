import type { Marker } from '../catalogue/marker.ts'
import { unitsOf } from './units.ts'

/** How somebody wants to read all markers: as each laboratory printed them, or in one of the two ways of the world. */
export type UnitSystem = 'reported' | 'si' | 'conventional'

/** All systems, in the order in which they are offered. */
export const UNIT_SYSTEMS: readonly UnitSystem[] = ['reported', 'si', 'conventional']

/** Not a laboratory's: kilometres and miles, kilocalories and joules are another choice. */
const OTHER_CATEGORIES: ReadonlySet<string> = new Set(['vital', 'lifestyle'])

/**
 * The unit (UCUM) of a marker in a system, null where the catalogue has none and results stay as reported.
 *
 * The catalogue names no system, so it is read off the codes of its columns `ucum_canonical` and `other_units`
 * (markers.csv): SI is an amount of substance in a ratio, or what stands per litre; conventional is the first other unit,
 * per decilitre, millilitre or microlitre, or without moles where SI has them. A marker with one of the two only has
 * neither: nothing would change.
 */
export function systemUnit(marker: Marker, system: UnitSystem): string | null {
  if (system === 'reported' || OTHER_CATEGORIES.has(marker.category)) return null
  const units = unitsOf(marker).filter((unit) => !isCatalytic(unit))
  const standard = units.filter(isStandard)
  // Where the canonical unit isn't standard, moles come before mass: lead in umol/L, HbA1c in mmol/mol.
  const [canonical] = units
  const si =
    canonical !== undefined && isStandard(canonical) ? canonical : (standard.find(hasMoles) ?? standard[0] ?? null)
  const conventional = si === null ? undefined : units.find((unit) => !isStandard(unit) && isOtherWay(unit, si))
  if (si === null || conventional === undefined) return null
  return system === 'si' ? si : conventional
}

function isStandard(unit: string): boolean {
  if (/eq|osm/.test(unit)) return false
  return /\/L(?![A-Za-z])/.test(unit) || (hasMoles(unit) && unit.includes('/'))
}

function isOtherWay(unit: string, si: string): boolean {
  return /\/[dmun]L/.test(unit) || (hasMoles(si) && !hasMoles(unit)) || (si === 'L/L' && unit === '%')
}

const hasMoles = (unit: string): boolean => unit.includes('mol')

/** Enzymes are printed in U/L in both worlds, and in katal in few laboratories of either. */
const isCatalytic = (unit: string): boolean => /(?<!\[I)U(?![A-Za-z])|kat/.test(unit)
