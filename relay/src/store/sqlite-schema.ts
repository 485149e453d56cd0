import type { DatabaseSync } from 'node:sqlite'
import type { Random } from '@salus/base'

/**
 * The steps from each version of the schema to the next; migrations[0] makes version 1. Forward only: a step that has
 * been released is never edited. Rowid tables with indexes: WITHOUT ROWID is slower with blobs of a kilobyte.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE relay (name TEXT NOT NULL UNIQUE, value BLOB NOT NULL) STRICT;
  CREATE TABLE health (id INTEGER PRIMARY KEY CHECK (id = 1), probes INTEGER NOT NULL) STRICT;
  INSERT INTO health (id, probes) VALUES (1, 0);

  CREATE TABLE invites (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER,
    used_by BLOB
  ) STRICT;

  CREATE TABLE vaults (
    id INTEGER PRIMARY KEY,
    vault BLOB NOT NULL UNIQUE,
    kit BLOB NOT NULL,
    core_seq INTEGER NOT NULL,
    core_hash BLOB NOT NULL,
    core_bytes INTEGER NOT NULL,
    chains INTEGER NOT NULL,
    newest INTEGER NOT NULL,
    bytes INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX vaults_by_kit ON vaults (kit);

  CREATE TABLE core_entries (
    id INTEGER PRIMARY KEY,
    vault INTEGER NOT NULL REFERENCES vaults (id),
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    entry BLOB NOT NULL,
    wraps BLOB,
    links BLOB,
    UNIQUE (vault, seq)
  ) STRICT;

  CREATE TABLE chains (
    id INTEGER PRIMARY KEY,
    vault INTEGER NOT NULL REFERENCES vaults (id),
    stream BLOB NOT NULL,
    device BLOB NOT NULL,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    core_seq INTEGER NOT NULL,
    UNIQUE (vault, stream, device)
  ) STRICT;

  CREATE TABLE batches (
    id INTEGER PRIMARY KEY,
    vault INTEGER NOT NULL,
    number INTEGER NOT NULL,
    chain INTEGER NOT NULL REFERENCES chains (id),
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    bytes BLOB NOT NULL,
    UNIQUE (vault, number),
    UNIQUE (chain, seq)
  ) STRICT;
  `,
]

/** Version of the schema that this build reads and writes. */
export const SCHEMA_VERSION = MIGRATIONS.length

/** Brings a new or older database to {@link SCHEMA_VERSION} in one transaction. @throws on a newer one: it would be damaged */
export function migrate(database: DatabaseSync, random: Random): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    database.exec('CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL) STRICT')
    const found = Number(database.prepare('SELECT max(version) AS version FROM schema_version').get()?.['version'] ?? 0)
    if (found > SCHEMA_VERSION) {
      throw new Error(
        `the database has schema version ${found}, made by a newer Salus; this one knows up to ${SCHEMA_VERSION}`,
      )
    }
    for (const [index, step] of MIGRATIONS.entries()) {
      if (index < found) continue
      database.exec(step)
      database.prepare('INSERT INTO schema_version (version) VALUES (?)').run(index + 1)
    }
    database.prepare("INSERT INTO relay (name, value) VALUES ('epoch', ?) ON CONFLICT DO NOTHING").run(random.bytes(8))
    database.exec('COMMIT')
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}
