import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ROOT_DIR } from './command.ts'

const LAUNCHER = 'deploy/runtime/with-node.mjs'
const LOCK = 'deploy/runtime/.install-lock'
/** Above the largest process id that Linux gives. */
const DEAD_PID = 2 ** 22 + 1

/** A repository of one script, with an npm that only notes that it was called. */
let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'salus-launcher-'))
  mkdirSync(join(root, 'deploy/runtime'), { recursive: true })
  cpSync(join(ROOT_DIR, LAUNCHER), join(root, LAUNCHER))
  write('package-lock.json', JSON.stringify({ packages: { '': {}, 'node_modules/a': { version: '1.0.0' } } }))
  write(
    'npm-cli.js',
    `const { appendFileSync, mkdirSync, writeFileSync, copyFileSync } = require('node:fs')
     console.log('npm speaks')
     appendFileSync('calls', process.argv.slice(2).join(' ') + '\\n')
     mkdirSync('node_modules', { recursive: true })
     copyFileSync('package-lock.json', 'node_modules/.package-lock.json')`,
  )
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

test('the script gets its arguments, and stdout is its own even while npm installs', async () => {
  write('script.ts', `console.log(JSON.stringify(process.argv.slice(2) satisfies string[]))`)
  const { stdout, stderr, code } = await launch(['script.ts', '--json', 'a b']).end
  expect(stdout).toBe('["--json","a b"]\n')
  expect(stderr).toContain('npm speaks')
  expect(code).toBe(0)
})

test('two commands at once install once', async () => {
  write('script.ts', '')
  await Promise.all([launch(['script.ts']).end, launch(['script.ts']).end, launch(['script.ts']).end])
  expect(installs()).toBe(1)
  expect(existsSync(join(root, LOCK))).toBe(false)
})

test('a lock of a process that died is taken over', async () => {
  write('script.ts', '')
  write(LOCK, `${DEAD_PID} 0`)
  expect((await launch(['script.ts']).end).code).toBe(0)
  expect(installs()).toBe(1)
})

test('nothing is installed again until the lock file changes', async () => {
  write('script.ts', '')
  await launch(['script.ts']).end
  await launch(['script.ts']).end
  expect(installs()).toBe(1)
  write('package-lock.json', JSON.stringify({ packages: { '': {}, 'node_modules/a': { version: '1.0.1' } } }))
  await launch(['script.ts']).end
  expect(installs()).toBe(2)
})

test('an install that fails stops the command and frees the lock', async () => {
  write('script.ts', `console.log('ran')`)
  write('npm-cli.js', 'process.exit(1)')
  const { stdout, stderr, code } = await launch(['script.ts']).end
  expect({ stdout, code }).toEqual({ stdout: '', code: 1 })
  expect(stderr).toContain('npm ci failed')
  expect(existsSync(join(root, LOCK))).toBe(false)
})

test("the script's exit code is the command's", async () => {
  write('script.ts', 'process.exit(5)')
  expect((await launch(['script.ts']).end).code).toBe(5)
})

test('a signal reaches the script, which ends as it likes', async () => {
  write('script.ts', `process.on('SIGTERM', () => process.exit(7)); setInterval(() => {}, 1e6); console.log('up')`)
  const command = launch(['script.ts'])
  await command.firstOutput
  command.child.kill('SIGTERM')
  expect((await command.end).code).toBe(7)
})

test('a script that a signal ends shows as ended by it', async () => {
  write('script.ts', `setInterval(() => {}, 1e6); console.log('up')`)
  const command = launch(['script.ts'])
  await command.firstOutput
  command.child.kill('SIGTERM')
  expect((await command.end).signal).toBe('SIGTERM')
})

test('the script ends with the shell that npm put around it', async () => {
  write(
    'script.ts',
    `process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1e6); console.log(process.pid)`,
  )
  // `;true` keeps the shell, which doesn't pass signals on.
  const shell = spawn('sh', ['-c', `"${process.execPath}" ${LAUNCHER} script.ts; true`], {
    cwd: root,
    env: { ...environment(), npm_lifecycle_event: 'start' },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const pid = Number(await firstOutputOf(shell))
  shell.kill('SIGKILL')
  await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false)
})

interface Ended {
  readonly stdout: string
  readonly stderr: string
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

function launch(launchArguments: readonly string[]) {
  const child = spawn(process.execPath, [LAUNCHER, ...launchArguments], { cwd: root, env: environment() })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()))
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()))
  const end = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ stdout, stderr, code, signal }))
  })
  return { child, end, firstOutput: firstOutputOf(child) }
}

function firstOutputOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => child.stdout?.once('data', (data: Buffer) => resolve(data.toString())))
}

function environment(): NodeJS.ProcessEnv {
  const { npm_lifecycle_event: _, ...rest } = process.env
  return { ...rest, npm_execpath: join(root, 'npm-cli.js') }
}

function installs(): number {
  return readFileSync(join(root, 'calls'), 'utf8').trim().split('\n').length
}

function write(path: string, text: string): void {
  writeFileSync(join(root, path), text)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
