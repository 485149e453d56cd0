import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { Device } from '../e2e/device.ts'
import { Salus } from '../e2e/server.ts'
import { type BenchPlan, isWanted } from './bench-plan.ts'
import { type GridTimes, type PlainTable, measureGrid, measurePlainTable } from './browser/grid-page.ts'
import { inBrowser } from './browser/chromium.ts'
import { type GridSize, gridNdjson } from './grid-workload.ts'
import { repeat } from './node-benches.ts'
import type { Measured } from './report.ts'
import { median } from './statistics.ts'

/** Once and ten times: what grows faster than what is in sight shows. */
export const GRID_SIZES: readonly GridSize[] = [
  { label: '30x60', markers: 30, days: 60 },
  { label: '300x60', markers: 300, days: 60 },
]

/** As wide as a desk's. */
const WINDOW = { width: 1280, height: 800 }

/** The labs grid of the built app, from input to paint, beside a bare table of the same cells. */
export async function measureGridInChromium(
  plan: BenchPlan,
  size: GridSize,
  emit: (measured: Measured) => void,
): Promise<void> {
  const names = { open: `grid-${size.label}`, keys: `grid-keys-${size.label}`, scroll: `grid-scroll-${size.label}` }
  if (!Object.values(names).some((name) => isWanted(plan, name))) return
  if (!existsSync(resolve('apps/web/dist/index.html'))) throw new Error('build the app first: npm run build')
  const salus = await Salus.start()
  try {
    const { plain, tries } = await inBrowser(async (page) => {
      await page.setViewportSize(WINDOW)
      await enter(page, salus.url, size)
      const tries = await repeat(plan.tries, () => measureOnce(page))
      return { tries, plain: await measurePlainTable(page, size.markers, size.days) }
    })
    emitGrid(size, names, tries, plain, emit)
  } finally {
    await salus.dispose()
  }
}

/** A new vault with one result of each marker on each day. */
async function enter(page: Page, url: string, size: GridSize): Promise<void> {
  const device = new Device(page)
  await device.firstRun(url)
  await device.importFile({ name: 'grid.ndjson', bytes: gridNdjson(size) }, size.markers * size.days)
}

async function measureOnce(page: Page): Promise<GridTimes> {
  const times = await measureGrid(page)
  await new Device(page).page
    .getByRole('link', { name: /^(Today|More)$/ })
    .first()
    .click()
  return times
}

function emitGrid(
  { label, markers, days }: GridSize,
  names: { readonly open: string; readonly keys: string; readonly scroll: string },
  tries: readonly GridTimes[],
  plain: PlainTable,
  emit: (measured: Measured) => void,
): void {
  const what = `${markers} markers × ${days} days in Chromium`
  emit({
    name: names.open,
    workload: `${what}: click → first cells painted`,
    unit: 'ms',
    samples: tries.map(({ openMs }) => openMs),
    floor: { what: 'a bare table of all cells', value: plain.showMs },
    details: {
      typedMs: median(tries.flatMap(({ typedMs }) => typedMs)),
      longTasks: tries.reduce((count, { longTasksMs }) => count + longTasksMs.length, 0) / tries.length,
    },
  })
  emit({
    name: names.keys,
    workload: `${label} in Chromium: arrow key → painted`,
    unit: 'ms',
    samples: tries.flatMap(({ arrowsMs }) => arrowsMs),
    floor: { what: 'focus in a bare table', value: median(plain.keysMs) },
  })
  emit({
    name: names.scroll,
    workload: `${label} in Chromium: 400 px scrolled → two frames`,
    unit: 'ms',
    samples: tries.flatMap(({ scrolledMs }) => scrolledMs),
    floor: { what: 'the same of a bare table', value: median(plain.scrolledMs) },
  })
}
