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

/** What scrolls is rendered in steps of so many, so that most turns of a wheel render nothing new. */
export const RENDERED_STEP = 4

/**
 * Which of the things in a row are to be rendered: those in sight, some more to either side, and whole steps of
 * {@link RENDERED_STEP}. `end` is one behind the last.
 *
 * @param edges where each begins, ascending, and at last where the last one ends
 */
export function inSight(
  edges: readonly number[],
  { from, to }: { readonly from: number; readonly to: number },
): { readonly start: number; readonly end: number } {
  const count = Math.max(0, edges.length - 1)
  const first = Math.max(0, beginningBefore(edges, from) - RENDERED_STEP)
  const last = Math.min(count, beginningBefore(edges, to) + 1 + RENDERED_STEP)
  const start = Math.min(first - (first % RENDERED_STEP), count)
  return { start, end: Math.max(start, Math.min(count, Math.ceil(last / RENDERED_STEP) * RENDERED_STEP)) }
}

/** Index of the last edge that is not behind a place. */
function beginningBefore(edges: readonly number[], place: number): number {
  let [low, high] = [0, edges.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if ((edges[middle] ?? 0) <= place) low = middle
    else high = middle - 1
  }
  return Math.max(0, low)
}

/** Where each of these widths begins, and at last where the last one ends. */
export function edgesOf(sizes: readonly number[]): readonly number[] {
  let edge = 0
  return [0, ...sizes.map((size) => (edge += size))]
}
