import { type BenchPlan, type BenchSize, isWanted } from './bench-plan.ts'
import { LIVE_MARKER } from './workload.ts'
import { joinFloorMs, uploadFloorMs } from './measures/floors.ts'
import type { Measured } from './report.ts'
import { median } from './statistics.ts'
import { type DevicePair, VaultWorld } from './vault-world.ts'

const MEGABYTE = 1_000_000
/** Edits whose time is not counted: the engine compiles what it runs often. */
export const WARM_UP_EDITS = 20

/** Writer, relay and reader, each a process of its own on Node with SQLite. */
export async function measureInNode(
  plan: BenchPlan,
  size: BenchSize,
  emit: (measured: Measured) => void,
): Promise<void> {
  const names = nodeNames(plan, size)
  if (!Object.values(names).some((name) => isWanted(plan, name))) return
  const world = await VaultWorld.start()
  try {
    const { pair, batchBytes } = await measureUpload(plan, size, world, emit)
    const perRecord = `${size.label} records`
    if (isWanted(plan, names.join) || isWanted(plan, names.wireDown)) {
      await measureJoin(plan, size, world, pair, batchBytes, emit)
    }
    if (isWanted(plan, names.unlock)) {
      const tries = await repeat(plan.tries, () =>
        world.withDevice((device) => device.call('unlock', pair.writer, size.count)),
      )
      const floors = await floorsOf(world, size, batchBytes)
      emit({
        name: names.unlock,
        workload: `${perRecord}: after the KDF → list of all`,
        unit: 'ms',
        samples: tries.map(({ unlockMs }) => unlockMs),
        floor: { what: 'open + parse', value: floors.openMs + floors.parseMs },
        details: spentBy(tries),
      })
    }
    if ([names.live, names.localWrite, names.wireOne].some((name) => isWanted(plan, name)))
      await measureLive(plan, size, world, pair, emit)
  } finally {
    await world.stop()
  }
}

function nodeNames(plan: BenchPlan, { label }: BenchSize) {
  return {
    upload: `up-${label}-node`,
    disk: `disk-${label}`,
    join: `join-${label}-node`,
    wireDown: `wire-down-${label}`,
    unlock: `unlock-${label}-node`,
    live: `live-${label}-node`,
    localWrite: `local-write-${label}-node`,
    // One change weighs the same in a vault of any size.
    wireOne: plan.sizes.at(-1)?.label === label ? 'wire-one' : '',
  }
}

/** @returns a pair whose writer has written and whose reader has not looked yet */
async function measureUpload(
  plan: BenchPlan,
  size: BenchSize,
  world: VaultWorld,
  emit: (measured: Measured) => void,
): Promise<{ pair: DevicePair; batchBytes: readonly number[] }> {
  const names = nodeNames(plan, size)
  const isTimed = isWanted(plan, names.upload)
  const pair = await world.createPair()
  const emptyBytes = await world.relay.call('diskBytes')
  const first = await world.withDevice((device) => device.call('upload', pair.writer, size.count, 1))
  const diskBytes = await world.relay.call('diskBytes')
  if (isWanted(plan, names.disk)) {
    const floor = { what: 'sealed', value: sum(first.batchBytes) / size.count }
    const samples = [(diskBytes - emptyBytes) / size.count]
    emit({ name: names.disk, workload: 'relay, a record, after a checkpoint', unit: 'B', samples, floor })
  }
  if (isTimed) {
    const more = await repeat(plan.tries - 1, async () => {
      const other = await world.createPair()
      return world.withDevice((device) => device.call('upload', other.writer, size.count, 1))
    })
    const tries = [first, ...more]
    const floors = await floorsOf(world, size, first.batchBytes)
    emit({
      name: names.upload,
      workload: `${size.label} records: first op → relay has all, durable`,
      unit: 'ms',
      samples: tries.map(({ uploadedMs }) => uploadedMs),
      floor: { what: 'stringify + seal + send + store twice', value: uploadFloorMs(floors) },
      details: {
        ...floors,
        savedMs: median(tries.map(({ savedMs }) => savedMs)),
        microsecondsARecord: (1_000 * median(tries.map(({ uploadedMs }) => uploadedMs))) / size.count,
        ...spentBy(tries),
      },
    })
  }
  return { pair, batchBytes: first.batchBytes }
}

async function measureJoin(
  plan: BenchPlan,
  size: BenchSize,
  world: VaultWorld,
  pair: DevicePair,
  batchBytes: readonly number[],
  emit: (measured: Measured) => void,
): Promise<void> {
  const names = nodeNames(plan, size)
  const tries = await repeat(plan.tries, async () => {
    const path = await world.copyOf(pair.reader)
    return world.withDevice((device) => device.call('join', path, size.count))
  })
  const floors = await floorsOf(world, size, batchBytes)
  if (isWanted(plan, names.join)) {
    const readable = tries.map(({ readableMs }) => readableMs)
    emit({
      name: names.join,
      workload: `${size.label} records: connects → all readable and stored`,
      unit: 'ms',
      samples: readable,
      floor: { what: 'download + open + parse + store', value: joinFloorMs(floors) },
      details: {
        ...floors,
        firstShownMs: median(tries.map(({ firstShownMs }) => firstShownMs)),
        microsecondsARecord: (1_000 * median(readable)) / size.count,
        ...spentBy(tries),
        relayPeakRssMB: (await world.relay.call('peakRssBytes')) / MEGABYTE,
      },
    })
  }
  if (isWanted(plan, names.wireDown)) {
    const floor = { what: 'sealed', value: sum(batchBytes) / size.count }
    const samples = tries.map(({ bytesDown }) => bytesDown / size.count)
    emit({ name: names.wireDown, workload: 'down, a record, HTTP and all', unit: 'B', samples, floor })
  }
}

/** How the form is filled in for a live edit to this value. */
export function liveInput(valueText: string) {
  return {
    ...LIVE_MARKER,
    label: '',
    valueText,
    takenAt: '2026-11-18T07:30',
    zone: 'Europe/Berlin',
    rangeLow: '',
    rangeHigh: '',
    note: 'taken before breakfast, after a short night; the same lab as in spring and at the same hour of the day',
  }
}

/** The least that a live edit can cost: kept, sent and kept, fetched and kept. @param bodyBytes of a push; one bucket */
export async function liveFloorMs(world: VaultWorld, plan: BenchPlan, bodyBytes = PUSH_BYTES): Promise<number> {
  return median(
    await world.withDevice((device) =>
      device.call('liveFloor', world.newFile(), world.floorUrl, bodyBytes, plan.edits),
    ),
  )
}

/** Body of a push of one changed record, as wire-one measures it. */
const PUSH_BYTES = 807

/** W3: one edit after the other, each from the call on one device to the list on the other. */
async function measureLive(
  plan: BenchPlan,
  size: BenchSize,
  world: VaultWorld,
  pair: DevicePair,
  emit: (measured: Measured) => void,
): Promise<void> {
  const names = nodeNames(plan, size)
  const edits = await world.withDevice((writer) =>
    world.withDevice(async (reader) => {
      await writer.call('open', pair.writer, size.count)
      await reader.call('open', pair.reader, size.count)
      const id = await writer.call('add', liveInput('500'))
      const measured: { seenMs: number; savedMs: number; acknowledgedMs: number; pushedBytes: number }[] = []
      for (let edit = 0; edit < WARM_UP_EDITS + plan.edits; edit++) {
        const text = String(1_000 + edit)
        const seen = reader.call('untilSeen', text)
        const { startNs, savedNs, acknowledgedNs, pushedBytes } = await writer.call('edit', id, liveInput(text))
        const [seenMs, savedMs, acknowledgedMs] = [await seen, savedNs, acknowledgedNs].map(
          (ns) => Number(ns - startNs) / 1e6,
        )
        measured.push({ seenMs: seenMs ?? 0, savedMs: savedMs ?? 0, acknowledgedMs: acknowledgedMs ?? 0, pushedBytes })
      }
      for (const device of [writer, reader]) await device.call('close')
      return measured.slice(WARM_UP_EDITS)
    }),
  )
  const payloadBytes = edits.map(({ pushedBytes }) => pushedBytes)
  if (isWanted(plan, names.live))
    emit({
      name: names.live,
      workload: `an edit in ${size.label}: written on A → in B's list`,
      unit: 'ms',
      samples: edits.map(({ seenMs }) => seenMs),
      floor: { what: 'keep, send, keep, fetch, keep', value: await liveFloorMs(world, plan, median(payloadBytes)) },
      details: {
        savedMs: median(edits.map(({ savedMs }) => savedMs)),
        acknowledgedMs: median(edits.map(({ acknowledgedMs }) => acknowledgedMs)),
      },
    })
  if (isWanted(plan, names.localWrite))
    emit({
      name: names.localWrite,
      workload: `an edit in ${size.label}: call on A → durable on A`,
      unit: 'ms',
      samples: edits.map(({ savedMs }) => savedMs),
    })
  if (isWanted(plan, names.wireOne)) {
    emit({ name: names.wireOne, workload: 'body of a push, one changed record', unit: 'B', samples: payloadBytes })
  }
}

/** What a person's file costs: an import of FHIR NDJSON through the api, preview and all. */
export async function measureImport(
  plan: BenchPlan,
  size: BenchSize,
  emit: (measured: Measured) => void,
): Promise<void> {
  const name = `import-${size.label}-node`
  if (!isWanted(plan, name)) return
  const world = await VaultWorld.start()
  try {
    const tries = await repeat(plan.tries, async () => {
      const { writer } = await world.createPair()
      return world.withDevice((device) => device.call('import', writer, size.count))
    })
    emit({
      name,
      workload: `${size.label} Observations of NDJSON: bytes → previewed and saved`,
      unit: 'ms',
      samples: tries.map(({ savedMs }) => savedMs),
      floor: { what: 'JSON.parse of the lines', value: median(tries.map(({ parseMs }) => parseMs)) },
      details: { previewMs: median(tries.map(({ previewMs }) => previewMs)), ...spentBy(tries) },
    })
  } finally {
    await world.stop()
  }
}

/** Where others use the machine too, the processor's time says more than the clock. */
function spentBy(tries: readonly { readonly cpuMs: number; readonly peakRssBytes: number }[]) {
  return {
    cpuMs: median(tries.map(({ cpuMs }) => cpuMs)),
    peakRssMB: median(tries.map(({ peakRssBytes }) => peakRssBytes)) / MEGABYTE,
  }
}

function floorsOf(world: VaultWorld, size: BenchSize, batchBytes: readonly number[]) {
  return world.withDevice((device) => device.call('floors', world.newFile(), world.floorUrl, size.count, batchBytes))
}

export async function repeat<T>(tries: number, act: () => Promise<T>): Promise<T[]> {
  const results: T[] = []
  for (let i = 0; i < tries; i++) results.push(await act())
  return results
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
