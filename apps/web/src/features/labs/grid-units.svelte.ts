import { onDestroy } from 'svelte'
import { engine } from '../../engine/client.ts'

const NAME = 'labs:units'

/**
 * Units to show markers in, chosen on this device. Which markers somebody has is nothing to lie readable on a disk, so
 * the choice is sealed under this device's key like a draft, not kept with the preferences.
 */
export class GridUnits {
  chosen = $state.raw<Readonly<Record<string, string>>>({})

  constructor() {
    let isGone = false
    onDestroy(() => (isGone = true))
    void engine.api.draft(NAME).then((kept) => {
      if (!isGone && kept.ok && kept.value !== undefined) this.chosen = parseUnits(kept.value)
    })
  }

  /** @param unit UCUM code; empty shows the marker as reported */
  choose(markerId: string, unit: string): void {
    const { [markerId]: _, ...others } = this.chosen
    this.chosen = unit === '' ? others : { ...others, [markerId]: unit }
    void engine.api.keepDraft(NAME, JSON.stringify(this.chosen))
  }
}

function parseUnits(json: string): Readonly<Record<string, string>> {
  const parsed: unknown = JSON.parse(json)
  if (typeof parsed !== 'object' || parsed === null) return {}
  const units = Object.entries(parsed).flatMap(([marker, unit]: [string, unknown]) =>
    typeof unit === 'string' ? [[marker, unit] as const] : [],
  )
  return Object.fromEntries(units)
}
