import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Result, err, ok } from '@salus/base'
import { type FolderLock, type FolderLockFault, takeFolderLock } from './folder-lock.ts'
import { systemErrorSentence } from './system-error.ts'

/** A folder that is one device of a vault. */
export interface DataFolder {
  readonly path: string
  /** SQLite file of the vault; its side files lie beside it. */
  readonly vaultPath: string
  /** Lets another process have the folder. */
  release(): void
}

export type DataFolderFault =
  FolderLockFault | { readonly type: 'NoFolder' } | { readonly type: 'BadFolder'; readonly reason: string }

const VAULT_FILE = 'vault.db'
const LOCK_FILE = 'lock'
const OWNER_ONLY = 0o700
const WRITABLE_BY_OTHERS = 0o022

/** The folder that was asked for: `--data`, else SALUS_DEVICE, else the user's own place for data. */
export function dataFolderPath(
  asked: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const named = asked ?? environment['SALUS_DEVICE'] ?? ''
  if (named !== '') return resolve(named)
  // A relative XDG_DATA_HOME is to be ignored (XDG Base Directory Specification).
  const base = environment['XDG_DATA_HOME'] ?? ''
  return join(base.startsWith('/') ? base : join(homedir(), '.local/share'), 'salus')
}

/**
 * Takes a data folder for this process alone.
 * @param isNew whether a folder without a vault may be made into one
 */
export function takeDataFolder(path: string, isNew: boolean): Result<DataFolder, DataFolderFault> {
  const vaultPath = join(path, VAULT_FILE)
  if (!isNew && !existsSync(vaultPath)) return err({ type: 'NoFolder' })
  const sound = makeSound(path)
  if (!sound.ok) return sound
  const lock: Result<FolderLock, FolderLockFault> = takeFolderLock(join(path, LOCK_FILE))
  return lock.ok ? ok({ path, vaultPath, release: lock.value.release }) : lock
}

function makeSound(path: string): Result<void, DataFolderFault> {
  try {
    if (mkdirSync(path, { recursive: true, mode: OWNER_ONLY }) !== undefined) chmodSync(path, OWNER_ONLY)
    const found = statSync(path)
    if (!found.isDirectory()) return err({ type: 'BadFolder', reason: 'it is not a folder' })
    if (process.platform !== 'win32' && (found.mode & WRITABLE_BY_OTHERS) !== 0) {
      return err({ type: 'BadFolder', reason: `other users may write to it (chmod 700 ${path})` })
    }
    return ok()
  } catch (error) {
    return err({ type: 'BadFolder', reason: systemErrorSentence(error) })
  }
}

/** The fault in English. */
export function dataFolderSentence(fault: DataFolderFault, path: string): string {
  switch (fault.type) {
    case 'Held':
      return `Another Salus${fault.pid === null ? '' : ` (process ${fault.pid})`} is using ${path}. One at a time may.`
    case 'LockFailed':
      return `The lock file in ${path} cannot be used: ${fault.reason}.`
    case 'NoFolder':
      return `There is no vault in ${path}. \`salus join LINK\` makes this machine a device of yours.`
    case 'BadFolder':
      return `The data folder ${path} cannot be used: ${fault.reason}.`
  }
}
