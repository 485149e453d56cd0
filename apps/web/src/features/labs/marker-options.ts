import type { MarkerHit } from '@salus/engine/view-types'
import { engine } from '../../engine/client.ts'
import type { ComboboxOption } from '../../ui/combobox-option.ts'

/** Markers of the catalogue by any of their names, for a field that offers nothing else. */
export async function markerOptions(text: string): Promise<readonly ComboboxOption<MarkerHit>[]> {
  const hits = await engine.api.searchMarkers(text)
  return hits.map((hit) => ({
    key: hit.id,
    text: hit.name,
    detail: hit.matched === hit.name ? '' : hit.matched,
    value: hit,
  }))
}
