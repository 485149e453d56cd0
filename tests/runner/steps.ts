import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Engine, ensureCertutil, ensureEngine } from '../browsers/find-browsers.ts'
import { ROOT_DIR, runPackage, say } from './command.ts'
import { type Counts, NO_COUNTS, ONE_FAILED, ONE_PASSED, addCounts, judgeSuite } from './counts.ts'
import { readPlaywrightReport, titlesOnChromiumOnly } from './playwright-report.ts'
import { readVitestReport } from './vitest-report.ts'

export interface Step {
  readonly name: string
  /** The step without which this one has nothing to run on. */
  readonly needs?: string
  run(): Promise<Counts>
}

export interface StepOptions {
  /** An engine that isn't there fails the run instead of being skipped. */
  readonly isEveryEngineRequired: boolean
}

const CHECK_TIMEOUT_MS = 10 * 60_000
const SUITE_TIMEOUT_MS = 45 * 60_000
const E2E_DIR = 'tests/e2e'
const WEBKIT_DIR = 'tests/webkit'

/** All of `npm test`, in the order of its run: what fails fastest comes first. */
export function createSteps(options: StepOptions): readonly Step[] {
  return [
    { name: 'lint', run: lint },
    { name: 'types', run: types },
    { name: 'unit', run: () => vitest('vitest.config.ts') },
    { name: 'build', run: build },
    { name: 'e2e', needs: 'build', run: () => endToEnd(options) },
    { name: 'webkit', needs: 'build', run: () => webkit(options) },
  ]
}

async function lint(): Promise<Counts> {
  const isSound = await runPackage('eslint', 'eslint', ['--max-warnings=0', '.'], { timeoutMs: CHECK_TIMEOUT_MS })
  const isFormatted = await runPackage('prettier', 'prettier', ['--check', '--log-level=warn', '.'], {
    timeoutMs: CHECK_TIMEOUT_MS,
  })
  return isSound && isFormatted ? ONE_PASSED : ONE_FAILED
}

async function types(): Promise<Counts> {
  const options = { timeoutMs: CHECK_TIMEOUT_MS }
  const results = [
    await runPackage('typescript', 'tsc', ['-p', 'tsconfig.json'], options),
    // Without DOM and Node, so that a call of fetch or indexedDB there is a type error.
    await runPackage('typescript', 'tsc', ['-p', 'packages/domain/tsconfig.json'], options),
    await runPackage(
      'svelte-check',
      'svelte-check',
      ['--workspace', 'apps/web', '--tsconfig', 'tsconfig.json', '--fail-on-warnings', '--output', 'human'],
      options,
    ),
  ]
  return results.every(Boolean) ? ONE_PASSED : ONE_FAILED
}

async function build(): Promise<Counts> {
  return (await runPackage('vite', 'vite', ['build'], { timeoutMs: CHECK_TIMEOUT_MS })) ? ONE_PASSED : ONE_FAILED
}

async function vitest(config: string, extraArguments: readonly string[] = []): Promise<Counts> {
  return withReportFile(async (reportFile) => {
    const isExitClean = await runPackage(
      'vitest',
      'vitest',
      [
        'run',
        `--config=${config}`,
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${reportFile}`,
        ...extraArguments,
      ],
      { timeoutMs: SUITE_TIMEOUT_MS },
    )
    return judgeSuite(readVitestReport(readReport(reportFile), ROOT_DIR), isExitClean)
  })
}

async function endToEnd({ isEveryEngineRequired }: StepOptions): Promise<Counts> {
  const engines: readonly Engine[] = ['chromium', 'firefox-esr']
  const found = engines.filter((engine) => ensureEngine(engine, say))
  // Chromium is what every machine can have; without it the suite says nothing.
  if (!found.includes('chromium')) return ONE_FAILED
  if (!ensureCertutil(say))
    say("not possible without NSS's certutil: the home network in Chromium (tests/e2e/lan.spec.ts)")
  const counts = await withReportFile(async (reportFile) => {
    const projects = found.map((engine) => `--project=${engine}`)
    const isExitClean = await runPackage('@playwright/test', 'playwright', ['test', ...projects], {
      timeoutMs: SUITE_TIMEOUT_MS,
      env: { PLAYWRIGHT_JSON_OUTPUT_FILE: reportFile },
    })
    const report = readReport(reportFile)
    for (const title of titlesOnChromiumOnly(report)) say(`not possible on firefox-esr: ${title}`)
    return judgeSuite(readPlaywrightReport(report, E2E_DIR), isExitClean)
  })
  const absent = engines.filter((engine) => !found.includes(engine))
  return absent.reduce((total, engine) => addCounts(total, absentEngine(engine, isEveryEngineRequired)), counts)
}

async function webkit({ isEveryEngineRequired }: StepOptions): Promise<Counts> {
  if (!ensureEngine('webkit', say)) return absentEngine('webkit', isEveryEngineRequired)
  return vitest(`${WEBKIT_DIR}/vitest.config.ts`)
}

function absentEngine(engine: Engine, isRequired: boolean): Counts {
  say(isRequired ? `${engine} is required here and is not installed` : `${engine} is not installed: skipped`)
  return isRequired ? ONE_FAILED : { ...NO_COUNTS, skippedFiles: [`${engine} (not installed)`] }
}

/** What a runner wrote, or nothing if it ended before it wrote. */
function readReport(path: string): unknown {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
}

async function withReportFile(run: (path: string) => Promise<Counts>): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), 'salus-test-'))
  try {
    return await run(join(folder, 'report.json'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
