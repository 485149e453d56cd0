import type { TypedResult, TypedStart } from './typed-result.svelte.ts'

interface KeptRow {
  readonly start: Omit<TypedStart, 'saved'>
  readonly text: string
  readonly unit: string
}

/** Rows of a panel that a draft holds. */
const PANEL_ROWS_MAX = 400

/** What was typed and isn't saved yet, for the time while the vault is locked. */
export function panelJson(day: string, rows: readonly TypedResult[]): string {
  const kept = rows
    .filter((row) => row.saved === undefined)
    .map(({ start, text, unit }): KeptRow => {
      const { markerId, label, units } = start
      return { start: { markerId, label, units, unit: start.unit }, text, unit }
    })
  return JSON.stringify({ day, rows: kept.slice(0, PANEL_ROWS_MAX) })
}

/** Reads it back; undefined for what this build does not know. */
export function readPanel(json: string): { readonly day: string; readonly rows: readonly KeptRow[] } | undefined {
  const parsed: unknown = JSON.parse(json)
  if (!isObject(parsed) || typeof parsed['day'] !== 'string' || !Array.isArray(parsed['rows'])) return undefined
  return { day: parsed['day'], rows: parsed['rows'].slice(0, PANEL_ROWS_MAX).flatMap((row: unknown) => readRow(row)) }
}

function readRow(row: unknown): KeptRow[] {
  if (!isObject(row) || !isObject(row['start'])) return []
  const { text, unit } = row
  const { markerId, label, units, unit: startUnit } = row['start']
  if (typeof text !== 'string' || typeof unit !== 'string' || typeof label !== 'string') return []
  if ((markerId !== null && typeof markerId !== 'string') || typeof startUnit !== 'string') return []
  const known = Array.isArray(units) ? units.filter((name: unknown) => typeof name === 'string') : []
  return [{ start: { markerId, label, units: known, unit: startUnit }, text, unit }]
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
