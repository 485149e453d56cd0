import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { takeFolderLock } from './folder-lock.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'salus-lock-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const MODULE = JSON.stringify(new URL('./folder-lock.ts', import.meta.url).href)

/** Another process that tries for the lock, says how that went, and stays until its stdin ends. */
function startRival(path: string) {
  const script = `const { takeFolderLock } = await import(${MODULE})
    const taken = takeFolderLock(${JSON.stringify(path)})
    console.log(JSON.stringify(taken.ok ? 'taken' : taken.error))
    process.stdin.resume()`
  return spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['pipe', 'pipe', 'inherit'] })
}

async function firstLine(rival: ReturnType<typeof startRival>): Promise<unknown> {
  const [chunk] = (await once(rival.stdout, 'data')) as [Buffer]
  return JSON.parse(chunk.toString())
}

test('the lock of a live process stands, and that of one killed with -9 is free', async () => {
  const path = join(folder, 'lock')
  const rival = startRival(path)
  expect(await firstLine(rival)).toBe('taken')
  expect(takeFolderLock(path)).toEqual({ ok: false, error: { type: 'Held', pid: rival.pid } })
  rival.kill('SIGKILL')
  await once(rival, 'exit')
  const taken = takeFolderLock(path)
  expect(taken.ok).toBe(true)
  if (taken.ok) taken.value.release()
})

test('of several that start at once on a dead one’s lock, one gets it', async () => {
  const path = join(folder, 'lock')
  const dead = startRival(path)
  await firstLine(dead)
  dead.kill('SIGKILL')
  await once(dead, 'exit')
  const rivals = Array.from({ length: 6 }, () => startRival(path))
  const answers = await Promise.all(rivals.map(firstLine))
  expect(answers.filter((answer) => answer === 'taken').length).toBe(1)
  for (const rival of rivals) rival.stdin.end()
  await Promise.all(rivals.map((rival) => once(rival, 'exit')))
})
