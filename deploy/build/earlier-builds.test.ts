import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  EARLIER_BUILDS_DAYS_MAX,
  EARLIER_BUILDS_MAX,
  emptyButForAssets,
  keptBuilds,
  recordBuild,
} from './earlier-builds.ts'

const DAY_MS = 24 * 60 * 60 * 1_000
let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'salus-builds-'))
  mkdirSync(join(folder, 'assets'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Writes a build's files as Vite does, and records it. */
function build(name: string, builtMs: number, assets: readonly string[] = [`${name}.js`]): void {
  emptyButForAssets(folder)
  for (const asset of assets) writeFileSync(join(folder, 'assets', asset), name)
  writeFileSync(join(folder, 'index.html'), name)
  recordBuild(folder, { build: name, builtMs, assets })
}
const assets = (): string[] => readdirSync(join(folder, 'assets')).sort()

describe('The files of earlier builds', () => {
  it('stay beside the new ones, so that a page that is open still finds them', () => {
    build('one', 0, ['one.js', 'both.js'])
    build('two', DAY_MS, ['two.js', 'both.js'])
    expect(assets()).toEqual(['both.js', 'one.js', 'two.js'])
  })

  it('go so many days after they were replaced, however old they are, and not a millisecond before', () => {
    const [one, two] = [
      { build: 'one', builtMs: 0, assets: [] },
      { build: 'two', builtMs: 500 * DAY_MS, assets: [] },
    ]
    const lastMs = two.builtMs + EARLIER_BUILDS_DAYS_MAX * DAY_MS
    expect(keptBuilds([two, one], lastMs)).toEqual([two, one])
    expect(keptBuilds([two, one], lastMs + 1)).toEqual([two])
  })

  it('are those of so many builds and not of one more', () => {
    for (let i = 0; i <= EARLIER_BUILDS_MAX + 1; i++) build(`b${i}`, i)
    expect(assets()).toHaveLength(EARLIER_BUILDS_MAX + 1)
    expect(existsSync(join(folder, 'assets/b0.js'))).toBe(false)
    expect(existsSync(join(folder, 'assets/b1.js'))).toBe(true)
  })

  it('are counted once when the same sources are built again', () => {
    build('one', 0)
    for (let i = 1; i <= EARLIER_BUILDS_MAX + 2; i++) build('two', i)
    expect(assets()).toEqual(['one.js', 'two.js'])
  })

  it('go with a record that is damaged; what has no hash in its name goes with every build', () => {
    build('one', 0)
    writeFileSync(join(folder, '.builds.json'), '[{"build":')
    writeFileSync(join(folder, 'old-icon.png'), '')
    build('two', 1)
    expect(assets()).toEqual(['two.js'])
    expect(existsSync(join(folder, 'old-icon.png'))).toBe(false)
  })
})
