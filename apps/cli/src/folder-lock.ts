import { chmodSync, closeSync, openSync, readSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { type Result, err, ok } from '@salus/base'

export interface FolderLock {
  readonly release: () => void
}

export type FolderLockFault =
  /** Another process holds it; `pid` is null where the file doesn't tell. */
  { readonly type: 'Held'; readonly pid: number | null } | { readonly type: 'LockFailed'; readonly reason: string }

/** SQLite's result codes (sqlite.org/rescode.html). */
const SQLITE_BUSY = 5
/** Where SQLite's file header keeps `user_version`, 4 bytes, big-endian (sqlite.org/fileformat.html §1.3). */
const USER_VERSION_OFFSET = 60

/**
 * Makes this process the one holder of a lock file. It is an empty SQLite database whose exclusive lock is held and
 * whose `user_version` is the process id: the system lets go of the lock when the process dies, however it dies. So a
 * stale one needs no taking over, and neither a process id that was given again after a restart nor two processes that
 * start at once can fool it.
 */
export function takeFolderLock(path: string): Result<FolderLock, FolderLockFault> {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path, { timeout: 0 })
    const taken = database
    // In this mode the lock of the first write stays until the database is closed.
    taken.exec(`PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; PRAGMA user_version = ${process.pid}; COMMIT`)
    // By name: closing a file of ours would let go of the lock (POSIX.1-2017, fcntl).
    chmodSync(path, 0o600)
    return ok({
      release: () => {
        taken.close()
      },
    })
  } catch (error) {
    database?.close()
    if (!isSqliteError(error)) throw error
    return err(
      (error.errcode & 0xff) === SQLITE_BUSY
        ? { type: 'Held', pid: holderOf(path) }
        : { type: 'LockFailed', reason: error.message },
    )
  }
}

function holderOf(path: string): number | null {
  const bytes = Buffer.alloc(USER_VERSION_OFFSET + 4)
  const file = openSync(path, 'r')
  try {
    return readSync(file, bytes) === bytes.length ? bytes.readUInt32BE(USER_VERSION_OFFSET) || null : null
  } finally {
    closeSync(file)
  }
}

function isSqliteError(error: unknown): error is Error & { readonly errcode: number } {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
}
