import type { SalusApi } from '@salus/engine/api'
import type { LabsView } from '@salus/engine/view-types'
import { BENCH_PASSPHRASE, valueOf } from '../bench-platform.ts'

export interface Join {
  /** From the first request to the relay until the app's list shows the first records. */
  readonly firstShownMs: number
  /** From the first request until every record can be read through the app's api; each was stored before. */
  readonly readableMs: number
}

/** W2: an enrolled device with an empty store connects. `firstRequestMs` is when its first request left. */
export async function joinAndRead(engine: SalusApi, count: number, firstRequestMs: () => number): Promise<Join> {
  let firstShownMs: number | undefined
  let resolveAll: (endMs: number) => void
  const all = new Promise<number>((resolve) => (resolveAll = resolve))
  const onLabs = (view: LabsView): void => {
    if (view.count > 0) firstShownMs ??= performance.now()
    if (view.count >= count) resolveAll(performance.now())
  }
  valueOf(await engine.unlock(BENCH_PASSPHRASE))
  await engine.subscribe({ name: 'labs' }, onLabs)
  const endMs = await all
  const startMs = firstRequestMs()
  return { firstShownMs: (firstShownMs ?? endMs) - startMs, readableMs: endMs - startMs }
}

/** Milliseconds from an unlock, its key derivation left out, to the list of all records. */
export async function unlockAndRead(engine: SalusApi, count: number): Promise<number> {
  await engine.searchMarkers('warm the catalogue')
  const startMs = performance.now()
  valueOf(await engine.unlock(BENCH_PASSPHRASE))
  const labs = valueOf(await engine.read({ name: 'labs' }))
  const unlockMs = performance.now() - startMs
  if (labs.count !== count) throw new Error(`${labs.count} records instead of ${count}`)
  return unlockMs
}
