import { type FileHandle, lstat, open, readFile, readdir, readlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { isLevelDbLogName, isLevelDbTable, readLevelDbLog, readLevelDbTable } from './leveldb.ts'
import { unpackMozLz4 } from './moz-lz4.ts'
import { type Needle, patternsOf } from './needle-patterns.ts'
import { type Matcher, createMatcher } from './pattern-matcher.ts'
import { type Unpacked, sweepSnappy, unpackSnappyFrames } from './snappy.ts'
import { isSqlite, readSqliteValues } from './sqlite-values.ts'

export type { Needle } from './needle-patterns.ts'

/** Where a needle was found. It never holds the needle's value. */
export interface Finding {
  readonly path: string
  /** The needle's name. */
  readonly needle: string
  /** Its spelling, after the packings around it: `utf-8`, `snappy/utf-16le`, `sqlite/snappy/base64`, `file name/hex`. */
  readonly encoding: string
  /** Byte offset in the file, of the packed block where there is one; 0 for values of SQLite and names of files. */
  readonly offset: number
}

export interface ScanOptions {
  /**
   * Told of each file whose structure could not be read; its bytes are searched all the same.
   * Without it the scan throws: what couldn't be looked into must not pass for clean.
   */
  readonly onProblem?: (path: string, reason: string) => void
}

/** What is held in memory of a file at once. Structured files beyond it are reported as a problem. */
export const WINDOW_BYTES = 64 * 1024 * 1024
/** Consecutive windows share this much, so that nothing short is cut in two. */
const OVERLAP_BYTES = 1024 * 1024

/**
 * Searches files, and folders with all that is in them, for planted needles: as they are and in the encodings of
 * {@link patternsOf}; in file names; inside raw Snappy streams at any offset, Snappy frames, LevelDB tables and logs,
 * values of SQLite databases, and Mozilla's jsonlz4; also Snappy inside what a database holds.
 * Symbolic links are not followed, sockets and pipes not read.
 * @throws when a path is absent, a needle is too short, or a file cannot be read in full and `onProblem` isn't given
 */
export async function scanForNeedles(
  paths: readonly string[],
  needles: readonly Needle[],
  { onProblem }: ScanOptions = {},
): Promise<Finding[]> {
  const match = createMatcher(patternsOf(needles))
  const findings = new Map<string, Finding>()
  const problems: string[] = []
  const report = onProblem ?? ((path, reason) => problems.push(`${path}: ${reason}`))
  for (const root of paths) {
    for await (const path of walk(root)) {
      const add = (encoding: string, needle: string, offset: number) => {
        findings.set(`${path}\0${needle}\0${encoding}\0${offset}`, { path, needle, encoding, offset })
      }
      for (const { pattern } of match(Buffer.from(basename(path))))
        add(`file name/${pattern.encoding}`, pattern.needle, 0)
      await scanFile(path, match, add, (reason) => report(path, reason))
    }
  }
  if (problems.length > 0) throw new Error(`could not be read in full: ${problems.join('; ')}`)
  return [...findings.values()]
}

type AddFinding = (encoding: string, needle: string, offset: number) => void

async function scanFile(
  path: string,
  match: Matcher,
  add: AddFinding,
  report: (reason: string) => void,
): Promise<void> {
  const stats = await lstat(path)
  if (stats.isSymbolicLink()) {
    for (const { pattern } of match(Buffer.from(await readlink(path)))) add(pattern.encoding, pattern.needle, 0)
  }
  if (!stats.isFile()) return
  if (stats.size <= WINDOW_BYTES) {
    const file = await readFile(path)
    examine(file, { layer: '', offset: 0 }, match, add)
    await attempt(report, async () => {
      for (const { layer, offset, output } of readStructure(path, file)) {
        examine(output, { layer, offset }, match, add)
      }
    })
    if (isSqlite(file)) await attempt(report, () => scanSqlite(path, match, add))
    return
  }
  const file = await open(path)
  try {
    let isFirst = true
    for await (const { offset, bytes } of readWindows(file, stats.size)) {
      examine(bytes, { layer: '', offset }, match, add)
      if (isFirst && isSqlite(bytes)) await attempt(report, () => scanSqlite(path, match, add))
      if ((isFirst && unpackMozLz4(bytes) !== undefined) || isLevelDbTable(bytes) || isLevelDbLogName(basename(path))) {
        report('too long to be unpacked whole')
      }
      isFirst = false
    }
  } finally {
    await file.close()
  }
}

async function scanSqlite(path: string, match: Matcher, add: AddFinding): Promise<void> {
  for await (const value of readSqliteValues(path)) {
    examine(value, { layer: 'sqlite/', offset: 0 }, match, add)
  }
}

interface Place {
  /** Containers around these bytes, each with a slash after it; none for the file itself. */
  readonly layer: string
  /** Where the bytes, or the container's block that holds them, start in the file. */
  readonly offset: number
}

/** Searches bytes, then whatever is packed in them. What a sweep brought up is searched, but not swept again. */
function examine(bytes: Buffer, { layer, offset }: Place, match: Matcher, add: AddFinding): void {
  const at = (inner: number) => (layer === '' ? offset + inner : offset)
  const search = (packing: string, found: Unpacked) => {
    for (const { pattern } of match(found.output)) {
      add(`${layer}${packing}${pattern.encoding}`, pattern.needle, at(found.offset))
    }
  }
  for (const found of match(bytes)) add(layer + found.pattern.encoding, found.pattern.needle, at(found.offset))
  for (const block of sweepSnappy(bytes)) search('snappy/', block)
  for (const block of unpackSnappyFrames(bytes)) search('snappy frames/', block)
  const json = unpackMozLz4(bytes)
  if (json !== undefined) search('mozlz4/', { offset: 0, output: json })
}

function* readStructure(path: string, file: Buffer): Generator<Unpacked & { readonly layer: string }> {
  if (isLevelDbTable(file)) for (const part of readLevelDbTable(file)) yield { ...part, layer: 'leveldb table/' }
  if (isLevelDbLogName(basename(path)))
    for (const part of readLevelDbLog(file)) yield { ...part, layer: 'leveldb log/' }
}

async function* readWindows(file: FileHandle, size: number): AsyncGenerator<{ offset: number; bytes: Buffer }> {
  for (let offset = 0; ; offset += WINDOW_BYTES - OVERLAP_BYTES) {
    const buffer = Buffer.alloc(Math.min(WINDOW_BYTES, size - offset))
    let filled = 0
    while (filled < buffer.length) {
      const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, offset + filled)
      if (bytesRead === 0) break
      filled += bytesRead
    }
    yield { offset, bytes: buffer.subarray(0, filled) }
    if (offset + buffer.length >= size) return
  }
}

async function* walk(path: string): AsyncGenerator<string> {
  yield path
  if (!(await lstat(path)).isDirectory()) return
  for (const name of (await readdir(path)).sort()) yield* walk(join(path, name))
}

async function attempt(report: (reason: string) => void, read: () => Promise<void>): Promise<void> {
  try {
    await read()
  } catch (error) {
    report(error instanceof Error ? error.message : String(error))
  }
}
