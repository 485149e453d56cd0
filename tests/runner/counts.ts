/** How many checks of a suite ended how. `skippedFiles` names the file of each skipped one, relative to the repository. */
export interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skippedFiles: readonly string[]
}

export const NO_COUNTS: Counts = { passed: 0, failed: 0, skippedFiles: [] }
export const ONE_PASSED: Counts = { ...NO_COUNTS, passed: 1 }
export const ONE_FAILED: Counts = { ...NO_COUNTS, failed: 1 }

export function addCounts(a: Counts, b: Counts): Counts {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skippedFiles: [...a.skippedFiles, ...b.skippedFiles],
  }
}

/**
 * A suite that ended badly though no test of it failed (a crash, an unhandled error), and one that ran nothing at all,
 * count as one failure: a green line must come from tests that ran.
 */
export function judgeSuite(counts: Counts, isExitClean: boolean): Counts {
  const isSilent = counts.passed === 0 && counts.failed === 0 && counts.skippedFiles.length === 0
  return counts.failed === 0 && (!isExitClean || isSilent) ? addCounts(counts, ONE_FAILED) : counts
}

/** Real data lies outside the repository: its tests are the only ones that may be skipped where all engines must run. */
export function isSkipAllowed(file: string): boolean {
  return file.startsWith('tests/real-data/')
}

/** The closing line, whose form other programs read. */
export function closingLine({ passed, failed, skippedFiles }: Counts): string {
  const skipped = skippedFiles.length > 0 ? `, ${skippedFiles.length} skipped` : ''
  return `${passed} passed, ${failed} failed${skipped}`
}
