import type { GridRow } from '@salus/engine/view-types'
import type { NewColumn } from './new-column.svelte.ts'

/** What a grid shows below each other: rows, and the title of each group before its first row. */
export type GridItem =
  | { readonly type: 'title'; readonly key: string; readonly title: string }
  | { readonly type: 'row'; readonly key: string; readonly row: GridRow; readonly index: number }

/** What groups are called. */
export interface GroupTitles {
  readonly category: (category: string) => string
  /** Of the markers that were drawn last. */
  readonly lastDraw: (day: string) => string
  readonly added: string
}

/** How a new column orders rows; undefined where there is none. */
export type ColumnOrder = Pick<NewColumn, 'lastDay' | 'lastSeries' | 'added'> | undefined

/** Series address of a row whose marker has no result yet. */
export const newSeries = (markerId: string): string => `new:${markerId}`

/**
 * The rows of a grid in the order in which they are shown. While a new column is filled in, the markers of the last draw
 * come first, then those that were added to it, each as a row of its own even while it has no result.
 */
export function orderRows(rows: readonly GridRow[], column: ColumnOrder): readonly GridRow[] {
  if (column === undefined) return rows
  const { lastSeries, added } = column
  const addedIds = new Set(added.map(({ id }) => id))
  const isAdded = (row: GridRow): boolean => row.canEnter && row.markerId !== null && addedIds.has(row.markerId)
  const last = rows.filter((row) => lastSeries.has(row.series))
  const others = rows.filter((row) => !lastSeries.has(row.series))
  const addedRows = added.map((hit) => others.find((row) => isAdded(row) && row.markerId === hit.id) ?? emptyRow(hit))
  return [...last, ...addedRows, ...others.filter((row) => !isAdded(row))]
}

/** How many of the ordered rows an entry runs through before it asks for another marker. */
export function countRun(rows: readonly GridRow[], column: ColumnOrder): number {
  if (column === undefined) return 0
  return rows.filter((row) => column.lastSeries.has(row.series)).length + column.added.length
}

/** Ordered rows with titles between them. */
export function itemsOf(rows: readonly GridRow[], column: ColumnOrder, titles: GroupTitles): readonly GridItem[] {
  const lastCount = column === undefined ? 0 : rows.filter((row) => column.lastSeries.has(row.series)).length
  const addedEnd = lastCount + (column?.added.length ?? 0)
  let before: string | undefined
  return rows.flatMap((row, index): GridItem[] => {
    const group = index < lastCount ? 'last' : index < addedEnd ? 'added' : `category ${row.category}`
    const title =
      group === 'last'
        ? titles.lastDraw(column?.lastDay ?? '')
        : group === 'added'
          ? titles.added
          : titles.category(row.category)
    const item: GridItem = {
      type: 'row',
      key: group === 'added' ? `added ${row.markerId ?? ''}` : row.series,
      row,
      index,
    }
    if (group === before) return [item]
    before = group
    return [{ type: 'title', key: group, title }, item]
  })
}

function emptyRow({ id, name, category, units }: NewColumn['added'][number]): GridRow {
  return {
    series: newSeries(id),
    markerId: id,
    name,
    category,
    unit: units[0] ?? '',
    units,
    spark: [],
    yours: null,
    canEnter: true,
    last: null,
    cells: [],
  }
}
