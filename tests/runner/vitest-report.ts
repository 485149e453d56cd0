import { relative } from 'node:path'
import { type Counts, NO_COUNTS, ONE_FAILED, ONE_PASSED, addCounts } from './counts.ts'
import { listIn, textIn } from './json-shape.ts'

/** Counts of Vitest's JSON report (`--reporter=json`). A file that fails without a failed test counts as one failure. */
export function readVitestReport(report: unknown, rootDir: string): Counts {
  let total = NO_COUNTS
  for (const file of listIn(report, 'testResults')) {
    const path = relative(rootDir, textIn(file, 'name')).replaceAll('\\', '/')
    let counts = NO_COUNTS
    for (const test of listIn(file, 'assertionResults'))
      counts = addCounts(counts, countOf(textIn(test, 'status'), path))
    if (textIn(file, 'status') === 'failed' && counts.failed === 0) counts = addCounts(counts, ONE_FAILED)
    total = addCounts(total, counts)
  }
  return total
}

function countOf(status: string, path: string): Counts {
  if (status === 'passed') return ONE_PASSED
  if (status === 'skipped' || status === 'pending' || status === 'todo' || status === 'disabled') {
    return { ...NO_COUNTS, skippedFiles: [path] }
  }
  return ONE_FAILED
}
