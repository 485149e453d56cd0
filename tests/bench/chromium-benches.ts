import { rm } from 'node:fs/promises'
import { type BenchPlan, type BenchSize, isWanted } from './bench-plan.ts'
import { buildBenchPage, inChromium } from './browser/chromium.ts'
import { liveNames, measureLiveInChromium } from './chromium-live.ts'
import { type Floors, joinFloorMs, uploadFloorMs } from './measures/floors.ts'
import { repeat } from './node-benches.ts'
import { portable } from './device-on-disk.ts'
import type { PortableDevice } from './portable-device.ts'
import type { Measured } from './report.ts'
import { median } from './statistics.ts'
import { workerProfiled } from './profile/profiled.ts'
import { VaultWorld } from './vault-world.ts'

/** The same measures with the engine in a worker of Chromium, over Dexie in a profile on the disk. */
export async function measureInChromium(
  plan: BenchPlan,
  size: BenchSize,
  emit: (measured: Measured) => void,
): Promise<void> {
  const names = {
    upload: `up-${size.label}`,
    join: `join-${size.label}`,
    unlock: `unlock-${size.label}`,
    firstPaint: `first-paint-${size.label}`,
  }
  const wanted = (all: Readonly<Record<string, string>>): boolean =>
    Object.values(all).some((name) => isWanted(plan, name))
  if (!wanted(names) && !wanted(liveNames(size))) return
  const webRoot = await buildBenchPage()
  const world = await VaultWorld.start(webRoot)
  try {
    if (wanted(names)) await measureLongInChromium(plan, size, names, world, emit)
    if (wanted(liveNames(size))) await measureLiveInChromium(plan, size, world, emit)
  } finally {
    await world.stop()
    await rm(webRoot, { recursive: true, force: true })
  }
}

async function measureLongInChromium(
  plan: BenchPlan,
  size: BenchSize,
  names: { readonly upload: string; readonly join: string; readonly unlock: string; readonly firstPaint: string },
  world: VaultWorld,
  emit: (measured: Measured) => void,
): Promise<void> {
  const uploads = await repeat(isWanted(plan, names.upload) ? plan.tries : 1, async () => {
    const pair = await world.createPair()
    const device = await portable(pair.writer)
    const upload = await inChromium(world.url, (page) =>
      page.evaluate(([device, count]) => globalThis.bench.upload(device, count), [device, size.count] as const),
    )
    return { pair, upload }
  })
  const [first] = uploads
  if (first === undefined) return
  const { batchBytes } = first.upload
  const floors = await inChromium(world.url, (page) =>
    page.evaluate(([url, count, bytes]) => globalThis.bench.floors(url, count, bytes), [
      world.floorUrl,
      size.count,
      batchBytes,
    ] as const),
  )
  if (isWanted(plan, names.upload)) {
    const uploaded = uploads.map(({ upload }) => upload.uploadedMs)
    emit({
      name: names.upload,
      workload: `${size.label} records in Chromium: first op → relay has all, durable`,
      unit: 'ms',
      samples: uploaded,
      floor: { what: 'stringify + seal + send + store twice', value: uploadFloorMs(floors) },
      details: { ...floors, savedMs: median(uploads.map(({ upload }) => upload.savedMs)) },
    })
  }
  if ([names.join, names.firstPaint, names.unlock].some((name) => isWanted(plan, name))) {
    await measureJoin(plan, size, world, await portable(first.pair.reader), floors, emit)
  }
}

async function measureJoin(
  plan: BenchPlan,
  size: BenchSize,
  world: VaultWorld,
  device: PortableDevice,
  floors: Floors,
  emit: (measured: Measured) => void,
): Promise<void> {
  const tries = await repeat(plan.tries, () =>
    inChromium(world.url, async (page) => {
      const joined = await workerProfiled(page, `join-${size.count}`, () =>
        page.evaluate(([device, count]) => globalThis.bench.join(device, count), [device, size.count] as const),
      )
      // A new page has a new worker: nothing of the join is left in memory.
      await page.reload()
      await page.waitForFunction(() => 'bench' in globalThis)
      const unlockMs = await workerProfiled(page, `unlock-${size.count}`, () =>
        page.evaluate((count) => globalThis.bench.unlock(count), size.count),
      )
      return { ...joined, unlockMs }
    }),
  )
  if (isWanted(plan, `join-${size.label}`)) {
    emit({
      name: `join-${size.label}`,
      workload: `${size.label} records in Chromium: connects → all readable and stored`,
      unit: 'ms',
      samples: tries.map(({ readableMs }) => readableMs),
      floor: { what: 'download + open + parse + store', value: joinFloorMs(floors) },
      details: { ...floors, firstShownMs: median(tries.map(({ firstShownMs }) => firstShownMs)) },
    })
  }
  if (isWanted(plan, `first-paint-${size.label}`)) {
    emit({
      name: `first-paint-${size.label}`,
      workload: `${size.label} records in Chromium: connects → the list's first records`,
      unit: 'ms',
      samples: tries.map(({ firstShownMs }) => firstShownMs),
      floor: { what: 'download + open + parse + store', value: joinFloorMs(floors) },
    })
  }
  if (isWanted(plan, `unlock-${size.label}`)) {
    emit({
      name: `unlock-${size.label}`,
      workload: `${size.label} records in Chromium: after the KDF → list of all`,
      unit: 'ms',
      samples: tries.map(({ unlockMs }) => unlockMs),
      floor: { what: 'open + parse', value: floors.openMs + floors.parseMs },
    })
  }
}
