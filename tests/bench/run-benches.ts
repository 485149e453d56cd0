import { BENCH_SIZES, type BenchPlan, type BenchSize } from './bench-plan.ts'
import { hasChromium } from './browser/chromium.ts'
import { measureInChromium } from './chromium-benches.ts'
import { measureGridInChromium } from './chromium-grid.ts'
import { measureImport, measureInNode } from './node-benches.ts'
import { measureRelay } from './relay-benches.ts'
import { type Measured, type ReportLine, reportLine } from './report.ts'

/** A file of more Observations is nobody's. */
const IMPORTED_COUNT_MAX = 10_000

/** Takes every measure of a plan, one after the other, and hands out each line as it comes. */
export async function runBenches(plan: BenchPlan, onLine: (line: ReportLine) => void): Promise<ReportLine[]> {
  const lines: ReportLine[] = []
  const emit = (measured: Measured): void => {
    const line = reportLine(measured)
    lines.push(line)
    onLine(line)
  }
  await measureRelay(plan, emit)
  for (const size of plan.sizes) {
    await measureInNode(plan, size, emit)
    if (isSmallerThanAll(plan, size)) continue
    if (size.count <= IMPORTED_COUNT_MAX) await measureImport(plan, size, emit)
    if (hasChromium()) await measureInChromium(plan, size, emit)
  }
  if (hasChromium()) for (const grid of plan.grids) await measureGridInChromium(plan, grid, emit)
  return lines
}

/** The smallest of several sizes is there to show growth, once. */
function isSmallerThanAll(plan: BenchPlan, size: BenchSize): boolean {
  return plan.sizes === BENCH_SIZES && size === BENCH_SIZES[0]
}
