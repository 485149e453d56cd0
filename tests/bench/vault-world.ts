import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHeadlessEngine } from '@salus/engine/headless'
import { PairingWatch } from '../engine/test-devices.ts'
import { BENCH_PASSPHRASE, cheapDerive, valueOf } from './bench-platform.ts'
import { BenchProcess } from './processes/command-channel.ts'
import type { DeviceCommands } from './processes/device-process.ts'
import type { RelayCommands } from './processes/relay-process.ts'

const PROCESSES_DIR = join(import.meta.dirname, 'processes')

/** Two enrolled devices with nothing in them yet: the database files of their data folders. */
export interface DevicePair {
  readonly writer: string
  readonly reader: string
}

/** A relay in a process of its own, and the files of devices. */
export class VaultWorld {
  readonly folder: string
  readonly relay: BenchProcess<RelayCommands>
  readonly url: string
  /** A server that does nothing but carry bytes, beside the relay. */
  readonly floorUrl: string
  #files = 0

  private constructor(folder: string, relay: BenchProcess<RelayCommands>, urls: { url: string; floorUrl: string }) {
    this.folder = folder
    this.relay = relay
    this.url = urls.url
    this.floorUrl = urls.floorUrl
  }

  static async start(webRoot?: string): Promise<VaultWorld> {
    const folder = await mkdtemp(join(tmpdir(), 'salus-bench-'))
    const relay = new BenchProcess<RelayCommands>(join(PROCESSES_DIR, 'relay-process.ts'))
    const dataDir = join(folder, 'relay')
    await mkdir(dataDir)
    return new VaultWorld(folder, relay, await relay.call('start', dataDir, webRoot))
  }

  /** A new vault with two enrolled devices, both locked. */
  async createPair(): Promise<DevicePair> {
    const pair = { writer: this.newFile(), reader: this.newFile() }
    const writer = createHeadlessEngine({ path: pair.writer, derive: cheapDerive })
    const reader = createHeadlessEngine({ path: pair.reader, derive: cheapDerive })
    await writer.drawKit()
    const relay = { url: this.url, invite: await this.relay.call('invite') }
    valueOf(await writer.createVault({ passphrase: BENCH_PASSPHRASE, deviceName: 'writer', relay }))
    const [oldSide, newSide] = [new PairingWatch(), new PairingWatch()]
    const { link } = valueOf(await writer.offerPairing(oldSide.listen))
    const request = { link, passphrase: BENCH_PASSPHRASE, deviceName: 'reader' }
    valueOf(await reader.joinByLink(request, newSide.listen))
    await Promise.all([oldSide.until('digits'), newSide.until('digits')])
    valueOf(await reader.confirmJoin())
    valueOf(await writer.confirmPairing(BENCH_PASSPHRASE))
    await newSide.until('done')
    for (const engine of [reader, writer]) valueOf(await engine.syncNow())
    for (const engine of [reader, writer]) await engine.lock()
    return pair
  }

  /** The same device once more, as it was: each try starts from an empty store. */
  async copyOf(path: string): Promise<string> {
    const copy = this.newFile()
    await copyFile(path, copy)
    return copy
  }

  /** Runs `act` with a process for one device, which ends with it. */
  async withDevice<T>(act: (device: BenchProcess<DeviceCommands>) => Promise<T>): Promise<T> {
    const device = new BenchProcess<DeviceCommands>(join(PROCESSES_DIR, 'device-process.ts'))
    try {
      return await act(device)
    } finally {
      await device.end()
    }
  }

  async stop(): Promise<void> {
    await this.relay.call('stop')
    await this.relay.end()
    await rm(this.folder, { recursive: true, force: true })
  }

  /** A path that no device has yet. */
  newFile(): string {
    return join(this.folder, `device-${this.#files++}.sqlite`)
  }
}
