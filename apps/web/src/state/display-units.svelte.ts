import type { UnitChoice, UnitSystem } from '@salus/engine/view-types'
import { engine } from '../engine/client.ts'

/**
 * Where the choice lies: sealed under this device's key, as half-typed forms are. Which markers somebody looks at is
 * health data, and the plain preferences can be read while Salus is locked.
 */
const KEPT_AS = 'labs:units'
/** More than the catalogue has markers. */
export const DISPLAY_UNITS_MAX = 2_000

/** Stands among the markers for the choice of all; no marker is called so. */
const ALL = '*'
/** In the order in which they are offered. */
export const UNIT_SYSTEMS: readonly UnitSystem[] = ['reported', 'si', 'conventional']

/** The units (UCUM) in which somebody reads results on this device: of all markers, and of single ones. */
class DisplayUnits {
  #units = $state.raw<ReadonlyMap<string, string>>(new Map())
  #isLoaded = false

  /** Reads what was chosen; to be called where it is shown. Does nothing the second time. */
  load(): void {
    if (this.#isLoaded) return
    this.#isLoaded = true
    void engine.api.draft(KEPT_AS).then((kept) => {
      if (kept.ok && kept.value !== undefined) this.#units = new Map([...parseDisplayUnits(kept.value), ...this.#units])
    })
  }

  /** All choices, for a query. */
  readonly choice: UnitChoice = $derived({
    units: Object.fromEntries([...this.#units].filter(([marker]) => marker !== ALL)),
    system: this.system,
  })

  /** Of all markers that have no choice of their own. */
  get system(): UnitSystem {
    return UNIT_SYSTEMS.find((system) => system === this.#units.get(ALL)) ?? 'reported'
  }

  set system(system: UnitSystem) {
    this.set(ALL, system === 'reported' ? undefined : system)
  }

  /** A marker's own choice: empty for as reported, undefined for that of all. */
  of(markerId: string): string | undefined {
    return this.#units.get(markerId)
  }

  /** Chooses a unit for a marker, as reported with an empty one, or the choice of all with undefined. */
  set(markerId: string, unit: string | undefined): void {
    const units = new Map(this.#units)
    if (unit === undefined) units.delete(markerId)
    else if (units.size < DISPLAY_UNITS_MAX || units.has(markerId)) units.set(markerId, unit)
    this.#units = units
    void engine.api.keepDraft(KEPT_AS, JSON.stringify(Object.fromEntries(units)))
  }

  /** With a lock, the page forgets it. */
  clear(): void {
    this.#units = new Map()
    this.#isLoaded = false
  }
}

export const displayUnits = new DisplayUnits()

/** Whatever is not as expected is as if never chosen. */
export function parseDisplayUnits(json: string): ReadonlyMap<string, string> {
  const parsed = parseJson(json)
  if (typeof parsed !== 'object' || parsed === null) return new Map()
  const units = Object.entries(parsed).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return new Map(units.slice(0, DISPLAY_UNITS_MAX))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
