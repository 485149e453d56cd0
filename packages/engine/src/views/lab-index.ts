import { isJsonObject } from '@salus/base'
import { type Catalogue, LAB_RESULT_KIND, type ReportedTime, sortKeyMs } from '@salus/domain'
import type { RecordState, StreamState } from '@salus/sync'
import { seriesOf } from './result-view.ts'

interface Entry {
  readonly series: string
  readonly atMs: number
  /** As reported, where its first ten characters name the day, `YYYY-MM-DD`; undefined when the day isn't known. */
  readonly dayText: string | undefined
  /** When it was written last: of two results of one day the later entry is the later one. */
  readonly writtenHlc: number
}

/** Ids of a series' results, oldest first but for those in `displaced`. */
interface Series {
  ids: string[]
  /** Results that may stand in the wrong place, which is put right before the series is read; `all` when many. */
  displaced: Set<string> | 'all' | undefined
}

/** A series with more displaced results than this is sorted as a whole. */
const PLACED_ONE_BY_ONE_MAX = 16

/** Undated results sort before all others, so that they are never the latest. */
const UNDATED_MS = Number.NEGATIVE_INFINITY

/** Which results make which series, newest last: kept up with each change, so that a view need not look at all. */
export class LabIndex {
  readonly #catalogue: Catalogue
  readonly #entries = new Map<string, Entry>()
  readonly #series = new Map<string, Series>()
  /** Results of each day; undefined until somebody asks. */
  #dayCounts: Map<string, number> | undefined
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
  idsOf(name: string): readonly string[] {
    const series = this.#series.get(name)
    if (series === undefined) return []
    const { ids, displaced } = series
    if (displaced === 'all') series.ids = this.#sort(ids)
    else if (displaced !== undefined) series.ids = this.#place(ids, displaced)
    series.displaced = undefined
    return series.ids
  }

  /** Days that have a result, newest first. */
  get days(): readonly string[] {
    if (this.#dayCounts === undefined) {
      this.#dayCounts = new Map()
      for (const entry of this.#entries.values()) this.#count(entry, 1)
    }
    return (this.#days ??= [...this.#dayCounts.keys()].sort().reverse())
  }

  /** Results of a series of this day or a later one, newest first, with their day; those without a day are left out. */
  since(series: string, oldestDay: string): { readonly id: string; readonly day: string }[] {
    // A day is a day where the blood was drawn: its instant may lie up to 14 hours to either side of the day in UTC.
    const oldestMs = Date.parse(`${oldestDay}T00:00:00Z`) - ZONE_MS_MAX
    const found: { readonly id: string; readonly day: string }[] = []
    for (const id of this.idsOf(series).toReversed()) {
      const entry = this.#entries.get(id)
      if ((entry?.atMs ?? UNDATED_MS) < oldestMs) break
      const day = dayOf(entry)
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
      if (after === undefined) this.#entries.delete(id)
      else this.#entries.set(id, after)
      if (before?.series === after?.series) {
        if (after !== undefined) displace(this.#series.get(after.series), id)
      } else {
        if (before !== undefined) this.#takeFrom(before.series, id)
        if (after !== undefined) this.#addTo(id, after)
      }
      this.#count(before, -1)
      this.#count(after, 1)
    }
    return touched
  }

  #entryOf(record: RecordState): Entry | undefined {
    if (record.kind !== LAB_RESULT_KIND || record.isDeleted) return undefined
    const fields = record.shown
    const takenAt = takenAtOf(fields['takenAt'])
    return {
      series: seriesOf(this.#catalogue, fields),
      atMs: takenAt.atMs,
      dayText: takenAt.dayText,
      writtenHlc: record.newestStamp.hlc,
    }
  }

  #count(entry: Entry | undefined, step: 1 | -1): void {
    const day = this.#dayCounts === undefined ? undefined : dayOf(entry)
    if (this.#dayCounts === undefined || day === undefined) return
    const count = (this.#dayCounts.get(day) ?? 0) + step
    if (count > 0) this.#dayCounts.set(day, count)
    else this.#dayCounts.delete(day)
    if (count === 0 || (count === 1 && step === 1)) this.#days = undefined
  }

  #takeFrom(name: string, id: string): void {
    const series = this.#series.get(name)
    if (series === undefined) return
    series.ids = series.ids.filter((other) => other !== id)
    if (series.displaced instanceof Set) series.displaced.delete(id)
    if (series.ids.length === 0) this.#series.delete(name)
  }

  /** Most results come in the order in which they were taken: such a one stands where it belongs. */
  #addTo(id: string, entry: Entry): void {
    const series = this.#series.get(entry.series)
    if (series === undefined) {
      this.#series.set(entry.series, { ids: [id], displaced: undefined })
      return
    }
    const last = series.ids.at(-1) ?? ''
    const isNewest = compareEntries(last, this.#entries.get(last), id, entry) < 0
    series.ids.push(id)
    if (series.displaced !== undefined || !isNewest) displace(series, id)
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

function displace(series: Series | undefined, id: string): void {
  if (series === undefined || series.displaced === 'all') return
  const displaced = series.displaced ?? new Set()
  displaced.add(id)
  series.displaced = displaced.size > PLACED_ONE_BY_ONE_MAX ? 'all' : displaced
}

function dayOf(entry: Entry | undefined): string | undefined {
  return entry?.dayText?.slice(0, 10)
}

const ZONE_MS_MAX = 14 * 3_600_000
const KNOWS_DAY: ReadonlySet<string> = new Set(['day', 'local', 'instant'])

/** Reads only what sorting needs; a full decode of each of 100,000 records would cost seconds at unlock. */
function takenAtOf(json: unknown): Pick<Entry, 'atMs' | 'dayText'> {
  if (!isJsonObject(json)) return NEVER
  const { text, precision, instantMs } = json
  if (typeof text !== 'string' || typeof precision !== 'string') return NEVER
  const dayText = KNOWS_DAY.has(precision) ? text : undefined
  if (typeof instantMs === 'number') return { atMs: instantMs, dayText }
  // The precision is one of the known ones or sortKeyMs finds no date in the text.
  return { atMs: sortKeyMs({ text, precision } as ReportedTime) ?? UNDATED_MS, dayText }
}

const NEVER: Pick<Entry, 'atMs' | 'dayText'> = { atMs: UNDATED_MS, dayText: undefined }
