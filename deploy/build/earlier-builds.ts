import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Builds before the newest whose hashed files stay. */
export const EARLIER_BUILDS_MAX = 8
/** Days that they stay after they were replaced: so long may a page be open. */
export const EARLIER_BUILDS_DAYS_MAX = 30

const DAY_MS = 24 * 60 * 60 * 1_000
/** Beside the build; the relay serves no name that begins with a dot. */
const RECORD = '.builds.json'
const ASSETS = 'assets'
/** Bytes of a record that are read; ours has some kilobytes. */
const RECORD_BYTES_MAX = 1024 * 1024

/** One build of a folder, and the hashed files that its pages may still ask for. */
export interface BuildRecord {
  readonly build: string
  readonly builtMs: number
  /** Names below assets/. */
  readonly assets: readonly string[]
}

/**
 * Which builds stay in a folder, the newest first: a page that was opened before an update loads its later parts by the
 * names that its own build gave them. The first always stays.
 */
export function keptBuilds(newestFirst: readonly BuildRecord[], nowMs: number): readonly BuildRecord[] {
  return newestFirst.filter((_, index) => {
    const replacedBy = newestFirst[index - 1]
    if (replacedBy === undefined) return true
    return index <= EARLIER_BUILDS_MAX && nowMs - replacedBy.builtMs <= EARLIER_BUILDS_DAYS_MAX * DAY_MS
  })
}

/** Empties a folder before a build, but for the hashed files and the record of whose they are. */
export function emptyButForAssets(outDir: string): void {
  if (!existsSync(outDir)) return
  for (const name of readdirSync(outDir)) {
    if (name !== ASSETS && name !== RECORD) rmSync(join(outDir, name), { recursive: true, force: true })
  }
}

/** Takes a build that was just written into the folder's record, and deletes the hashed files that no kept build has. */
export function recordBuild(outDir: string, record: BuildRecord): void {
  const earlier = readRecord(outDir).filter(({ build }) => build !== record.build)
  const kept = keptBuilds([record, ...earlier], record.builtMs)
  const wanted = new Set(kept.flatMap(({ assets }) => assets))
  const folder = join(outDir, ASSETS)
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    if (!wanted.has(name)) rmSync(join(folder, name), { recursive: true, force: true })
  }
  writeFileSync(join(outDir, RECORD), `${JSON.stringify(kept, undefined, 2)}\n`)
}

/** A record that is missing or damaged keeps nothing: the build that follows is whole without it. */
function readRecord(outDir: string): readonly BuildRecord[] {
  const path = join(outDir, RECORD)
  if (!existsSync(path)) return []
  const bytes = readFileSync(path)
  if (bytes.length > RECORD_BYTES_MAX) return []
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    return Array.isArray(value) ? value.filter(isBuildRecord) : []
  } catch (error) {
    if (error instanceof SyntaxError) return []
    throw error
  }
}

function isBuildRecord(value: unknown): value is BuildRecord {
  return (
    typeof value === 'object' &&
    value !== null &&
    'build' in value &&
    typeof value.build === 'string' &&
    'builtMs' in value &&
    typeof value.builtMs === 'number' &&
    'assets' in value &&
    Array.isArray(value.assets) &&
    value.assets.every((name) => typeof name === 'string')
  )
}
