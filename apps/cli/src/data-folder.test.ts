import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { dataFolderPath, dataFolderSentence, takeDataFolder } from './data-folder.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'salus-data-folder-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

describe('which folder', () => {
  const cases: readonly (readonly [asked: string | undefined, environment: Record<string, string>, path: string])[] = [
    ['/from/option', { SALUS_DEVICE: '/from/device', XDG_DATA_HOME: '/from/xdg' }, '/from/option'],
    [undefined, { SALUS_DEVICE: '/from/device', XDG_DATA_HOME: '/from/xdg' }, '/from/device'],
    [undefined, { SALUS_DEVICE: '', XDG_DATA_HOME: '/from/xdg' }, '/from/xdg/salus'],
    [undefined, { XDG_DATA_HOME: 'relative' }, join(homedir(), '.local/share/salus')],
    [undefined, {}, join(homedir(), '.local/share/salus')],
  ]
  test.each(cases)('%j with %j is %s', (asked, environment, path) => {
    expect(dataFolderPath(asked, environment)).toBe(path)
  })
})

describe('a new folder', () => {
  test('is its owner’s alone, and one process has it at a time', () => {
    const path = join(root, 'a/b')
    const first = takeDataFolder(path, true)
    if (!first.ok) throw new Error('not taken')
    expect(first.value.vaultPath).toBe(join(path, 'vault.db'))
    expect(statSync(path).mode & 0o777).toBe(0o700)
    const second = takeDataFolder(path, true)
    expect(second).toEqual({ ok: false, error: { type: 'Held', pid: process.pid } })
    if (!second.ok) expect(dataFolderSentence(second.error, path)).toContain(`process ${process.pid}`)
    first.value.release()
    const third = takeDataFolder(path, true)
    expect(third.ok).toBe(true)
    if (third.ok) third.value.release()
  })

  test('is not made by a command that needs a vault', () => {
    const path = join(root, 'none')
    expect(takeDataFolder(path, false)).toEqual({ ok: false, error: { type: 'NoFolder' } })
    expect(existsSync(path)).toBe(false)
  })
})

test('a folder that others may write to is refused, one that they may read is not', () => {
  const path = join(root, 'shared')
  mkdirSync(path)
  writeFileSync(join(path, 'vault.db'), '')
  for (const mode of [0o720, 0o702, 0o777]) {
    chmodSync(path, mode)
    expect(takeDataFolder(path, false)).toMatchObject({ ok: false, error: { type: 'BadFolder' } })
  }
  chmodSync(path, 0o755)
  const taken = takeDataFolder(path, false)
  expect(taken.ok).toBe(true)
  if (taken.ok) taken.value.release()
})

test('a file in the folder’s place is told in words', () => {
  const path = join(root, 'file')
  writeFileSync(path, '')
  const taken = takeDataFolder(path, true)
  if (taken.ok) throw new Error('taken')
  expect(dataFolderSentence(taken.error, path)).toBe(
    `The data folder ${path} cannot be used: there is a file of that name.`,
  )
})

test('a lock file that is none is told in words', () => {
  writeFileSync(join(root, 'lock'), 'x'.repeat(5_000))
  const taken = takeDataFolder(root, true)
  if (taken.ok) throw new Error('taken')
  expect(dataFolderSentence(taken.error, root)).toContain(`The lock file in ${root} cannot be used: `)
})
