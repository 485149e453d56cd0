/** A place of the grid; column 0 is the marker's name, from 1 on the days. */
export interface GridPlace {
  readonly row: number
  readonly column: number
}

export interface GridSize {
  readonly rows: number
  readonly columns: number
  /** Rows that are seen at once. */
  readonly page: number
}

interface Key {
  readonly key: string
  readonly ctrlKey: boolean
}

/** Where a key leads in a grid (WAI-ARIA Authoring Practices 1.2, Grid); undefined when it is no key of movement. */
export function placeAfter({ key, ctrlKey }: Key, at: GridPlace, size: GridSize): GridPlace | undefined {
  const last = { row: size.rows - 1, column: size.columns - 1 }
  const to = (row: number, column: number): GridPlace => ({
    row: Math.max(0, Math.min(last.row, row)),
    column: Math.max(0, Math.min(last.column, column)),
  })
  switch (key) {
    case 'ArrowUp':
      return to(ctrlKey ? 0 : at.row - 1, at.column)
    case 'ArrowDown':
      return to(ctrlKey ? last.row : at.row + 1, at.column)
    case 'ArrowLeft':
      return to(at.row, ctrlKey ? 0 : at.column - 1)
    case 'ArrowRight':
      return to(at.row, ctrlKey ? last.column : at.column + 1)
    case 'Home':
      return to(ctrlKey ? 0 : at.row, 0)
    case 'End':
      return to(ctrlKey ? last.row : at.row, last.column)
    case 'PageUp':
      return to(at.row - size.page, at.column)
    case 'PageDown':
      return to(at.row + size.page, at.column)
    default:
      return undefined
  }
}

/** A key that begins an entry by being its first character: a digit, a sign, a comparator, a letter of a word. */
export function isTyped({
  key,
  ctrlKey,
  metaKey,
  altKey,
}: Key & { readonly metaKey: boolean; readonly altKey: boolean }): boolean {
  return [...key].length === 1 && key !== ' ' && !ctrlKey && !metaKey && !altKey
}

/** Rows to render of a list that scrolls: those seen and some more to either side. `end` is one behind the last. */
export function rowsInSight(
  { scrollTop, height, rowHeight }: { readonly scrollTop: number; readonly height: number; readonly rowHeight: number },
  count: number,
): { readonly start: number; readonly end: number } {
  const start = Math.max(0, Math.min(count, Math.floor(scrollTop / rowHeight)) - ROWS_BESIDE)
  const end = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + ROWS_BESIDE)
  return { start, end: Math.max(start, end) }
}

const ROWS_BESIDE = 6
