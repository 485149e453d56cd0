import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

const MAGIC = Buffer.from('SQLite format 3\0', 'latin1')

export function isSqlite(file: Buffer): boolean {
  return file.subarray(0, MAGIC.length).equals(MAGIC)
}

/**
 * Every text and blob of a database, its write-ahead log included: long ones lie on several pages in the file, so
 * searching the file alone would miss what crosses a page. Works on a copy, as opening a database may change it.
 * @throws when the database cannot be read
 */
export async function* readSqliteValues(path: string): AsyncGenerator<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'salus-scan-'))
  try {
    const copy = join(folder, 'copy.sqlite')
    await copyFile(path, copy)
    if (existsSync(`${path}-wal`)) await copyFile(`${path}-wal`, `${copy}-wal`)
    const database = new DatabaseSync(copy)
    try {
      // What virtual tables hold lies in ordinary tables beside them.
      const tables = database
        .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'`)
        .all()
      for (const { name } of tables) {
        const rows = database.prepare(`SELECT * FROM "${String(name).replaceAll('"', '""')}"`)
        rows.setReadBigInts(true)
        for (const row of rows.iterate()) {
          for (const value of Object.values(row)) {
            if (typeof value === 'string') yield Buffer.from(value)
            else if (value instanceof Uint8Array) yield Buffer.from(value.buffer, value.byteOffset, value.byteLength)
          }
        }
      }
    } finally {
      database.close()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
