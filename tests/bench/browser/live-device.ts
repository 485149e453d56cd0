import type { LabResultInput, SalusApi } from '@salus/engine/api'
import type { LabsView } from '@salus/engine/view-types'
import { createEngine } from '../../../packages/engine/src/engine.ts'
import type { Store } from '@salus/store'
import { type Stage, StageLog } from '../measures/stage-log.ts'
import { BENCH_PASSPHRASE, benchPlatform, valueOf } from '../bench-platform.ts'

/** A device that stays open, in step with its relay. */
export class LiveDevice {
  readonly #engine: SalusApi
  readonly #listeners = new Set<(newest: readonly string[]) => void>()

  readonly #log: StageLog

  private constructor(engine: SalusApi, log: StageLog) {
    this.#engine = engine
    this.#log = log
  }

  /** Opens what is stored, and waits until it holds `count` records and is in step. */
  static async open(store: Store, count: number): Promise<LiveDevice> {
    const log = new StageLog()
    const ownFetch = log.watchFetch((url, init) => fetch(url, init))
    const device = new LiveDevice(createEngine(benchPlatform(log.watchStore(store), ownFetch)), log)
    valueOf(await device.#engine.unlock(BENCH_PASSPHRASE))
    await new Promise<void>((resolve) => {
      void device.#engine.subscribe({ name: 'labs' }, (view) => {
        device.#tell(view)
        if (view.count >= count) resolve()
      })
    })
    valueOf(await device.#engine.syncNow())
    return device
  }

  /** Hears each marker's newest value, after each change of the list. */
  listen(listener: (newest: readonly string[]) => void): void {
    this.#listeners.add(listener)
  }

  async add(input: LabResultInput): Promise<string> {
    return valueOf(await this.#engine.addLabResult(input)).id
  }

  /** Resolves when the edit is durable on this device. */
  async edit(id: string, input: LabResultInput): Promise<void> {
    this.#log.note('asked for')
    valueOf(await this.#engine.editLabResult(id, input))
    this.#log.note('saved')
  }

  /** What it has done since the last time. */
  takeStages(): readonly Stage[] {
    return this.#log.take()
  }

  async close(): Promise<void> {
    await this.#engine.lock()
  }

  #tell(view: LabsView): void {
    this.#log.note('view')
    const newest = view.rows.map((row) => row.latest.valueText)
    for (const listener of this.#listeners) listener(newest)
  }
}
