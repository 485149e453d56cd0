import type { SeriesView } from '@salus/engine/view-types'
import { live } from '../../engine/live.svelte.ts'
import { seriesAddresses } from '../../state/series-addresses.svelte.ts'

/** The series at an address: undefined until it is known, null when the record has no such series. */
export function liveSeries(address: () => string): { readonly value: SeriesView | null | undefined } {
  const series = $derived(seriesAddresses.seriesOf(address()))
  const query = live(() => ({ name: 'series', series: series ?? '' }))
  return {
    get value() {
      if (series !== undefined) return query.value
      return seriesAddresses.isComplete ? null : undefined
    },
  }
}
