import { expect, test } from 'vitest'
import { NO_COUNTS, ONE_FAILED, ONE_PASSED, addCounts, closingLine, isSkipAllowed, judgeSuite } from './counts.ts'

const skipped = (file: string) => ({ ...NO_COUNTS, skippedFiles: [file] })

test('the closing line names skipped tests only when there are some', () => {
  expect(closingLine(addCounts(ONE_PASSED, ONE_PASSED))).toBe('2 passed, 0 failed')
  expect(closingLine(addCounts(ONE_FAILED, skipped('a.test.ts')))).toBe('0 passed, 1 failed, 1 skipped')
})

test('a suite that crashed without a failed test counts as one failure', () => {
  expect(judgeSuite(ONE_PASSED, false)).toEqual(addCounts(ONE_PASSED, ONE_FAILED))
  expect(judgeSuite(ONE_FAILED, false)).toEqual(ONE_FAILED)
})

test('a suite that ran nothing counts as one failure', () => {
  expect(judgeSuite(NO_COUNTS, true)).toEqual(ONE_FAILED)
  expect(judgeSuite(ONE_PASSED, true)).toEqual(ONE_PASSED)
})

test('only tests over real data may be skipped', () => {
  expect(isSkipAllowed('tests/real-data/fhir.test.ts')).toBe(true)
  expect(isSkipAllowed('tests/real-database.test.ts')).toBe(false)
  expect(isSkipAllowed('webkit (not installed)')).toBe(false)
})
