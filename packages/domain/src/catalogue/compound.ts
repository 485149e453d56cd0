import type { Brand } from '@salus/base'
import type { Confidence, MarkerId } from './marker.ts'

/** The id of a row of the catalogue of compounds, such as `testosterone-cypionate-im`. */
export type CompoundId = Brand<string, 'CompoundId'>

/** A drug by ester and route. Plain data; decimals are text, exact. */
export interface Compound {
  readonly id: CompoundId
  readonly name: string
  readonly synonyms: readonly string[]
  readonly compoundClass: string
  readonly routes: readonly string[]
  /** UCUM */
  readonly doseUnit: string
  readonly scheduleForms: readonly string[]
  readonly halfLifeH: string | null
  readonly halfLifeLowH: string | null
  readonly halfLifeHighH: string | null
  readonly halfLifeKind: string
  readonly tmaxLowH: string | null
  readonly tmaxHighH: string | null
  /** Share of the labelled mass that is the active hormone, 0 to 1. */
  readonly activeFraction: string
  readonly monitorMarkers: readonly MarkerId[]
  readonly source: string
  readonly confidence: Confidence
  readonly notes: string
}
