import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isBuildNeeded } from './build-app.ts'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'salus-relay-build-'))
})
afterEach(() => {
  rmSync(root, { recursive: true, force: true })
})

/** Writes a file whose time is so many seconds after 2020. */
function write(path: string, seconds: number): void {
  const [file, time] = [join(root, path), 1_577_836_800 + seconds]
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, '')
  utimesSync(file, time, time)
}

describe('The app is built', () => {
  it('when it is missing, and not when it is as new as all that it is made of', () => {
    write('apps/web/src/main.ts', 10)
    write('packages/base/src/index.ts', 20)
    expect(isBuildNeeded(root)).toBe(true)
    write('apps/web/dist/index.html', 20)
    expect(isBuildNeeded(root)).toBe(false)
    write('apps/web/dist/index.html', 19)
    expect(isBuildNeeded(root)).toBe(true)
  })

  it.each([
    'apps/web/src/main.ts',
    'apps/web/index.html',
    'packages/domain/src/a/b.json',
    'deploy/build/earlier-builds.ts',
    'vite.config.ts',
    'package-lock.json',
  ])('when %s is newer', (source) => {
    write('apps/web/dist/index.html', 20)
    write(source, 19)
    expect(isBuildNeeded(root)).toBe(false)
    write(source, 21)
    expect(isBuildNeeded(root)).toBe(true)
  })

  it('not for tests, what npm installs, or the relay', () => {
    write('apps/web/dist/index.html', 20)
    write('apps/web/node_modules/x/index.js', 30)
    write('relay/src/main.ts', 30)
    write('packages/base/src/bytes.test.ts', 30)
    write('packages/base/src/bytes.ts', 10)
    expect(isBuildNeeded(root)).toBe(false)
  })
})
