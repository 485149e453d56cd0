import type { Catalogue } from '../catalogue/catalogue.ts'
import type { Marker } from '../catalogue/marker.ts'
import type { MatchKind } from '../search/term-index.ts'

/** A hit of the search over markers. */
export interface FoundMarker {
  readonly marker: Marker
  /** The name or synonym that matched. */
  readonly term: string
  readonly match: MatchKind
}

/** Markers by any name in English, German, Spanish or French, whole or begun, with slips of the finger. Best first. */
export function findMarkers(catalogue: Catalogue, query: string, hitsMax?: number): readonly FoundMarker[] {
  return catalogue.markerIndex.search(query, hitsMax).flatMap(({ id, term, match }) => {
    const marker = catalogue.markerById.get(id)
    return marker === undefined ? [] : [{ marker, term, match }]
  })
}
