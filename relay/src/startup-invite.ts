import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock, Random } from '@salus/base'
import { createInvite } from './invites.ts'
import { INVITE_CHARACTERS_MAX } from './limits.ts'
import { hashOfText } from './relay-crypto.ts'
import type { RelayStore } from './store/port.ts'

/**
 * Where the invite that is printed at each start lies in clear text, mode 600. The database keeps hashes only, so
 * without this file an unused invite could not be shown again. It opens one new vault and nothing else: whoever can
 * read this folder could as well write an invite into the database.
 */
export const STARTUP_INVITE_FILE = 'startup-invite'

/**
 * The invite to print at this start: the one of the last start while it is unused, and on a new data folder a fresh
 * one. Undefined once it has been used: then the owner makes more by hand.
 */
export async function startupInvite(
  deps: { store: RelayStore; clock: Clock; random: Random },
  dataDir: string,
): Promise<string | undefined> {
  const path = join(dataDir, STARTUP_INVITE_FILE)
  const kept = readKept(path)
  if (kept !== undefined) {
    const row = await deps.store.invite(hashOfText(kept))
    if (row !== undefined) return row.usedBy === undefined ? kept : undefined
    // The database is another than the file's: it has been replaced or restored.
  }
  const token = await createInvite(deps)
  writeFileSync(path, `${token}\n`, { mode: 0o600 })
  return token
}

function readKept(path: string): string | undefined {
  try {
    const text = readFileSync(path, 'utf8').trim()
    return text === '' || text.length > INVITE_CHARACTERS_MAX ? undefined : text
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
