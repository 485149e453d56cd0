import { spawnSync } from 'node:child_process'
import { type Dirent, existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Folders and files that the app is built from, below the repository's root. */
const SOURCES = ['apps/web', 'packages', 'deploy/build', 'vite.config.ts', 'package-lock.json']
const NOT_SOURCES = new Set(['node_modules', 'dist', '.git'])
/** Source files that are looked at; more means a wrong folder. */
const SOURCES_MAX = 20_000

/** Where Vite puts the app. */
export function builtAppDir(rootDir: string): string {
  return join(rootDir, 'apps/web/dist')
}

/** Whether the built app is missing or older than anything that it is built from. */
export function isBuildNeeded(rootDir: string): boolean {
  const index = join(builtAppDir(rootDir), 'index.html')
  if (!existsSync(index)) return true
  const builtMs = statSync(index).mtimeMs
  const budget = { left: SOURCES_MAX }
  return SOURCES.some((source) => newestMs(join(rootDir, source), budget) > builtMs)
}

/** Builds the app with this repository's Vite; what it says goes to stderr. @returns whether it worked */
export function buildApp(rootDir: string): boolean {
  const vite = join(rootDir, 'node_modules/vite/bin/vite.js')
  const hasOwnConfig = existsSync(join(rootDir, 'apps/web/vite.config.ts'))
  const cwd = hasOwnConfig ? join(rootDir, 'apps/web') : rootDir
  const { status } = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
    cwd,
    stdio: ['ignore', 2, 2],
  })
  return status === 0
}

/** Files only: a folder's time changes with whatever else is put into it. What is deleted is no longer imported either. */
function newestMs(path: string, budget: { left: number }): number {
  if (!existsSync(path)) return 0
  const stats = statSync(path)
  if (!stats.isDirectory()) return stats.mtimeMs
  const entries: Dirent[] = readdirSync(path, { withFileTypes: true })
  let newest = 0
  for (const entry of entries) {
    if (NOT_SOURCES.has(entry.name) || entry.name.endsWith('.test.ts')) continue
    if (budget.left-- <= 0) throw new Error(`more than ${SOURCES_MAX} source files below ${path}`)
    newest = Math.max(newest, newestMs(join(path, entry.name), budget))
  }
  return newest
}
