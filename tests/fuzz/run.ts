/**
 * `npm run fuzz -- --seconds N`: bends golden vectors and files for every reader of bytes from outside, N seconds in all,
 * and says how many inputs each was given. `--seed N` gives other inputs than the last run, `--only envelope` one target.
 */
import { parseArgs } from 'node:util'
import { say } from '../runner/command.ts'
import { FUZZ_TARGETS } from './all-targets.ts'
import { fuzz } from './fuzz.ts'

const SECONDS = 60

const { values } = parseArgs({
  options: { seconds: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string' } },
})
const seconds = Number(values.seconds ?? SECONDS)
const seed = Number(values.seed ?? 1)
const targets = FUZZ_TARGETS.filter(({ name }) => name.includes(values.only ?? ''))
if (!(seconds > 0) || !Number.isSafeInteger(seed) || targets.length === 0) {
  process.stderr.write('usage: npm run fuzz -- [--seconds N] [--seed N] [--only NAME]\n')
  process.exit(2)
}
let executions = 0
let failed = 0
for (const target of targets) {
  const end = await fuzz(target, seed, (seconds * 1_000) / targets.length)
  executions += end.executions
  say(`${String(end.executions).padStart(10)} ${target.name}${end.crash === undefined ? '' : ' FALLS'}`)
  if (end.crash === undefined) continue
  failed++
  say(`${end.crash.why}\non ${end.crash.inputHex}`)
}
say(`${String(executions).padStart(10)} executions, seed ${String(seed)}, ${String(failed)} crashes`)
say(`${String(targets.length - failed)} passed, ${String(failed)} failed`)
process.exit(failed === 0 ? 0 : 1)
