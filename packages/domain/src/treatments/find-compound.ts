import type { Catalogue } from '../catalogue/catalogue.ts'
import type { Compound } from '../catalogue/compound.ts'
import type { MatchKind } from '../search/term-index.ts'

/** A hit of the search over compounds. */
export interface FoundCompound {
  readonly compound: Compound
  /** The name or synonym that matched. */
  readonly term: string
  readonly match: MatchKind
}

/** Compounds by name, brand or abbreviation, whole or begun, with slips of the finger. Best first. */
export function findCompounds(catalogue: Catalogue, query: string, hitsMax?: number): readonly FoundCompound[] {
  return catalogue.compoundIndex.search(query, hitsMax).flatMap(({ id, term, match }) => {
    const compound = catalogue.compoundById.get(id)
    return compound === undefined ? [] : [{ compound, term, match }]
  })
}
