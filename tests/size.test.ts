import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROOT_DIR } from './runner/command.ts'

/**
 * Gzipped bytes that come before somebody can touch anything: index.html, what it and its imports load, and for who is new the
 * first run, for who has a record the lock, which is in index.html's own part.
 */
const FIRST_BYTES_MAX = 130_000
/** Gzipped bytes of the engine's worker, without what it loads when it is asked for it. */
const ENGINE_BYTES_MAX = 120_000

let outDir = ''
beforeAll(() => {
  outDir = mkdtempSync(join(tmpdir(), 'salus-size-'))
  execFileSync(
    process.execPath,
    ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'error', '--outDir', outDir],
    {
      cwd: ROOT_DIR,
      // What is shipped: the runner's own NODE_ENV would give Svelte's checks for developers.
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  )
})
afterAll(() => rmSync(outDir, { recursive: true, force: true }))

describe('What is loaded', () => {
  test('before the first touch, and by the engine when it starts, keeps to its budget', () => {
    const index = readFileSync(join(outDir, 'index.html'), 'utf8')
    const linked = [...index.matchAll(/\/assets\/([\w.-]+\.(?:js|css))/g)].map(([, name = '']) => name)
    expect(linked.some((name) => name.endsWith('.js'))).toBe(true)
    const lock = withStaticImports(linked)
    const firstRun = withStaticImports([...linked, ...assets().filter((name) => name.startsWith('Onboarding-'))])
    expect(firstRun.size).toBeGreaterThan(lock.size)
    const engine = withStaticImports(assets().filter((name) => name.startsWith('engine-worker-')))
    expect(engine.size).toBeGreaterThan(0)
    const indexBytes = gzipSync(index, { level: 9 }).length
    const [lockBytes, firstRunBytes] = [indexBytes + sumOf(lock), indexBytes + sumOf(firstRun)]
    const engineBytes = sumOf(engine)
    const apart = assets().filter((name) => !firstRun.has(name) && !engine.has(name))
    const lines = [
      `before the lock can be touched ${lockBytes} of ${FIRST_BYTES_MAX}: index.html, ${[...lock].join(', ')}`,
      `before the first run can be touched ${firstRunBytes} of ${FIRST_BYTES_MAX}: with ${[...firstRun].join(', ')}`,
      `engine ${engineBytes} of ${ENGINE_BYTES_MAX}: ${[...engine].join(', ')}`,
      ...apart.map((name) => `${name.endsWith('.woff2') ? 'font' : 'later'} ${gzipBytes(name)} ${name}`),
    ]
    console.log(`gzipped bytes\n${lines.join('\n')}`)
    expect(lockBytes).toBeLessThanOrEqual(FIRST_BYTES_MAX)
    expect(firstRunBytes).toBeLessThanOrEqual(FIRST_BYTES_MAX)
    expect(engineBytes).toBeLessThanOrEqual(ENGINE_BYTES_MAX)
  })

  test('nothing imports a worker’s own file, which WebKit would run a second time', () => {
    const scripts = assets().filter((name) => name.endsWith('.js'))
    const workers = scripts.filter((name) => /^(engine|kdf)-worker-/.test(name))
    expect(workers).toHaveLength(2)
    for (const name of scripts) {
      const imported = [...withStaticImports([name])].filter((other) => other !== name)
      expect(
        imported.filter((other) => workers.includes(other)),
        name,
      ).toEqual([])
    }
  })
})

function assets(): string[] {
  return readdirSync(join(outDir, 'assets')).sort()
}

function sumOf(names: ReadonlySet<string>): number {
  return [...names].reduce((sum, name) => sum + gzipBytes(name), 0)
}

/** A font is compressed already. */
function gzipBytes(name: string): number {
  const content = readFileSync(join(outDir, 'assets', name))
  return name.endsWith('.woff2') ? content.length : gzipSync(content, { level: 9 }).length
}

/** The files and all that they import at once; `import()` is for later. */
function withStaticImports(names: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>()
  const open = [...names]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue
    found.add(name)
    if (!name.endsWith('.js')) continue
    const text = readFileSync(join(outDir, 'assets', name), 'utf8')
    for (const [, target = ''] of text.matchAll(/(?:from|import)\s*["'`]\.\/([\w.-]+\.js)["'`]/g)) open.push(target)
  }
  return found
}
