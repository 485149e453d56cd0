import type { Brand } from '@salus/base'

/** The id of a row of the catalogue of markers, such as `testosterone-total`. */
export type MarkerId = Brand<string, 'MarkerId'>

/** canonical = value × factor + offset; factor and offset are exact decimals in plain notation. */
export interface UnitConversion {
  readonly unit: string
  readonly factor: string
  readonly offset: string
}

/** Bounds in the marker's canonical unit; one is missing when the interval is one-sided. */
export interface CatalogueInterval {
  readonly low?: string
  readonly high?: string
}

/** Ranks of an ordinal marker from 0; `expected` is the usual finding. */
export interface OrdinalScale {
  readonly ranks: readonly string[]
  readonly expected: string
}

/** For whom a fallback interval of the catalogue holds. */
export type ReferenceGroup = 'male' | 'female' | 'follicular' | 'luteal' | 'postmenopausal'

/** Something that is measured. Plain data, so that it crosses a worker's boundary; decimals are text, exact. */
export interface Marker {
  readonly id: MarkerId
  readonly name: string
  /** Other names and print forms in English, German, Spanish and French. */
  readonly synonyms: readonly string[]
  readonly category: string
  readonly loincCodes: readonly string[]
  /** UCUM; null for an ordinal marker. */
  readonly canonicalUnit: string | null
  readonly otherUnits: readonly UnitConversion[]
  /** g/mol */
  readonly molarMass: string | null
  readonly ordinalScale: OrdinalScale | null
  /** Fallbacks only: the interval that the laboratory printed always wins. */
  readonly intervals: Readonly<Partial<Record<ReferenceGroup, CatalogueInterval>>>
  readonly intervalNotes: string
  /** Outside of these a value is almost surely a slip or a unit mix-up: ask. In the canonical unit, or a rank. */
  readonly limitMin: string
  readonly limitMax: string
  /** Places after the point when shown in the canonical unit. */
  readonly decimals: number
  /** Within-person biological variation and analytical variation, per cent. */
  readonly cviPct: string | null
  readonly cvaPct: string | null
  readonly variationSource: string
  readonly source: string
  readonly confidence: Confidence
  /** What was verified: L LOINC code, U conversions, R interval, B biological variation. */
  readonly checked: string
}

/** How sure a row's figures are: high is sure of them, medium recalled, low indicative only. */
export type Confidence = 'high' | 'medium' | 'low'
