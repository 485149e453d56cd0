import { expect, test } from 'vitest'
import type { BenchPlan } from './bench-plan.ts'
import { hasChromium } from './browser/chromium.ts'
import { reportLine, reportTable } from './report.ts'
import { runBenches } from './run-benches.ts'
import { median, percentile } from './statistics.ts'
import { workloadNdjson, workloadRecords } from './workload.ts'

const SMOKE: BenchPlan = {
  only: undefined,
  sizes: [{ label: '200', count: 200 }],
  grids: [],
  tries: 1,
  edits: 3,
  relaySeconds: 1,
}

test('every bench runs from end to end on 200 records and gives a number', async () => {
  const lines = await runBenches(SMOKE, () => undefined)
  const atRelay = ['relay-50', 'relay-batch']
  const inNode = [
    'disk-200',
    'up-200-node',
    'join-200-node',
    'wire-down-200',
    'unlock-200-node',
    'live-200-node',
    'local-write-200-node',
    'wire-one',
    'import-200-node',
  ]
  const inChromium = hasChromium()
    ? ['up-200', 'join-200', 'first-paint-200', 'unlock-200', 'live-200', 'local-write-200']
    : []
  expect(lines.map(({ name }) => name)).toEqual([...atRelay, ...inNode, ...inChromium])
  for (const line of lines) {
    expect(line.median, line.name).toBeGreaterThan(0)
    expect(line.floor?.value ?? 1, line.name).toBeGreaterThan(0)
  }
}, 120_000)

test('a plan measures only what it names', async () => {
  const lines = await runBenches({ ...SMOKE, only: ['wire-down-200'] }, () => undefined)
  expect(lines.map(({ name }) => name)).toEqual(['wire-down-200'])
}, 60_000)

test('the workload is the same at each run: notes of 86 to 126 characters, an hour apart, about 200 bytes', () => {
  const records = workloadRecords(500)
  expect(workloadRecords(500)).toEqual(records)
  expect(workloadRecords(500, 2)).not.toEqual(records)
  expect(new Set(records.map(({ id }) => id)).size).toBe(500)
  const notes = records.map(({ fields }) => (typeof fields['note'] === 'string' ? fields['note'].length : 0))
  expect(Math.min(...notes)).toBeGreaterThanOrEqual(85)
  expect(Math.max(...notes)).toBeLessThanOrEqual(126)
  const bytes = records.map(({ fields }) => JSON.stringify(fields).length)
  expect(median(bytes)).toBeGreaterThan(200)
  expect(median(bytes)).toBeLessThan(320)
  expect(new TextDecoder().decode(workloadNdjson(3)).split('\n')).toHaveLength(4)
})

test('median and percentile are by rank', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([4, 1, 2, 3])).toBe(2.5)
  expect(percentile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.95)).toBe(10)
  expect(percentile([5], 0.95)).toBe(5)
})

test('the table puts numbers below each other and says what each ratio is against', () => {
  const lines = [
    reportLine({
      name: 'join',
      workload: 'all',
      unit: 'ms',
      samples: [1, 3, 2],
      floor: { what: 'download', value: 1 },
    }),
    reportLine({ name: 'disk', workload: 'a record', unit: 'B', samples: [81.4] }),
  ]
  expect(reportTable(lines).split('\n')).toEqual([
    'name  workload  n  median   p95  unit  ratio  floor',
    '────  ────────  ─  ──────  ────  ────  ─────  ─────────────',
    'join  all       3    2.00  3.00  ms     2.0×  1.00 download',
    'disk  a record  1    81.4  81.4  B',
  ])
})
