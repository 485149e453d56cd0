import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** All that decides what the app's files hold, below the repository's root. */
const SOURCES = ['apps/web', 'packages', 'deploy/build', 'package-lock.json', 'vite.config.ts']
const NOT_SOURCES = /(^|\/)(node_modules|dist)\/|\.test\.ts$/

/** What a build says of itself at /version.json, which nothing keeps: how an open page learns of a newer one. */
export interface VersionFile {
  /** {@link sourceHash} */
  readonly build: string
  /** The version in package.json. */
  readonly version: string
  /** The commit that was checked out, 40 hexadecimal digits; null outside of a repository. */
  readonly builtFrom: string | null
}

/** Names a build by what it is made from, so that somebody can compare two devices; first 12 hex digits of SHA-256. */
export function sourceHash(rootDir: string): string {
  const hash = createHash('sha256')
  for (const path of SOURCES.flatMap((source) => sourceFiles(rootDir, source)).sort()) {
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(rootDir, path)))
      .update('\0')
  }
  return hash.digest('hex').slice(0, 12)
}

/** @returns undefined where git or the repository is missing, as in an unpacked archive */
export function checkedOutCommit(rootDir: string): string | undefined {
  try {
    const words = ['-C', rootDir, 'rev-parse', '--verify', 'HEAD']
    const commit = execFileSync('git', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
    return /^[0-9a-f]{40}$/.test(commit) ? commit : undefined
  } catch {
    // An archive is built without git; the hash of the sources names the build all the same.
    return undefined
  }
}

function sourceFiles(rootDir: string, source: string): string[] {
  const folder = join(rootDir, source)
  if (!existsSync(folder)) return []
  if (!statSync(folder).isDirectory()) return [source]
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(rootDir.length + 1)
        .replaceAll('\\', '/'),
    )
    .filter((path) => !NOT_SOURCES.test(path))
}
