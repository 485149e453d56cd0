import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readInputFile } from './read-input-file.ts'

const MIB = 1024 * 1024

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'salus-input-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a file as large as may be is read whole, and one byte more is refused', () => {
  const path = join(folder, 'file')
  const bytes = new Uint8Array(MIB).map((_, index) => index)
  writeFileSync(path, bytes)
  expect(readInputFile(path, MIB)).toEqual({ ok: true, value: bytes })
  writeFileSync(path, new Uint8Array(MIB + 1))
  expect(readInputFile(path, MIB)).toEqual({
    ok: false,
    error: { type: 'CannotRead', sentence: 'The file is larger than 1 MiB.' },
  })
  writeFileSync(path, '')
  expect(readInputFile(path, MIB)).toEqual({ ok: true, value: new Uint8Array() })
})

test('what tells no size and never ends is refused', () => {
  expect(readInputFile('/dev/zero', MIB)).toMatchObject({ ok: false, error: { type: 'CannotRead' } })
})

test('a folder, a missing file and links in a circle are told in words', () => {
  symlinkSync('circle', join(folder, 'circle'))
  const sentences = ['.', 'none', 'circle'].map((name) => {
    const read = readInputFile(join(folder, name), MIB)
    return read.ok ? '' : read.error.sentence
  })
  expect(sentences).toEqual([
    'This is a folder, not a file.',
    'The file cannot be read: there is no such file or folder.',
    'The file cannot be read: its links lead in a circle.',
  ])
})
