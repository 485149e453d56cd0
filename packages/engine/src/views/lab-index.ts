import { isJsonObject } from '@salus/base'
import { type Catalogue, LAB_RESULT_KIND, type ReportedTime, sortKeyMs } from '@salus/domain'
import type { RecordState, StreamState } from '@salus/sync'
import { seriesOf } from './result-view.ts'

interface Entry {
  readonly series: string
  readonly atMs: number
  /** When it was written last: of two results of one day the later entry is the later one. */
  readonly writtenHlc: number
}

/** Undated results sort before all others, so that they are never the latest. */
const UNDATED_MS = Number.NEGATIVE_INFINITY

/** Which results make which series, newest last: kept up with each change, so that a view need not look at all. */
export class LabIndex {
  readonly #catalogue: Catalogue
  readonly #entries = new Map<string, Entry>()
  readonly #series = new Map<string, string[]>()
  /** Series whose order must be made anew before they are read. */
  readonly #unsorted = new Set<string>()

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue
  }

  get count(): number {
    return this.#entries.size
  }

  /** Names of all series that have a result. */
  get seriesNames(): string[] {
    return [...this.#series.keys()]
  }

  /** Ids of a series' results, oldest first. */
  idsOf(series: string): readonly string[] {
    const ids = this.#series.get(series) ?? []
    if (this.#unsorted.delete(series)) {
      ids.sort((a, b) => this.#compare(a, b))
    }
    return ids
  }

  /** Takes in changed records; tells which series they touched. */
  update(stream: StreamState, ids: Iterable<string>): Set<string> {
    const touched = new Set<string>()
    for (const id of ids) {
      const record = stream.records.get(id)
      const before = this.#entries.get(id)
      const after = record === undefined ? undefined : this.#entryOf(record)
      if (before !== undefined) touched.add(before.series)
      if (after !== undefined) touched.add(after.series)
      if (before?.series !== after?.series) this.#move(id, before?.series, after?.series)
      else if (after !== undefined) this.#unsorted.add(after.series)
      if (after === undefined) this.#entries.delete(id)
      else this.#entries.set(id, after)
    }
    return touched
  }

  #entryOf(record: RecordState): Entry | undefined {
    if (record.kind !== LAB_RESULT_KIND || record.isDeleted) return undefined
    const fields = record.shown
    return {
      series: seriesOf(this.#catalogue, fields),
      atMs: takenAtMs(fields['takenAt']),
      writtenHlc: record.newestStamp.hlc,
    }
  }

  #move(id: string, from: string | undefined, to: string | undefined): void {
    if (from !== undefined) {
      const ids = (this.#series.get(from) ?? []).filter((other) => other !== id)
      if (ids.length === 0) this.#series.delete(from)
      else this.#series.set(from, ids)
    }
    if (to !== undefined) {
      const ids = this.#series.get(to)
      if (ids === undefined) this.#series.set(to, [id])
      else ids.push(id)
      this.#unsorted.add(to)
    }
  }

  #compare(a: string, b: string): number {
    const [first, second] = [this.#entries.get(a), this.#entries.get(b)]
    const [firstMs, secondMs] = [first?.atMs ?? UNDATED_MS, second?.atMs ?? UNDATED_MS]
    if (firstMs !== secondMs) return firstMs < secondMs ? -1 : 1
    return (first?.writtenHlc ?? 0) - (second?.writtenHlc ?? 0) || (a < b ? -1 : 1)
  }
}

/** Reads only what sorting needs; a full decode of each of 100,000 records would cost seconds at unlock. */
function takenAtMs(json: unknown): number {
  if (!isJsonObject(json) || typeof json['text'] !== 'string' || typeof json['precision'] !== 'string')
    return UNDATED_MS
  const { text, precision, instantMs } = json
  // The precision is one of the known ones or sortKeyMs finds no date in the text.
  const time = { text, precision, ...(typeof instantMs === 'number' ? { instantMs } : {}) } as ReportedTime
  return sortKeyMs(time) ?? UNDATED_MS
}
