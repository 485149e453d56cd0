/**
 * `npm run bench`: measures and prints one table; `test-results/bench.json` holds the same with all samples.
 * `npm run bench -- --only join-100k,live` measures what has these names, or names that go on with a dash after them.
 * `npm run bench -- --profile --only join-100k` also prints where a join or an unlock spends its time, function by
 * function, and keeps the profiles in `test-results/profiles`; its times are those of a program under watch.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { BENCH_SIZES } from './bench-plan.ts'
import { GRID_SIZES } from './chromium-grid.ts'
import { PROFILE_FOLDER_VARIABLE, profileReport } from './profile/keep-profile.ts'
import { runBenches } from './run-benches.ts'
import { reportTable } from './report.ts'

const ROOT_DIR = join(import.meta.dirname, '../..')
const RESULTS_PATH = join(ROOT_DIR, 'test-results/bench.json')

const PROFILES_DIR = join(ROOT_DIR, 'test-results/profiles')

const { values } = parseArgs({ options: { only: { type: 'string' }, profile: { type: 'boolean', default: false } } })
if (values.profile) {
  await rm(PROFILES_DIR, { recursive: true, force: true })
  process.env[PROFILE_FOLDER_VARIABLE] = PROFILES_DIR
}
const lines = await runBenches(
  { only: values.only?.split(','), sizes: BENCH_SIZES, grids: GRID_SIZES, tries: 3, edits: 200, relaySeconds: 8 },
  (line) => {
    process.stderr.write(`${line.name}: ${line.median.toFixed(1)} ${line.unit}\n`)
  },
)
if (lines.length === 0) {
  process.stderr.write(`no bench is called ${values.only ?? ''}\n`)
  process.exit(2)
}
process.stdout.write(`${reportTable(lines)}\n`)
if (values.profile) process.stdout.write(`\n${await profileReport(PROFILES_DIR)}\n`)
const machine = { node: process.version, cpus: cpus().length, model: cpus()[0]?.model, platform: process.platform }
await mkdir(join(ROOT_DIR, 'test-results'), { recursive: true })
await writeFile(RESULTS_PATH, `${JSON.stringify({ takenAt: new Date().toISOString(), machine, lines }, null, 2)}\n`)
// A locked engine may have left a timer behind.
process.exit(0)
