import { expect, test } from 'vitest'
import { readPlaywrightReport, titlesOnChromiumOnly } from './playwright-report.ts'
import { readVitestReport } from './vitest-report.ts'

test('a Vitest report is counted test by test, and skipped ones by file', () => {
  const report = {
    testResults: [
      {
        name: '/repo/packages/a.test.ts',
        status: 'failed',
        assertionResults: [{ status: 'passed' }, { status: 'failed' }, { status: 'todo' }],
      },
      { name: '/repo/tests/real-data/b.test.ts', status: 'passed', assertionResults: [{ status: 'skipped' }] },
    ],
  }
  expect(readVitestReport(report, '/repo')).toEqual({
    passed: 1,
    failed: 1,
    skippedFiles: ['packages/a.test.ts', 'tests/real-data/b.test.ts'],
  })
})

test('a Vitest file that could not be loaded counts as one failure', () => {
  const report = { testResults: [{ name: '/repo/a.test.ts', status: 'failed', assertionResults: [] }] }
  expect(readVitestReport(report, '/repo').failed).toBe(1)
})

test('a status that is not known counts as a failure', () => {
  const report = { testResults: [{ name: '/repo/a.test.ts', assertionResults: [{ status: 'exploded' }] }] }
  expect(readVitestReport(report, '/repo').failed).toBe(1)
})

test('a Playwright report is counted by test and project, through nested suites', () => {
  const spec = (...statuses: readonly string[]) => ({
    file: 'a.spec.ts',
    tests: statuses.map((status) => ({ status })),
  })
  const report = {
    errors: [],
    suites: [{ specs: [spec('expected', 'skipped')], suites: [{ specs: [spec('unexpected', 'flaky')] }] }],
  }
  expect(readPlaywrightReport(report, 'tests/e2e')).toEqual({
    passed: 1,
    failed: 2,
    skippedFiles: ['tests/e2e/a.spec.ts'],
  })
})

test('errors outside of Playwright tests count as failures', () => {
  expect(readPlaywrightReport({ errors: [{ message: 'no such file' }], suites: [] }, 'tests/e2e').failed).toBe(1)
})

test('an absent report counts nothing', () => {
  expect(readVitestReport(undefined, '/repo')).toEqual(readPlaywrightReport(undefined, 'tests/e2e'))
})

test('the tests that other engines leave out are named', () => {
  const specs = [
    { title: 'sets a quota', tags: ['chromium-only'] },
    { title: 'opens', tags: [] },
  ]
  expect(titlesOnChromiumOnly({ suites: [{ suites: [{ specs }] }] })).toEqual(['sets a quota'])
})
