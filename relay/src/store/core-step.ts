import { type Result, err, ok } from '@salus/base'
import type { ChainHead } from '@salus/wire'
import { type CoreRefusal, type NewCoreRow, coreRowBytes } from './port.ts'

/**
 * Whether an entry is the next one of its core log and fits; the one rule of all adapters, asked inside the transaction
 * that writes.
 * @param log the log's head, and what it takes so far
 * @returns what the log takes with the entry, bytes
 */
export function coreStep(
  log: { readonly head: ChainHead; readonly bytes: number },
  row: NewCoreRow,
  coreBytesMax: number,
): Result<number, CoreRefusal> {
  const { head } = log
  if (row.seq !== head.seq + 1 || row.prevHash !== head.hash) return err({ type: 'HeadMoved', head })
  const bytes = log.bytes + coreRowBytes(row)
  return bytes > coreBytesMax ? err({ type: 'OverQuota' }) : ok(bytes)
}
