import { type Result, err, ok } from '@salus/base'
import type { Marker } from '../catalogue/marker.ts'
import { UNIT_LENGTH_MAX, ucumScale } from './ucum-scale.ts'

/** A spelling that laboratories print and the UCUM code that it means. */
export interface UnitAlias {
  readonly printed: string
  readonly ucum: string
  readonly note: string
}

/** What a printed unit means. */
export interface ReadUnit {
  readonly ucum: string
  /** The marker's values can be converted from it. Always false without a marker. */
  readonly fits: boolean
}

/** Why a printed unit has no one meaning. */
export type UnitError =
  | { readonly type: 'UnknownUnit' }
  /** The print could mean several units that matter here, such as mg/dL of urea or of BUN: ask. */
  | { readonly type: 'AmbiguousUnit'; readonly candidates: readonly string[] }

/** Reads printed units. */
export interface UnitReader {
  /**
   * The UCUM code of a printed unit. With a marker, a print with several meanings (IU/L, G/L, mg/dL of urea) is read as
   * the one that fits the marker.
   */
  read(printed: string, marker?: Marker): Result<ReadUnit, UnitError>
}

/** Knows the aliases and every UCUM code that the markers use. */
export function createUnitReader(aliases: readonly UnitAlias[], markers: readonly Marker[]): UnitReader {
  const exact = new Map<string, Set<string>>()
  const folded = new Map<string, Set<string>>()
  const add = (printed: string, ucum: string): void => {
    addTo(exact, printed, ucum)
    addTo(folded, foldUnit(printed), ucum)
  }
  for (const { printed, ucum } of aliases) {
    // `IU/L (enzymes)` is how the table says that IU/L means U/L for some markers.
    add(printed.replace(/ \((?:enzymes|cells|grip)\)$/, ''), ucum)
    add(ucum, ucum)
  }
  for (const marker of markers) for (const unit of unitsOf(marker)) add(unit, unit)

  return {
    read(printed, marker) {
      const text = printed.trim()
      if (text === '' || text.length > UNIT_LENGTH_MAX) return err({ type: 'UnknownUnit' })
      const verbatim = [...(exact.get(text) ?? [])]
      const candidates = new Set([...verbatim, ...(folded.get(foldUnit(text)) ?? [])])
      if (ucumScale(text) !== null) candidates.add(text)
      if (marker !== undefined) {
        const fitting = fittingUnits([...candidates], marker)
        const [only, ...others] = fitting
        if (only !== undefined && others.length === 0) return ok({ ucum: only, fits: true })
        if (only !== undefined) return err({ type: 'AmbiguousUnit', candidates: fitting })
      }
      const [known, ...others] = verbatim.length > 0 ? verbatim : [...candidates]
      if (known === undefined) return err({ type: 'UnknownUnit' })
      // Without a marker that decides, the first row of the table is the usual meaning of an exact print.
      if (verbatim.length === 0 && others.length > 0)
        return err({ type: 'AmbiguousUnit', candidates: [known, ...others] })
      return ok({ ucum: known, fits: false })
    },
  }
}

/** The marker's units, the canonical one first. */
export function unitsOf(marker: Marker): readonly string[] {
  return marker.canonicalUnit === null
    ? []
    : [marker.canonicalUnit, ...marker.otherUnits.map((conversion) => conversion.unit)]
}

/**
 * Units of the marker that the candidates mean: the same code, the same but for an annotation (mg/g for mg/g{creat}),
 * else a candidate that differs from one by a power of ten.
 */
function fittingUnits(candidates: readonly string[], marker: Marker): readonly string[] {
  const units = unitsOf(marker)
  const same = units.filter((unit) => candidates.includes(unit))
  if (same.length > 0) return distinctMeanings(same, marker)
  const annotated = units.filter((unit) => candidates.includes(withoutAnnotations(unit)))
  if (annotated.length > 0) return distinctMeanings(annotated, marker)
  const scaled = candidates.filter((candidate) => {
    const dimension = ucumScale(candidate)?.dimension ?? ''
    return dimension !== '' && units.some((unit) => ucumScale(unit)?.dimension === dimension)
  })
  return scaled.slice(0, 1)
}

/** `mg/(24.h)` and `mg/d`, or `10*3/uL` and `10*9/L`, are two spellings of one unit: not a question. */
function distinctMeanings(units: readonly string[], marker: Marker): readonly string[] {
  const meanings = new Map<string, string>()
  for (const unit of units) {
    const conversion = marker.otherUnits.find((other) => other.unit === unit)
    const meaning = conversion === undefined ? '1:0' : `${conversion.factor}:${conversion.offset}`
    if (!meanings.has(meaning)) meanings.set(meaning, unit)
  }
  return [...meanings.values()]
}

function withoutAnnotations(unit: string): string {
  return unit.replace(/\{[^}]*\}/g, '')
}

/**
 * One key for the ways a unit is printed: case, spaces, micro signs, `mcg`, `x10^9`, `10E9`.
 * Cases that differ in meaning (g/L, G/L) share a key on purpose; the marker decides between them.
 */
function foldUnit(printed: string): string {
  return printed
    .toLowerCase()
    .replace(/[µμ]/g, 'u')
    .replace(/\s+/g, '')
    .replace(/^mcg/, 'ug')
    .replace(/^[x×*](?=10)/, '')
    .replace(/^10(?:\^|e|\*\*)(?=\d)/, '10*')
}

function addTo(map: Map<string, Set<string>>, key: string, value: string): void {
  const values = map.get(key)
  if (values === undefined) map.set(key, new Set([value]))
  else values.add(value)
}
