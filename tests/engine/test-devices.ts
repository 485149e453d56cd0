import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bytes, type Result, concatBytes, utf8ToBytes } from '@salus/base'
import { sha256 } from '@salus/crypto'
import type { DoseInput, LabResultInput, PairingEvent, SalusApi } from '@salus/engine/api'
import { type HeadlessOptions, createHeadlessEngine } from '@salus/engine/headless'
import { startRelay } from '../../relay/src/start-relay.ts'

export const PASSPHRASE = 'correct horse battery staple'

/** As slow as a hash: what Argon2id itself does is tested in packages/crypto. */
export const cheapDerive: NonNullable<HeadlessOptions['derive']> = (input) =>
  Promise.resolve(sha256(concatBytes(input.passphrase, input.salt, utf8ToBytes(String(input.memoryKiB)))))

export function value<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(`expected a value: ${JSON.stringify(result.error)}`)
  return result.value
}

export async function inFolder<T>(act: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'salus-'))
  try {
    return await act(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** A relay on a free port and headless devices, each with a SQLite file; all are closed at the end. */
export async function withDevices<T>(act: (world: World) => Promise<T>): Promise<T> {
  return inFolder(async (folder) => {
    const world = new World(folder, await runRelay(folder, 0))
    try {
      return await act(world)
    } finally {
      await world.close()
      await world.stopRelay()
    }
  })
}

type Relay = Awaited<ReturnType<typeof startRelay>>

function runRelay(folder: string, port: number): Promise<Relay> {
  return startRelay({ port, dataDir: join(folder, 'relay'), writeLog: () => undefined })
}

export class World {
  readonly folder: string
  relay: Relay
  #isRelayUp = true
  readonly #engines: SalusApi[] = []

  constructor(folder: string, relay: Relay) {
    this.folder = folder
    this.relay = relay
  }

  engine(name: string, options: Partial<HeadlessOptions> = {}): SalusApi {
    const engine = createHeadlessEngine({ path: join(this.folder, `${name}.db`), derive: cheapDerive, ...options })
    this.#engines.push(engine)
    return engine
  }

  /** A new vault on the relay. */
  async firstDevice(
    name = 'phone',
    options: Partial<HeadlessOptions> = {},
  ): Promise<{ readonly engine: SalusApi; readonly kit: readonly string[] }> {
    const engine = this.engine(name, options)
    const { words } = await engine.drawKit()
    const invite = await this.relay.invite()
    value(
      await engine.createVault({ passphrase: PASSPHRASE, deviceName: name, relay: { url: this.relay.url, invite } }),
    )
    return { engine, kit: words }
  }

  /** A second device, paired by link with both owners' confirmation. */
  async pair(old: SalusApi, name: string): Promise<SalusApi> {
    const engine = this.engine(name)
    const oldSide = new PairingWatch()
    const newSide = new PairingWatch()
    const { link } = value(await old.offerPairing(oldSide.listen))
    value(await engine.joinByLink({ link, passphrase: PASSPHRASE, deviceName: name }, newSide.listen))
    const [shownOld, shownNew] = await Promise.all([oldSide.until('digits'), newSide.until('digits')])
    if (shownOld.digits !== shownNew.digits) throw new Error('the digits differ')
    value(await engine.confirmJoin())
    value(await old.confirmPairing(PASSPHRASE))
    await newSide.until('done')
    return engine
  }

  async stopRelay(): Promise<void> {
    if (this.#isRelayUp) await this.relay.close()
    this.#isRelayUp = false
  }

  /** The same relay on the same port, from its disk. */
  async restartRelay(): Promise<void> {
    this.relay = await runRelay(this.folder, this.relay.port)
    this.#isRelayUp = true
  }

  async close(): Promise<void> {
    for (const engine of this.#engines) await engine.lock()
  }
}

/** Waits for an event of a pairing. */
export class PairingWatch {
  readonly #seen: PairingEvent[] = []
  #waiting: (() => void)[] = []

  readonly listen = (event: PairingEvent): void => {
    this.#seen.push(event)
    const waiting = this.#waiting
    this.#waiting = []
    for (const resume of waiting) resume()
  }

  async until<Type extends PairingEvent['type']>(type: Type): Promise<Extract<PairingEvent, { type: Type }>> {
    for (;;) {
      const found = this.#seen.find((event): event is Extract<PairingEvent, { type: Type }> => event.type === type)
      if (found !== undefined) return found
      const failed = this.#seen.find((event) => event.type === 'failed')
      if (failed !== undefined) throw new Error(`pairing failed: ${JSON.stringify(failed)}`)
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }
}

export function labResult(over: Partial<LabResultInput> = {}): LabResultInput {
  return {
    markerId: 'testosterone-total',
    label: '',
    valueText: '577',
    unit: 'ng/dL',
    takenAt: '2026-11-18',
    zone: 'Europe/Berlin',
    rangeLow: '264',
    rangeHigh: '916',
    note: '',
    ...over,
  }
}

export function dose(over: Partial<DoseInput> = {}): DoseInput {
  return {
    compoundId: 'testosterone-cypionate-im',
    label: '',
    amountText: '100',
    unit: 'mg',
    takenAt: '2026-11-18T07:30',
    zone: 'Europe/Berlin',
    site: 'left thigh',
    note: '',
    ...over,
  }
}

export const bytesOf = (text: string): Bytes => utf8ToBytes(text)
