/** A value that was typed into a cell and isn't saved yet. */
export interface CellEdit {
  readonly series: string
  readonly day: string
  readonly text: string
  readonly unit: string
}

/** What the grid had kept when the vault was locked; whatever is not as expected is as if never kept. */
export function parseGridDraft(json: string): { readonly cell: CellEdit | undefined; readonly column: unknown } {
  const parsed: unknown = JSON.parse(json)
  if (!isObject(parsed)) return { cell: undefined, column: undefined }
  const { cell, column } = parsed
  return { cell: readCell(cell), column }
}

function readCell(cell: unknown): CellEdit | undefined {
  if (!isObject(cell)) return undefined
  const { series, day, text, unit } = cell
  if (typeof series !== 'string' || typeof day !== 'string' || typeof text !== 'string' || typeof unit !== 'string')
    return undefined
  return { series, day, text, unit }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
