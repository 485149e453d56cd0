import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { memberOf, textIn } from './runner/json-shape.ts'
import { type Manifest, checkImports } from './tidy/import-table.ts'
import { checkNames } from './tidy/naming-rules.ts'
import { LINES_MAX, checkTexts } from './tidy/text-rules.ts'
import { ROOT_DIR, listTrackedPaths, readTextFiles } from './tidy/tracked-files.ts'

const paths = listTrackedPaths()
const files = readTextFiles(paths)
const manifests = readManifests()

describe('the repository', () => {
  test('has files to check', () => {
    expect(files.length).toBeGreaterThan(20)
    expect(manifests.size).toBeGreaterThan(8)
  })

  test('keeps to the import table, and has no barrels but packages', () => {
    expect(checkImports(files, manifests)).toEqual([])
  })

  test('names its files and folders for what is in them', () => {
    expect(checkNames(paths)).toEqual([])
  })

  test('keeps to the rules of text', () => {
    expect(checkTexts(files)).toEqual([])
  })
})

describe('the import table', () => {
  const refused: readonly (readonly [why: string, path: string, text: string])[] = [
    ['a part that is not in its row', 'packages/domain/src/a.ts', `import { seal } from '@salus/vault'`],
    ['a type of such a part', 'packages/wire/src/a.ts', `import type { Key } from '@salus/crypto'`],
    ['it by import()', 'relay/src/a.ts', `const vault = await import('@salus/vault')`],
    ['it by import type', 'relay/src/a.ts', `let key: import('@salus/crypto').Key`],
    ['it by export from', 'relay/src/a.ts', `export { seal } from '@salus/crypto'\nexport const a = 1`],
    [
      'it in a component',
      'apps/web/src/A.svelte',
      `<script lang="ts">import { x } from '@salus/sync'</script><p>x</p>`,
    ],
    ["engine's inside in the app", 'apps/web/src/a.ts', `import '@salus/engine/worker'`],
    ['what a package does not export', 'apps/cli/src/a.ts', `import '@salus/engine/api.ts'`],
    ['a store itself in sync', 'packages/sync/src/a.ts', `import { x } from '@salus/store/memory'`],
    ['a package that is not there', 'relay/src/a.ts', `import '@salus/nothing'`],
    ['a path out of the part', 'apps/web/src/a.ts', `import '../../../packages/crypto/src/aead.ts'`],
    ['a worker out of the part', 'apps/web/src/a.ts', `new URL('../../../packages/sync/src/a.ts', import.meta.url)`],
    ['a relative path without extension', 'packages/base/src/a.ts', `import './bytes'`],
    ['a dependency of another part', 'apps/web/src/a.ts', `import Dexie from 'dexie'`],
    ['a tool of tests outside tests', 'packages/base/src/a.ts', `import { test } from 'vitest'`],
    ['Node in the browser', 'packages/vault/src/a.ts', `import { readFileSync } from 'node:fs'`],
    ['a barrel', 'packages/base/src/a/parts.ts', `export { ok } from '../result.ts'`],
    ['a module that hands on all of another', 'relay/src/a.ts', `export * from './app.ts'\nexport const a = 1`],
  ]
  for (const [why, path, text] of refused) {
    test(`refuses ${why}`, () => expect(checkImports([{ path, text }], manifests)).toHaveLength(1))
  }

  const allowed: readonly (readonly [why: string, path: string, text: string])[] = [
    ['what is in the row', 'packages/vault/src/a.ts', `import { x } from '@salus/crypto'`],
    ['a form of it in a test', 'packages/sync/src/a.test.ts', `import { x } from '@salus/store/memory'`],
    ['the api in the app', 'apps/web/src/a.ts', `import type { SalusApi } from '@salus/engine/api'`],
    ["the engine's worker in its own file", 'apps/web/src/engine/engine-worker.ts', `import '@salus/engine/worker'`],
    ['its own dependency', 'relay/src/a.ts', `import { Hono } from 'hono'\nimport { serve } from '@hono/node-server'`],
    ['Node in the relay', 'relay/src/a.ts', `import { join } from 'node:path'`],
    ["a package's index", 'packages/wire/src/index.ts', `export * from './envelope.ts'`],
    ['a word in a comment', 'packages/domain/src/a.ts', `// import { seal } from '@salus/vault'\nexport const a = 1`],
  ]
  for (const [why, path, text] of allowed) {
    test(`allows ${why}`, () => expect(checkImports([{ path, text }], manifests)).toEqual([]))
  }
})

describe('the rules of names', () => {
  const refused = [
    'notes.txt',
    'packages/base/src/camelCase.ts',
    'packages/base/src/snake_case.ts',
    'packages/base/src/Folder/a.ts',
    'packages/base/src/utils/a.ts',
    'packages/base/src/string-helpers.ts',
    'packages/base/src/data.ts',
    'apps/web/src/ui/decimal-field.svelte',
  ]
  for (const path of refused) {
    test(`refuse ${path}`, () => expect(checkNames([path]).length).toBeGreaterThan(0))
  }
  test('allow the names that conventions ask for', () => {
    expect(
      checkNames([
        'apps/web/src/ui/DecimalField.svelte',
        'apps/web/src/engine/live.svelte.ts',
        'packages/store/src/sqlite-store.test.ts',
        'tests/real-data/fhir.test.ts',
        '.ci/run',
      ]),
    ).toEqual([])
  })
})

describe('the rules of text', () => {
  const join = (...parts: readonly string[]) => parts.join('')
  const refused: readonly (readonly [why: string, path: string, text: string])[] = [
    ['the clock', 'packages/sync/src/a.ts', 'const now = Date.now()'],
    ['the clock as a date', 'apps/web/src/a.ts', 'const today = new Date()'],
    ['chance', 'relay/src/a.ts', 'const die = Math.random()'],
    ['random bytes', 'packages/vault/src/a.ts', 'crypto.getRandomValues(key)'],
    ['a static style', 'apps/web/src/A.svelte', '<p style="color: red">x</p>'],
    ['a static style on a line of its own', 'apps/web/src/A.svelte', "<p\n  style='color: red'>x</p>"],
    ['a registry', 'package-lock.json', join('"https://registry.', 'npmjs.org/a"')],
    ['a folder of this machine', 'tests/a.test.ts', join("const folder = '/", "tmp/x'")],
    ['an open end', 'relay/src/a.ts', join('// TO', 'DO: later')],
    ['a lone test', 'relay/src/a.test.ts', join('test.', "only('x', () => {})")],
    ['a skipped test', 'relay/src/a.test.ts', join('test.', "skip('x', () => {})")],
    ['a sleep', 'tests/e2e/a.spec.ts', join('await page.waitFor', 'Timeout(1000)')],
    ['a line too many', 'relay/src/a.ts', 'x\n'.repeat(LINES_MAX + 1)],
  ]
  for (const [why, path, text] of refused) {
    test(`refuse ${why}`, () => expect(checkTexts([{ path, text }])).toHaveLength(1))
  }

  const allowed: readonly (readonly [why: string, path: string, text: string])[] = [
    ['the clock in base', 'packages/base/src/clock.ts', 'const now = Date.now()'],
    ['a date of a given instant', 'packages/domain/src/a.ts', 'new Date(instantMs)'],
    ['a style that is computed', 'apps/web/src/A.svelte', '<p style="width: {width}px" style:color={c}>x</p>'],
    ['a style sheet', 'apps/web/src/A.svelte', '<p>x</p><style>p { color: red }</style>'],
    ['an open end with its issue', 'relay/src/a.ts', join('// TO', 'DO #12: later')],
    ['a skipped test over real data', 'tests/real-data/a.test.ts', join('describe.', "skipIf(x)('y')")],
    ['as many lines as may be', 'relay/src/a.ts', 'x\n'.repeat(LINES_MAX)],
    ['a long catalogue', 'packages/domain/src/catalogue/a.ts', 'x\n'.repeat(LINES_MAX + 1)],
  ]
  for (const [why, path, text] of allowed) {
    test(`allow ${why}`, () => expect(checkTexts([{ path, text }])).toEqual([]))
  }
})

function readManifests(): ReadonlyMap<string, Manifest> {
  const folders = paths.flatMap((path) => /^((?:packages|apps)\/[^/]+|relay)\/package\.json$/.exec(path)?.[1] ?? [])
  return new Map(
    folders
      .filter((folder) => existsSync(join(ROOT_DIR, folder, 'package.json')))
      .map((folder) => {
        const manifest: unknown = JSON.parse(readFileSync(join(ROOT_DIR, folder, 'package.json'), 'utf8'))
        return [
          folder,
          {
            name: textIn(manifest, 'name'),
            exports: Object.keys(memberOf(manifest, 'exports') ?? {}),
            dependencies: Object.keys(memberOf(manifest, 'dependencies') ?? {}),
          },
        ]
      }),
  )
}
