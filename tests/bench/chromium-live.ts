import type { Page } from 'playwright-core'
import { type BenchPlan, type BenchSize, isWanted } from './bench-plan.ts'
import { inChromium } from './browser/chromium.ts'
import { portable } from './device-on-disk.ts'
import { WARM_UP_EDITS, liveFloorMs, liveInput } from './node-benches.ts'
import type { Measured } from './report.ts'
import { median } from './statistics.ts'
import type { VaultWorld } from './vault-world.ts'

export function liveNames({ label }: BenchSize): { readonly live: string; readonly localWrite: string } {
  return { live: `live-${label}`, localWrite: `local-write-${label}` }
}

/** W3 between two browsers: each edit from the page's call on one device to the other's document. */
export async function measureLiveInChromium(
  plan: BenchPlan,
  size: BenchSize,
  world: VaultWorld,
  emit: (measured: Measured) => void,
): Promise<void> {
  const names = liveNames(size)
  const pair = await world.createPair()
  const [writer, reader] = [await portable(pair.writer), await portable(pair.reader)]
  const edits = await inChromium(world.url, async (a) => {
    await a.evaluate(([device, count]) => globalThis.bench.upload(device, count), [writer, size.count] as const)
    await a.evaluate((count) => globalThis.bench.open(undefined, count), size.count)
    return inChromium(world.url, async (b) => {
      await b.evaluate(([device, count]) => globalThis.bench.open(device, count), [reader, size.count] as const)
      await b.evaluate(() => globalThis.live.show())
      const measured = await editAndWatch(a, b, WARM_UP_EDITS + plan.edits)
      for (const page of [a, b]) await page.evaluate(() => globalThis.bench.close())
      return measured.slice(WARM_UP_EDITS)
    })
  })
  if (isWanted(plan, names.live))
    emit({
      name: names.live,
      workload: `an edit in ${size.label} in Chromium: the page's call on A → in B's document`,
      unit: 'ms',
      samples: edits.map(({ shownMs }) => shownMs),
      floor: { what: 'keep, send, keep, fetch, keep (in Node)', value: await liveFloorMs(world, plan) },
      details: { savedMs: median(edits.map(({ savedMs }) => savedMs)) },
    })
  if (isWanted(plan, names.localWrite))
    emit({
      name: names.localWrite,
      workload: `an edit in ${size.label} in Chromium: the page's call on A → durable on A`,
      unit: 'ms',
      samples: edits.map(({ savedMs }) => savedMs),
    })
}

async function editAndWatch(a: Page, b: Page, count: number) {
  const id = await a.evaluate((input) => globalThis.bench.add(input), liveInput('500'))
  const measured: { readonly shownMs: number; readonly savedMs: number }[] = []
  for (let edit = 0; edit < count; edit++) {
    const text = String(1_000 + edit)
    const shown = b.evaluate((text) => globalThis.live.untilShown(text), text)
    const { startMs, savedMs } = await a.evaluate(([id, input]) => globalThis.live.edit(id, input), [
      id,
      liveInput(text),
    ] as const)
    measured.push({ shownMs: (await shown) - startMs, savedMs: savedMs - startMs })
  }
  return measured
}
