import type { ComboboxOption } from '../../ui/combobox-option.ts'

/** A choice from the catalogue, or what was typed as one's own. */
export type CatalogueChoice<Hit> = { readonly type: 'hit'; readonly hit: Hit } | { readonly type: 'own' }

interface NamedHit {
  readonly id: string
  readonly name: string
  readonly matched: string
}

/** With one's own words, as many as the list has room for. */
const HITS_BESIDE_OWN_MAX = 11

/** What a search field offers: hits with the synonym that matched, and what was typed where no hit is called that. */
export function catalogueOptions<Hit extends NamedHit>(
  hits: readonly Hit[],
  text: string,
  ownDetail: (typed: string) => string,
): readonly ComboboxOption<CatalogueChoice<Hit>>[] {
  const found = hits.map((hit) => ({
    key: hit.id,
    text: hit.name,
    detail: hit.matched === hit.name ? '' : hit.matched,
    value: { type: 'hit', hit } as const,
  }))
  const typed = text.trim()
  const isOwn = typed !== '' && !hits.some((hit) => hit.name.toLowerCase() === typed.toLowerCase())
  if (!isOwn) return found
  return [
    ...found.slice(0, HITS_BESIDE_OWN_MAX),
    { key: '\u0000own', text: typed, detail: ownDetail(typed), value: { type: 'own' } as const },
  ]
}
