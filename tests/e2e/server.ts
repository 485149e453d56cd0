import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { systemRandom } from '@salus/base'
import { type RunningRelay, type StartOptions, startRelay } from '../../relay/src/start-relay.ts'
import { HostileStore, type Malice } from './hostile-store.ts'

export type SalusOptions = Pick<StartOptions, 'connectOrigins' | 'corsOrigins' | 'webRoot'> & {
  readonly port?: number
  /** What the relay does with its honest answers; a test changes it as it goes. */
  readonly malice?: Malice
}

/** App and relay in one process, as `npm start` serves them, on a free port with a folder of its own. */
export class Salus {
  /** Holds `relay`, the server's data. */
  readonly folder: string
  /** All lines that the server has logged. */
  readonly log: string[] = []
  readonly #options: SalusOptions
  #running: RunningRelay | undefined

  private constructor(folder: string, options: SalusOptions) {
    this.folder = folder
    this.#options = options
  }

  static async start(options: SalusOptions = {}): Promise<Salus> {
    const salus = new Salus(await mkdtemp(join(tmpdir(), 'salus-e2e-')), options)
    await salus.#serve(options.port ?? 0)
    return salus
  }

  async #serve(port: number): Promise<void> {
    const { malice, ...options } = this.#options
    const webRoot = options.webRoot ?? resolve('apps/web/dist')
    const dataDir = this.dataDir
    if (!existsSync(join(webRoot, 'index.html'))) throw new Error('build the app first: npm run build')
    this.#running = await startRelay({
      ...options,
      port,
      dataDir,
      ...(malice === undefined ? {} : { store: new HostileStore(dataDir, systemRandom, malice) }),
      webRoot,
      writeLog: (line) => void this.log.push(line),
    })
  }

  get #relay(): RunningRelay {
    if (this.#running === undefined) throw new Error('Salus was never started')
    return this.#running
  }

  /** The relay's disk, to be copied and put back while it is stopped. */
  get dataDir(): string {
    return join(this.folder, 'relay')
  }

  get url(): string {
    return this.#relay.url
  }

  async inviteLink(): Promise<string> {
    return `${this.url}/#invite=${await this.#relay.invite()}`
  }

  /** The server is gone; its disk stays. */
  stop(): Promise<void> {
    return this.#relay.close()
  }

  /** The same server on the same port again. */
  restart(): Promise<void> {
    return this.#serve(this.#relay.port)
  }

  async dispose(): Promise<void> {
    await this.#relay.close().catch(() => undefined)
    await rm(this.folder, { recursive: true, force: true })
  }
}
