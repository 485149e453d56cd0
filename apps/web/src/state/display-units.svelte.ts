import { engine } from '../engine/client.ts'

/**
 * Where the choice lies: sealed under this device's key, as half-typed forms are. Which markers somebody looks at is
 * health data, and the plain preferences can be read while Salus is locked.
 */
const KEPT_AS = 'labs:units'
/** More than the catalogue has markers. */
export const DISPLAY_UNITS_MAX = 2_000

/** The unit (UCUM) in which somebody reads a marker on this device, where it isn't the reported one. */
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

  /** All choices, by marker. */
  get chosen(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#units)
  }

  /** Undefined shows what was reported. */
  of(markerId: string | null): string | undefined {
    return markerId === null ? undefined : this.#units.get(markerId)
  }

  /** Chooses a unit, or none. */
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
