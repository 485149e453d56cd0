import { createMarkerMatcher, type MarkerMatcher } from '../markers/match-code.ts'
import { createUnitReader, type UnitAlias, type UnitReader } from '../quantity/units.ts'
import { createTermIndex, type TermIndex } from '../search/term-index.ts'
import type { Compound, CompoundId } from './compound.ts'
import type { Marker, MarkerId } from './marker.ts'
import { readCompounds } from './read-compounds.ts'
import { readMarkers } from './read-markers.ts'
import { type TextTable, mapRows } from './table.ts'

/** All that is known about markers, compounds and units, with its indexes. Built once, in the engine's worker. */
export interface Catalogue {
  readonly markers: readonly Marker[]
  readonly compounds: readonly Compound[]
  readonly unitAliases: readonly UnitAlias[]
  readonly markerById: ReadonlyMap<string, Marker>
  readonly compoundById: ReadonlyMap<string, Compound>
  readonly markerIndex: TermIndex<MarkerId>
  readonly compoundIndex: TermIndex<CompoundId>
  readonly units: UnitReader
  readonly matcher: MarkerMatcher
}

/**
 * Loads the catalogue. The tables are imported when this is called, so that a bundle that never calls it (the screens)
 * carries none of them.
 */
export async function loadCatalogue(): Promise<Catalogue> {
  const [markers, compounds, aliases] = await Promise.all([
    import('./markers.json', { with: { type: 'json' } }),
    import('./compounds.json', { with: { type: 'json' } }),
    import('./unit-aliases.json', { with: { type: 'json' } }),
  ])
  return createCatalogue(markers.default, compounds.default, aliases.default)
}

/** Builds a catalogue from its tables. @throws when they are not what this commit expects. */
export function createCatalogue(markerTable: TextTable, compoundTable: TextTable, aliasTable: TextTable): Catalogue {
  const markers = readMarkers(markerTable)
  const compounds = readCompounds(compoundTable)
  const unitAliases = mapRows(aliasTable, (cell) => ({
    printed: cell('printed'),
    ucum: cell('ucum'),
    note: cell('note'),
  }))
  const units = createUnitReader(unitAliases, markers)
  return {
    markers,
    compounds,
    unitAliases,
    markerById: new Map(markers.map((marker) => [marker.id, marker])),
    compoundById: new Map(compounds.map((compound) => [compound.id, compound])),
    markerIndex: createTermIndex(markers.map(({ id, name, synonyms }) => ({ id, terms: [name, ...synonyms] }))),
    compoundIndex: createTermIndex(compounds.map(({ id, name, synonyms }) => ({ id, terms: [name, ...synonyms] }))),
    units,
    matcher: createMarkerMatcher(markers, units),
  }
}
