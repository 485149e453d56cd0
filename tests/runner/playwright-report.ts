import { type Counts, NO_COUNTS, ONE_FAILED, ONE_PASSED, addCounts } from './counts.ts'
import { listIn, textIn } from './json-shape.ts'

/** Nesting of `describe` blocks beyond which a report is taken for broken. */
const SUITE_DEPTH_MAX = 64

/** Counts of Playwright's JSON report, one for each test and project. An error outside of tests counts as one failure. */
export function readPlaywrightReport(report: unknown, testDir: string): Counts {
  let total: Counts = { ...NO_COUNTS, failed: listIn(report, 'errors').length }
  for (const suite of listIn(report, 'suites')) total = addCounts(total, countSuite(suite, testDir, 0))
  return total
}

/** The titles of tests tagged `@chromium-only`, which other engines' projects leave out. */
export function titlesOnChromiumOnly(report: unknown): readonly string[] {
  return listIn(report, 'suites').flatMap((suite) => titlesIn(suite, 0))
}

function titlesIn(suite: unknown, depth: number): readonly string[] {
  if (depth > SUITE_DEPTH_MAX) throw new Error('suites nested too deep in the Playwright report')
  const isTagged = (spec: unknown) => listIn(spec, 'tags').some((tag) => String(tag).includes('chromium-only'))
  return [
    ...listIn(suite, 'specs')
      .filter(isTagged)
      .map((spec) => textIn(spec, 'title')),
    ...listIn(suite, 'suites').flatMap((inner) => titlesIn(inner, depth + 1)),
  ]
}

function countSuite(suite: unknown, testDir: string, depth: number): Counts {
  if (depth > SUITE_DEPTH_MAX) throw new Error('suites nested too deep in the Playwright report')
  let total = NO_COUNTS
  for (const inner of listIn(suite, 'suites')) total = addCounts(total, countSuite(inner, testDir, depth + 1))
  for (const spec of listIn(suite, 'specs')) {
    for (const test of listIn(spec, 'tests')) {
      total = addCounts(total, countOf(textIn(test, 'status'), `${testDir}/${textIn(spec, 'file')}`))
    }
  }
  return total
}

function countOf(status: string, path: string): Counts {
  if (status === 'expected') return ONE_PASSED
  if (status === 'skipped') return { ...NO_COUNTS, skippedFiles: [path] }
  // 'unexpected', and 'flaky', which passed only when tried again.
  return ONE_FAILED
}
