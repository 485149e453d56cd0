import { posix } from 'node:path'
import { parseImports } from './imports.ts'
import type { Complaint, SourceFile } from './tracked-files.ts'

/** A part's package.json, as far as imports are concerned. */
export interface Manifest {
  readonly name: string
  readonly exports: readonly string[]
  readonly dependencies: readonly string[]
}

/** Who may import whom (docs/ARCHITECTURE.md). Parts are told by their folder; `tests` may import everything. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'packages/base': [],
  'packages/domain': ['@salus/base'],
  'packages/crypto': ['@salus/base'],
  'packages/wire': ['@salus/base'],
  'packages/vault': ['@salus/base', '@salus/crypto', '@salus/wire'],
  'packages/store': ['@salus/base', '@salus/wire'],
  // The port alone: which store it is, is the caller's choice.
  'packages/sync': ['@salus/base', '@salus/wire', '@salus/store'],
  'packages/interchange': ['@salus/base', '@salus/domain'],
  'packages/engine': [
    '@salus/base',
    '@salus/crypto/*',
    '@salus/domain',
    '@salus/domain/sample',
    '@salus/interchange',
    '@salus/store/*',
    '@salus/sync',
    '@salus/vault',
    '@salus/wire',
  ],
  'apps/web': [
    '@salus/base',
    '@salus/domain',
    '@salus/engine/api',
    '@salus/engine/view-types',
    '@salus/engine/kdf-call',
  ],
  'apps/cli': ['@salus/base', '@salus/domain', '@salus/engine/*'],
  relay: ['@salus/base', '@salus/wire'],
}

/** The files that the app starts as workers: there, and nowhere beside a screen, runs the engine itself. */
const WORKER_FILE = /^apps\/web\/src\/engine\/(engine|kdf)-worker\.ts$/
const WORKER_ENTRY = /^@salus\/engine\/(worker|kdf-worker)$/

/** Files that run in Node; everywhere else `node:` would break the browser. */
const RUNS_IN_NODE = [/^relay\//, /^apps\/cli\//, /^packages\/store\/src\/sqlite-/, /^packages\/engine\/src\/headless/]
const TEST_FILE = /(\.test\.ts|\/testing\/[^/]+\.ts|(^|[/-])contract\.ts|-for-tests\.ts)$/
/** What tests may use besides their part's own: noble signs for packages that have no cryptography of their own. */
const TEST_TOOLS = new Set([
  '@noble/curves',
  '@noble/hashes',
  'vitest',
  'fast-check',
  'fake-indexeddb',
  'typescript',
  '@playwright/test',
  'playwright-core',
])
/** Modules that the build makes. */
const VIRTUAL = /^(virtual:|\$)/

export function checkImports(files: readonly SourceFile[], manifests: ReadonlyMap<string, Manifest>): Complaint[] {
  return files.flatMap((file) => {
    const part = partOf(file.path)
    if (part === undefined || !/\.(ts|js|mjs|svelte)$/.test(file.path)) return []
    const { specifiers, isBarrel } = parseImports(file.path, file.text)
    const problems = specifiers.flatMap((specifier) => complainOf(specifier, file.path, part, manifests) ?? [])
    if (isBarrel && !/^packages\/[^/]+\/src\/index\.ts$/.test(file.path)) {
      problems.push('hands on what others export: only a package has an index.ts')
    }
    return problems.map((problem) => ({ path: file.path, problem }))
  })
}

/** The folder that a file's part of the architecture lives in; undefined for what belongs to no part. */
export function partOf(path: string): string | undefined {
  return /^((packages|apps)\/[^/]+|relay)\/src\//.exec(path)?.[1]
}

function complainOf(
  specifier: string,
  path: string,
  part: string,
  manifests: ReadonlyMap<string, Manifest>,
): string | undefined {
  const isTest = TEST_FILE.test(path)
  if (specifier.startsWith('.')) return complainOfRelative(specifier, path, part)
  if (specifier.startsWith('node:')) {
    return isTest || RUNS_IN_NODE.some((pattern) => pattern.test(path)) ? undefined : `${specifier} runs in Node only`
  }
  if (VIRTUAL.test(specifier)) return part === 'apps/web' ? undefined : `${specifier} is made for the app alone`
  if (specifier.startsWith('@salus/')) return complainOfPart(specifier, path, part, manifests)
  if (isTest && TEST_TOOLS.has(packageNameOf(specifier))) return undefined
  const declared = manifests.get(part)?.dependencies ?? []
  return declared.includes(packageNameOf(specifier)) ? undefined : `${specifier} is no dependency of ${part}`
}

function complainOfRelative(specifier: string, path: string, part: string): string | undefined {
  const [bare = ''] = specifier.split('?')
  const target = posix.join(posix.dirname(path), bare)
  if (!target.startsWith(`${part}/`)) return `${specifier} leads out of ${part}`
  return /\.(ts|js|mjs|svelte|json|css|csv|svg|wasm)$/.test(target) ? undefined : `${specifier} has no extension`
}

function complainOfPart(
  specifier: string,
  path: string,
  part: string,
  manifests: ReadonlyMap<string, Manifest>,
): string | undefined {
  const isTest = TEST_FILE.test(path)
  const [bare = ''] = specifier.split('?')
  const target = [...manifests.values()].find(({ name }) => bare === name || bare.startsWith(`${name}/`))
  if (target === undefined) return `${specifier} is no package of this repository`
  if (!target.exports.includes(`.${bare.slice(target.name.length)}`)) return `${target.name} doesn't export ${bare}`
  if (WORKER_FILE.test(path) && WORKER_ENTRY.test(specifier)) return undefined
  const allowed = MAY_IMPORT[part] ?? []
  const isAllowed = allowed.some(
    (entry) =>
      entry === bare || (entry.endsWith('/*') && (bare === entry.slice(0, -2) || bare.startsWith(entry.slice(0, -1)))),
  )
  // A test may take any form of what its part may import, such as the memory store for the port.
  const isAllowedInTest = isTest && allowed.some((entry) => entry.replace(/\/\*$/, '') === target.name)
  return isAllowed || isAllowedInTest ? undefined : `${part} may not import ${specifier}`
}

function packageNameOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}
