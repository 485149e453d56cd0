import type { DatabaseSync, StatementSync } from 'node:sqlite'

const SQL = {
  epoch: "SELECT value FROM relay WHERE name = 'epoch'",
  probe: 'UPDATE health SET probes = probes + 1',

  addInvite: 'INSERT INTO invites (hash, created_ms, expires_ms) VALUES (?, ?, ?)',
  invite: 'SELECT created_ms, expires_ms, used_by FROM invites WHERE hash = ?',
  spendInvite: 'UPDATE invites SET used_by = ? WHERE hash = ?',

  vault: 'SELECT id, core_seq, core_hash, core_bytes, chains, newest, bytes FROM vaults WHERE vault = ?',
  vaultOfKit: 'SELECT vault FROM vaults WHERE kit = ? ORDER BY id DESC LIMIT 1',
  addVault: `INSERT INTO vaults (vault, kit, core_seq, core_hash, core_bytes, chains, newest, bytes)
    VALUES (?, ?, 0, ?, ?, 0, 0, 0)`,
  growVault: 'UPDATE vaults SET newest = ?, bytes = ?, chains = ? WHERE id = ?',

  core: `SELECT seq, hash, entry, wraps, links FROM core_entries
    WHERE vault = (SELECT id FROM vaults WHERE vault = ?) AND seq >= ? ORDER BY seq`,
  addCore: 'INSERT INTO core_entries (vault, seq, hash, entry, wraps, links) VALUES (?, ?, ?, ?, ?, ?)',
  moveCore: 'UPDATE vaults SET core_seq = ?, core_hash = ?, core_bytes = ? WHERE id = ?',

  chain: 'SELECT id, seq, hash, core_seq FROM chains WHERE vault = ? AND stream = ? AND device = ?',
  chains: 'SELECT id, stream, device, seq, hash FROM chains WHERE vault = ?',
  addChain: 'INSERT INTO chains (vault, stream, device, seq, hash, core_seq) VALUES (?, ?, ?, ?, ?, ?)',
  moveChain: 'UPDATE chains SET seq = ?, hash = ?, core_seq = ? WHERE id = ?',

  addBatch: 'INSERT INTO batches (vault, number, chain, seq, hash, bytes) VALUES (?, ?, ?, ?, ?, ?)',
  hashAt: 'SELECT hash FROM batches WHERE chain = ? AND seq = ?',
  // The length of a blob is in its row's header: nothing of a row that is passed over is read.
  rowsAfter:
    'SELECT id, number, chain, length(bytes) AS size FROM batches WHERE vault = ? AND number > ? ORDER BY number LIMIT ?',
  chainFrom: 'SELECT id, seq, length(bytes) AS size FROM batches WHERE chain = ? AND seq >= ? ORDER BY seq LIMIT ?',
  batch: 'SELECT bytes FROM batches WHERE id = ?',
} as const

export type Statements = Readonly<Record<keyof typeof SQL, StatementSync>>

/** Compiles every statement of the store once. */
export function prepareStatements(database: DatabaseSync): Statements {
  const prepared = Object.entries(SQL).map(([name, sql]) => [name, database.prepare(sql)] as const)
  // Object.entries forgets that its keys are those of SQL.
  return Object.fromEntries(prepared) as Statements
}
