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
      details: { savedMs: median(edits.map(({ savedMs }) => savedMs)), ...stageMedians(edits) },
    })
  if (isWanted(plan, names.localWrite))
    emit({
      name: names.localWrite,
      workload: `an edit in ${size.label} in Chromium: the page's call on A → durable on A`,
      unit: 'ms',
      samples: edits.map(({ savedMs }) => savedMs),
    })
}

interface Edit {
  readonly shownMs: number
  readonly savedMs: number
  /** When each stage was first reached, milliseconds after the page's call. */
  readonly stages: ReadonlyMap<string, number>
}

async function editAndWatch(a: Page, b: Page, count: number): Promise<Edit[]> {
  const id = await a.evaluate((input) => globalThis.bench.add(input), liveInput('500'))
  const measured: Edit[] = []
  for (let edit = 0; edit < count; edit++) {
    for (const page of [a, b]) await page.evaluate(() => globalThis.bench.takeStages())
    const text = String(1_000 + edit)
    const shown = b.evaluate((text) => globalThis.live.untilShown(text), text)
    const { startMs, savedMs } = await a.evaluate(([id, input]) => globalThis.live.edit(id, input), [
      id,
      liveInput(text),
    ] as const)
    const shownMs = (await shown) - startMs
    const stages = new Map<string, number>()
    for (const [name, page] of [
      ['A', a],
      ['B', b],
    ] as const) {
      for (const { what, atMs } of await page.evaluate(() => globalThis.bench.takeStages())) {
        const key = `${name} ${what}`
        if (!stages.has(key)) stages.set(key, atMs - startMs)
      }
    }
    measured.push({ shownMs, savedMs: savedMs - startMs, stages })
  }
  return measured
}

/** The stages that most edits have passed, in their order. */
function stageMedians(edits: readonly Edit[]): Record<string, number> {
  const reached = new Map<string, number[]>()
  for (const { stages } of edits)
    for (const [what, afterMs] of stages) reached.set(what, [...(reached.get(what) ?? []), afterMs])
  const medians = [...reached]
    .filter(([, samples]) => samples.length > edits.length / 2)
    .map(([what, samples]) => [what, median(samples)] as const)
  return Object.fromEntries(medians.sort(([, a], [, b]) => a - b))
}
