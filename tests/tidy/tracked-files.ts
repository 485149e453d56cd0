import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** A text file of the repository; the path is relative to its root, with slashes. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** What a rule has to say of a file. */
export interface Complaint {
  readonly path: string
  readonly problem: string
}

export const ROOT_DIR = join(import.meta.dirname, '../..')

const TEXT_FILE =
  /(\.(ts|js|mjs|svelte|json|html|css|md|csv|ya?ml|sh|svg|webmanifest)|\/[^.]+|^[^.]+|\.[a-z]+rc|ignore)$/
/** What .gitignore names, for a copy without a repository. */
const IGNORED_FOLDERS = new Set(['.git', 'node_modules', 'dist', '.salus', 'test-results', 'playwright-report'])

/** The paths of all files that are in the repository or would be added to it. */
export function listTrackedPaths(): readonly string[] {
  try {
    const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: ROOT_DIR,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    // A file that is deleted but not yet staged is still listed; reading leaves it out.
    return listed.split('\0').filter((path) => path !== '')
  } catch {
    // A copy of the sources without git.
    return [...walk('')]
  }
}

export function readTextFiles(paths: readonly string[]): readonly SourceFile[] {
  return paths
    .filter((path) => TEXT_FILE.test(path))
    .flatMap((path) => {
      try {
        return [{ path, text: readFileSync(join(ROOT_DIR, path), 'utf8') }]
      } catch {
        return []
      }
    })
}

function* walk(folder: string): Generator<string> {
  for (const entry of readdirSync(join(ROOT_DIR, folder), { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.isFile()) yield path
    else if (entry.isDirectory() && !IGNORED_FOLDERS.has(entry.name)) yield* walk(path)
  }
}
