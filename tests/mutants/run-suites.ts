import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { listIn, textIn } from '../runner/json-shape.ts'

/** `broken`: no test failed, and yet the suites did not pass: the source does not load, or time ran out. */
export type SuitesEnd =
  | { readonly type: 'passed' }
  | { readonly type: 'failed'; readonly test: string }
  | { readonly type: 'broken'; readonly why: string }

/** All suites without any mutation take minutes. */
const SUITES_TIMEOUT_MS = 900_000

/** Runs test files in a tree, up to the first test that fails. */
export async function runSuites(dir: string, suites: readonly string[]): Promise<SuitesEnd> {
  const report = join(dir, 'report.json')
  rmSync(report, { force: true })
  const vitest = join(dir, 'node_modules/vitest/vitest.mjs')
  const child = spawn(
    process.execPath,
    [vitest, 'run', '--config=tests/mutants/vitest.config.ts', '--reporter=json', `--outputFile=${report}`, ...suites],
    { cwd: dir, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const timeout = setTimeout(() => child.kill('SIGKILL'), SUITES_TIMEOUT_MS)
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  clearTimeout(timeout)
  if (!existsSync(report)) return { type: 'broken', why: errors.trim().split('\n').at(-1) ?? 'no report' }
  return judge(JSON.parse(readFileSync(report, 'utf8')), code)
}

function judge(report: unknown, code: number | null): SuitesEnd {
  let messages = ''
  for (const file of listIn(report, 'testResults')) {
    messages += textIn(file, 'message')
    for (const test of listIn(file, 'assertionResults'))
      if (textIn(test, 'status') === 'failed') return { type: 'failed', test: textIn(test, 'fullName') }
  }
  return code === 0 ? { type: 'passed' } : { type: 'broken', why: messages.trim().split('\n')[0] ?? '' }
}
