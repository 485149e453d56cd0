import {
  type Bytes,
  type EpochMs,
  bytesToUtf8,
  canonicalJson,
  isArray,
  isJsonObject,
  parseCanonicalJson,
  utf8ToBytes,
} from '@salus/base'
import type { Store } from '@salus/store'

/** How an alarm on record stands (S18a). */
export interface Finding {
  /** When it last arose: at that time it was found, and not by the comparison before. */
  readonly arisenMs: number
  /** The newest whole comparison with the relay has found it still. */
  readonly isOpen: boolean
  /** Batches or core entries that this device has given back to the relay for it (S19). */
  readonly givenBack: number
}

export interface Findings {
  /** When all was last compared with the relay while an alarm stood on record; null before. */
  readonly comparedMs: number | null
  /** By the alarm's id. One that is on record and not here was gone by the last comparison. */
  readonly found: ReadonlyMap<string, Finding>
}

const FINDINGS = 'findings'

export async function readFindings(store: Store): Promise<Findings> {
  const stored = await store.meta(FINDINGS)
  const text = stored === undefined ? undefined : bytesToUtf8(stored)
  const json = text?.ok === true ? parseCanonicalJson(text.value) : undefined
  const found = new Map<string, Finding>()
  if (json?.ok !== true || !isJsonObject(json.value)) return { comparedMs: null, found }
  const { comparedMs, found: rows } = json.value
  for (const [id, row] of isJsonObject(rows) ? Object.entries(rows) : []) {
    if (!isArray(row)) continue
    const [arisenMs, isOpen, givenBack] = row
    if (typeof arisenMs === 'number' && typeof givenBack === 'number')
      found.set(id, { arisenMs, isOpen: isOpen === true, givenBack })
  }
  return { comparedMs: typeof comparedMs === 'number' ? comparedMs : null, found }
}

/** Keeps, beside the alarms, what each comparison with the relay finds of them. */
export class FindingLog {
  readonly #store: Store
  readonly #nowMs: () => EpochMs
  readonly #raised = new Set<string>()

  constructor(store: Store, nowMs: () => EpochMs) {
    this.#store = store
    this.#nowMs = nowMs
  }

  /** A whole comparison begins. */
  begin(): void {
    this.#raised.clear()
  }

  /** An alarm was raised, or something was given back for one. */
  async note(id: string, givenBack = 0): Promise<void> {
    this.#raised.add(id)
    const { comparedMs, found } = await readFindings(this.#store)
    const known = found.get(id)
    const before = known?.isOpen === true ? known : { arisenMs: this.#nowMs(), givenBack: 0 }
    await this.#write(
      comparedMs,
      new Map(found).set(id, { ...before, isOpen: true, givenBack: before.givenBack + givenBack }),
    )
  }

  /** The comparison is whole: what it did not find is gone. */
  async end(): Promise<void> {
    const { found } = await readFindings(this.#store)
    if (found.size === 0 && (await this.#store.alarms()).length === 0) return
    await this.#write(
      this.#nowMs(),
      new Map([...found].map(([id, finding]) => [id, { ...finding, isOpen: this.#raised.has(id) }])),
    )
  }

  async #write(comparedMs: number | null, found: ReadonlyMap<string, Finding>): Promise<void> {
    const rows = Object.fromEntries(
      [...found].map(([id, { arisenMs, isOpen, givenBack }]) => [id, [arisenMs, isOpen, givenBack]]),
    )
    const bytes: Bytes = utf8ToBytes(canonicalJson({ comparedMs, found: rows }))
    // Of a disk that refuses this the commands speak; the alarm itself is on record.
    await this.#store.write({ meta: { [FINDINGS]: bytes } })
  }
}
