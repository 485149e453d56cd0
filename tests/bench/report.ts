import { median, percentile } from './statistics.ts'

/** One line of the table. */
export interface Measured {
  readonly name: string
  readonly workload: string
  readonly unit: 'ms' | 'B' | 'MB' | 'acks/s'
  readonly samples: readonly number[]
  /** What the machine needs at the very least for the same, measured in the same run. */
  readonly floor?: { readonly what: string; readonly value: number }
  /** Parts and circumstances, for whoever wants to know where the time goes. */
  readonly details?: Readonly<Record<string, number>>
}

export interface ReportLine extends Measured {
  readonly n: number
  readonly median: number
  readonly p95: number
  /** Median over floor. */
  readonly ratio: number | null
}

export function reportLine(measured: Measured): ReportLine {
  const middle = median(measured.samples)
  return {
    ...measured,
    n: measured.samples.length,
    median: middle,
    p95: percentile(measured.samples, 0.95),
    ratio: measured.floor === undefined ? null : middle / measured.floor.value,
  }
}

/** The one table that `npm run bench` prints. */
export function reportTable(lines: readonly ReportLine[]): string {
  const head = ['name', 'workload', 'n', 'median', 'p95', 'unit', 'ratio', 'floor']
  const rows = lines.map((line) => [
    line.name,
    line.workload,
    String(line.n),
    short(line.median),
    short(line.p95),
    line.unit,
    line.ratio === null ? '' : `${line.ratio.toFixed(1)}×`,
    line.floor === undefined ? '' : `${short(line.floor.value)} ${line.floor.what}`,
  ])
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const isNumber = (column: number): boolean => [2, 3, 4, 6].includes(column)
  const spell = (row: readonly string[]): string =>
    row
      .map((cell, column) => (isNumber(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd()
  return [spell(head), spell(widths.map((width) => '─'.repeat(width))), ...rows.map(spell)].join('\n')
}

function short(value: number): string {
  if (value >= 1_000) return Math.round(value).toLocaleString('en-US')
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
}
