import { isJsonObject } from '@salus/base'
import { type Catalogue, LAB_RESULT_KIND, type ReportedTime, sortKeyMs } from '@salus/domain'
import type { RecordState, StreamState } from '@salus/sync'
import { seriesOf } from './result-view.ts'

interface Entry {
  readonly series: string
  readonly atMs: number
  /** `YYYY-MM-DD` as reported; undefined when the day isn't known. */
  readonly day: string | undefined
  /** When it was written last: of two results of one day the later entry is the later one. */
  readonly writtenHlc: number
}

/** A series with more displaced results than this is sorted as a whole. */
const PLACED_ONE_BY_ONE_MAX = 16

/** Undated results sort before all others, so that they are never the latest. */
const UNDATED_MS = Number.NEGATIVE_INFINITY

/** Which results make which series, newest last: kept up with each change, so that a view need not look at all. */
export class LabIndex {
  readonly #catalogue: Catalogue
  readonly #entries = new Map<string, Entry>()
  readonly #series = new Map<string, string[]>()
  /** Results that may stand in the wrong place of their series, which is put right before it is read. */
  readonly #displaced = new Map<string, Set<string>>()
  /** Results of each day. */
  readonly #dayCounts = new Map<string, number>()
  #days: readonly string[] | undefined

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
    const displaced = this.#displaced.get(series)
    if (displaced === undefined) return ids
    this.#displaced.delete(series)
    const isFew = displaced.size <= PLACED_ONE_BY_ONE_MAX
    const sorted = isFew ? this.#place(ids, displaced) : this.#sort(ids)
    this.#series.set(series, sorted)
    return sorted
  }

  /** Days that have a result, newest first. */
  get days(): readonly string[] {
    return (this.#days ??= [...this.#dayCounts.keys()].sort().reverse())
  }

  /** Results of a series of this day or a later one, newest first, with their day; those without a day are left out. */
  since(series: string, oldestDay: string): { readonly id: string; readonly day: string }[] {
    // A day is a day where the blood was drawn: its instant may lie up to 14 hours to either side of the day in UTC.
    const oldestMs = Date.parse(`${oldestDay}T00:00:00Z`) - ZONE_MS_MAX
    const found: { readonly id: string; readonly day: string }[] = []
    for (const id of this.idsOf(series).toReversed()) {
      const { atMs = UNDATED_MS, day } = this.#entries.get(id) ?? {}
      if (atMs < oldestMs) break
      if (day !== undefined && day >= oldestDay) found.push({ id, day })
    }
    return found
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
      else if (after !== undefined) this.#displace(after.series, id)
      if (before?.day !== after?.day) {
        this.#count(before?.day, -1)
        this.#count(after?.day, 1)
      }
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
      ...takenAt(fields['takenAt']),
      writtenHlc: record.newestStamp.hlc,
    }
  }

  #count(day: string | undefined, step: 1 | -1): void {
    if (day === undefined) return
    const count = (this.#dayCounts.get(day) ?? 0) + step
    if (count > 0) this.#dayCounts.set(day, count)
    else this.#dayCounts.delete(day)
    if (count === 0 || (count === 1 && step === 1)) this.#days = undefined
  }

  #move(id: string, from: string | undefined, to: string | undefined): void {
    if (from !== undefined) {
      const ids = (this.#series.get(from) ?? []).filter((other) => other !== id)
      this.#displaced.get(from)?.delete(id)
      if (ids.length === 0) this.#series.delete(from)
      else this.#series.set(from, ids)
    }
    if (to !== undefined) {
      const ids = this.#series.get(to)
      if (ids === undefined) this.#series.set(to, [id])
      else ids.push(id)
      this.#displace(to, id)
    }
  }

  #displace(series: string, id: string): void {
    const displaced = this.#displaced.get(series)
    if (displaced === undefined) this.#displaced.set(series, new Set([id]))
    else displaced.add(id)
  }

  /** An edit moves one result among thousands: sorting them all anew took longer than all else of a live edit. */
  #place(ids: readonly string[], displaced: ReadonlySet<string>): string[] {
    const placed = ids.filter((id) => !displaced.has(id))
    for (const id of displaced) {
      const entry = this.#entries.get(id)
      let [low, high] = [0, placed.length]
      while (low < high) {
        const middle = (low + high) >>> 1
        const other = placed[middle] ?? ''
        if (compareEntries(other, this.#entries.get(other), id, entry) < 0) low = middle + 1
        else high = middle
      }
      placed.splice(low, 0, id)
    }
    return placed
  }

  #sort(ids: readonly string[]): string[] {
    return ids
      .map((id) => ({ id, entry: this.#entries.get(id) }))
      .sort((a, b) => compareEntries(a.id, a.entry, b.id, b.entry))
      .map(({ id }) => id)
  }
}

function compareEntries(a: string, first: Entry | undefined, b: string, second: Entry | undefined): number {
  const [firstMs, secondMs] = [first?.atMs ?? UNDATED_MS, second?.atMs ?? UNDATED_MS]
  if (firstMs !== secondMs) return firstMs < secondMs ? -1 : 1
  return (first?.writtenHlc ?? 0) - (second?.writtenHlc ?? 0) || (a < b ? -1 : 1)
}

const ZONE_MS_MAX = 14 * 3_600_000
const KNOWS_DAY: ReadonlySet<string> = new Set(['day', 'local', 'instant'])

/** Reads only what sorting needs; a full decode of each of 100,000 records would cost seconds at unlock. */
function takenAt(json: unknown): Pick<Entry, 'atMs' | 'day'> {
  if (!isJsonObject(json) || typeof json['text'] !== 'string' || typeof json['precision'] !== 'string')
    return { atMs: UNDATED_MS, day: undefined }
  const { text, precision, instantMs } = json
  // The precision is one of the known ones or sortKeyMs finds no date in the text.
  const time = { text, precision, ...(typeof instantMs === 'number' ? { instantMs } : {}) } as ReportedTime
  return { atMs: sortKeyMs(time) ?? UNDATED_MS, day: KNOWS_DAY.has(precision) ? text.slice(0, 10) : undefined }
}
