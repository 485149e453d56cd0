import { type Bytes, type Result, bytesToHex, err, ok } from '@salus/base'
import { sha256 } from '@salus/crypto'
import type { Catalogue } from '@salus/domain'
import { type ImportPlan, importErrorSentence, planImport, problemSentence } from '@salus/interchange'
import type { ImportError } from './api.ts'
import type { ImportPreview } from './import-views.ts'

/** Reads a file without a vault: what `salus inspect` shows, and what a preview compares with the vault. */
export function planFile(
  catalogue: Catalogue,
  bytes: Bytes,
  importId?: string,
): Result<{ readonly plan: ImportPlan; readonly fileHash: string }, ImportError> {
  const fileHash = bytesToHex(sha256(bytes))
  const plan = planImport(bytes, { catalogue, fileHash, ...(importId === undefined ? {} : { importId }) })
  if (plan.ok) return ok({ plan: plan.value, fileHash })
  const { error } = plan
  if (error.type === 'FileTooLarge') return err({ type: 'TooLarge', sizeBytesMax: error.bytesMax })
  const reason = importErrorSentence(error)
  return err(error.type === 'UnknownFormat' ? { type: 'UnknownFormat', reason } : { type: 'Unreadable', reason })
}

/** A problem of a plan, with its sentence, as a preview shows it. */
export function problemRow({ where, reason }: ImportPlan['problems'][number]): ImportPreview['problems'][number] {
  const { code, ...params } = reason
  return { where, code, params, reason: problemSentence(reason) }
}
