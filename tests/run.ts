/**
 * `npm test`: every check of this repository, one after the other.
 * `npm test -- --only unit,e2e` runs those steps alone. `SALUS_REQUIRE_ENGINES=1` fails the run when an engine is absent
 * or any test is skipped but those over real data.
 */
import { parseArgs } from 'node:util'
import { say, stopRunning } from './runner/command.ts'
import { NO_COUNTS, ONE_FAILED, addCounts, closingLine, isSkipAllowed } from './runner/counts.ts'
import { createSteps } from './runner/steps.ts'

const isEveryEngineRequired = process.env['SALUS_REQUIRE_ENGINES'] === '1'
const { values } = parseArgs({ options: { only: { type: 'string' } } })
const steps = createSteps({ isEveryEngineRequired })
const wanted = values.only?.split(',') ?? steps.map((step) => step.name)

for (const name of wanted) {
  if (steps.some((step) => step.name === name)) continue
  process.stderr.write(`no step is called ${name}; there are ${steps.map((step) => step.name).join(', ')}\n`)
  process.exit(2)
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    stopRunning('SIGTERM')
    process.exit(130)
  })
}

let total = NO_COUNTS
const failedSteps = new Set<string>()
const lines: string[] = []
for (const step of steps.filter(({ name }) => wanted.includes(name))) {
  say(`\n=== ${step.name} ===`)
  const startedMs = performance.now()
  let counts = ONE_FAILED
  if (step.needs !== undefined && failedSteps.has(step.needs)) {
    say(`not run, because ${step.needs} failed`)
  } else {
    try {
      counts = await step.run()
    } catch (error) {
      // The step broke, not what it tests: said in full, counted as a failure, and the others still run.
      say(error instanceof Error ? (error.stack ?? error.message) : String(error))
    }
  }
  if (counts.failed > 0) failedSteps.add(step.name)
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1)
  lines.push(`${step.name.padEnd(8)}${seconds.padStart(7)} s  ${closingLine(counts)}`)
  total = addCounts(total, counts)
}

const forbidden = isEveryEngineRequired ? total.skippedFiles.filter((file) => !isSkipAllowed(file)) : []
if (forbidden.length > 0) {
  say(`\nSkipped, and nothing may be here: ${[...new Set(forbidden)].join(', ')}`)
  total = addCounts(total, ONE_FAILED)
}

say(`\n${lines.join('\n')}\n`)
say(closingLine(total))
process.exitCode = total.failed > 0 ? 1 : 0
