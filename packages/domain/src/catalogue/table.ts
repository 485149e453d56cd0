/** A table of text cells as the catalogues carry it: the header once, then the rows. */
export interface TextTable {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** Reads a row's cell by its column's name. */
export type Cell = (column: string) => string

/**
 * Calls `read` with each row of a table of ours.
 * @throws when a column is missing or a row has another length: the table and the code are of one commit.
 */
export function mapRows<T>(table: TextTable, read: (cell: Cell) => T): T[] {
  const indexOf = new Map(table.columns.map((column, index) => [column, index]))
  return table.rows.map((row) => {
    if (row.length !== table.columns.length) throw new Error('Invariant broken: a catalogue row of another length')
    return read((column) => {
      const text = row[indexOf.get(column) ?? -1]
      if (text === undefined) throw new Error(`Invariant broken: the catalogue has no column ${column}`)
      return text
    })
  })
}

/** Parts of a cell that lists several, none for an empty cell. */
export function listCell(text: string, separator: '|' | ';'): readonly string[] {
  return text === '' ? [] : text.split(separator)
}

/** Null for an empty cell. */
export function optionalCell(text: string): string | null {
  return text === '' ? null : text
}
