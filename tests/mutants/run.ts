/**
 * `npm run mutants`: disables every verification step of client and relay, one by one, in a copy of this tree, and says
 * which test notices. `npm run mutants -- --only fork` runs those whose step, mutation or file holds the word.
 */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { say } from '../runner/command.ts'
import { MUTANTS } from './all-mutants.ts'
import { type Mutant, mutate } from './mutant.ts'
import { runSuites } from './run-suites.ts'
import { ScratchCopy } from './scratch-copy.ts'

const JOBS_MAX = 4

const { values } = parseArgs({ options: { only: { type: 'string' }, jobs: { type: 'string' } } })
const word = values.only?.toLowerCase() ?? ''
const mutants = MUTANTS.filter(({ step, mutation, file }) => `${step} ${mutation} ${file}`.toLowerCase().includes(word))
const jobs = Math.max(1, Math.min(JOBS_MAX, Number(values.jobs ?? availableParallelism())))

/** What became of a mutant: the test that failed, or why none did. */
interface Verdict {
  readonly isKilled: boolean
  readonly by: string
}

async function tryMutant(copy: ScratchCopy, mutant: Mutant): Promise<Verdict> {
  const text = copy.read(mutant.file)
  const mutated = mutate(text, mutant)
  if (mutated === undefined) return { isKilled: false, by: `ERROR: its text does not stand once in ${mutant.file}` }
  copy.write(mutant.file, mutated)
  const end = await runSuites(copy.dir, mutant.suites)
  copy.write(mutant.file, text)
  if (end.type === 'failed') return { isKilled: true, by: end.test }
  return { isKilled: false, by: end.type === 'passed' ? 'SURVIVES' : `ERROR: ${end.why}` }
}

async function work(copy: ScratchCopy, queue: Mutant[]): Promise<number> {
  let killed = 0
  for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
    const { isKilled, by } = await tryMutant(copy, mutant)
    if (isKilled) killed++
    say(`| ${mutant.step} | ${mutant.mutation} | ${by} |`)
  }
  return killed
}

const copies = Array.from({ length: jobs }, () => new ScratchCopy())
process.on('SIGINT', () => process.exit(130))
process.on('exit', () => {
  for (const copy of copies) copy.remove()
})
// What fails without any mutation would be held for its killer.
const [first] = copies
const suites = [...new Set(mutants.flatMap((mutant) => mutant.suites))]
const sound = first === undefined ? { type: 'passed' as const } : await runSuites(first.dir, suites)
if (sound.type !== 'passed') {
  say(`without any mutation: ${sound.type === 'failed' ? sound.test : sound.why}`)
  say('0 passed, 1 failed')
  process.exit(1)
}
say('| step | mutation | killed by |\n| --- | --- | --- |')
const queue = [...mutants]
const killed = (await Promise.all(copies.map((copy) => work(copy, queue)))).reduce((sum, count) => sum + count, 0)
say(`${String(killed)} passed, ${String(mutants.length - killed)} failed`)
process.exitCode = killed === mutants.length && mutants.length > 0 ? 0 : 1
