import type { MarkerHit } from '@salus/engine/view-types'
import { engine } from '../../engine/client.ts'

/** Markers that a draft holds beside those that have a row. */
export const ADDED_MARKERS_MAX = 400

/** What a column keeps while the vault is locked. */
interface KeptColumn {
  readonly day: string
  readonly time: string
  readonly laboratory: string
  readonly added: readonly MarkerHit[]
}

/** A draw that is being entered into the grid: its day, time and laboratory once for all of its values. */
export class NewColumn {
  day = $state('')
  time = $state('')
  laboratory = $state('')
  /** New results get the range of last time where their unit is the same too. */
  hasLastRanges = $state(false)
  /** Markers that had no row; in the order in which they were added. */
  added = $state.raw<readonly MarkerHit[]>([])
  /** The draw before, whose markers come first; empty where there is none. */
  readonly lastDay: string
  /** Addresses of the series that have a result of it. */
  readonly lastSeries: ReadonlySet<string>

  private constructor(day: string, lastDay: string, lastSeries: ReadonlySet<string>) {
    this.day = day
    this.lastDay = lastDay
    this.lastSeries = lastSeries
  }

  /** Looks up what was drawn last, which stays the column's order however it is filled in. */
  static async begin(day: string): Promise<NewColumn> {
    const grid = await engine.api.read({ name: 'labsGrid', columns: 2 })
    const { days, rows } = grid.ok ? grid.value : { days: [], rows: [] }
    const at = days.findIndex((known) => known !== day)
    const last = rows.filter((row) => row.canEnter && at >= 0 && (row.cells[at] ?? null) !== null)
    return new NewColumn(day, days[at] ?? '', new Set(last.map(({ series }) => series)))
  }

  /** `YYYY-MM-DD` or, with a time, `YYYY-MM-DDTHH:MM`. */
  get takenAt(): string {
    return this.time === '' ? this.day : `${this.day}T${this.time}`
  }

  /** Something was typed that is no result yet. */
  get isBegun(): boolean {
    return this.time !== '' || this.laboratory !== '' || this.added.length > 0
  }

  add(hit: MarkerHit): void {
    if (this.added.length >= ADDED_MARKERS_MAX || this.added.some(({ id }) => id === hit.id)) return
    this.added = [...this.added, hit]
  }

  toJson(): KeptColumn {
    const { day, time, laboratory, added } = this
    return { day, time, laboratory, added }
  }

  /** Undefined for what this build does not know. */
  static async restore(kept: unknown): Promise<NewColumn | undefined> {
    if (!isObject(kept) || typeof kept['day'] !== 'string') return undefined
    const column = await NewColumn.begin(kept['day'])
    const { time, laboratory, added } = kept
    if (typeof time === 'string') column.time = time
    if (typeof laboratory === 'string') column.laboratory = laboratory
    if (Array.isArray(added)) for (const hit of added.flatMap(readHit)) column.add(hit)
    return column
  }
}

function readHit(hit: unknown): MarkerHit[] {
  if (!isObject(hit)) return []
  const { id, name, category, units } = hit
  if (typeof id !== 'string' || typeof name !== 'string' || typeof category !== 'string') return []
  const known = Array.isArray(units) ? units.filter((unit: unknown) => typeof unit === 'string') : []
  return [{ id, name, matched: '', category, units: known }]
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
