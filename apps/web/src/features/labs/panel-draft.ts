import type { TypedResult, TypedStart } from './typed-result.svelte.ts'

interface KeptRow {
  readonly start: Omit<TypedStart, 'saved'>
  readonly text: string
  readonly unit: string
  /** The record that the row has been saved as, which is read anew before it is changed. */
  readonly savedId: string | undefined
}

/** What a panel holds besides its rows. */
export interface PanelHead {
  readonly day: string
  readonly time: string
  readonly laboratory: string
}

/** Rows of a panel that a draft holds. */
export const PANEL_ROWS_MAX = 400

/** All rows, saved ones too: what was typed over one of those is as good as new, and the others show what is done. */
export function panelJson(head: PanelHead, rows: readonly TypedResult[]): string {
  const kept = rows.map(({ start, text, unit, saved }): KeptRow => {
    const { markerId, label, units } = start
    return { start: { markerId, label, units, unit: start.unit }, text, unit, savedId: saved?.id }
  })
  return JSON.stringify({ ...head, rows: kept.slice(0, PANEL_ROWS_MAX) })
}

/** Reads it back; undefined for what this build does not know. */
export function readPanel(json: string): (PanelHead & { readonly rows: readonly KeptRow[] }) | undefined {
  const parsed: unknown = JSON.parse(json)
  if (!isObject(parsed) || typeof parsed['day'] !== 'string' || !Array.isArray(parsed['rows'])) return undefined
  const { day, time, laboratory } = parsed
  return {
    day,
    time: typeof time === 'string' ? time : '',
    laboratory: typeof laboratory === 'string' ? laboratory : '',
    rows: parsed['rows'].slice(0, PANEL_ROWS_MAX).flatMap((row: unknown) => readRow(row)),
  }
}

function readRow(row: unknown): KeptRow[] {
  if (!isObject(row) || !isObject(row['start'])) return []
  const { text, unit, savedId } = row
  const { markerId, label, units, unit: startUnit } = row['start']
  if (typeof text !== 'string' || typeof unit !== 'string' || typeof label !== 'string') return []
  if ((markerId !== null && typeof markerId !== 'string') || typeof startUnit !== 'string') return []
  const known = Array.isArray(units) ? units.filter((name: unknown) => typeof name === 'string') : []
  const start = { markerId, label, units: known, unit: startUnit }
  return [{ start, text, unit, savedId: typeof savedId === 'string' ? savedId : undefined }]
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
