import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type RunningRelay, type StartOptions, startRelay } from '../../relay/src/start-relay.ts'

export type SalusOptions = Pick<StartOptions, 'connectOrigins' | 'corsOrigins' | 'webRoot'> & { readonly port?: number }

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
    const webRoot = this.#options.webRoot ?? resolve('apps/web/dist')
    if (!existsSync(join(webRoot, 'index.html'))) throw new Error('build the app first: npm run build')
    this.#running = await startRelay({
      ...this.#options,
      port,
      dataDir: join(this.folder, 'relay'),
      webRoot,
      writeLog: (line) => void this.log.push(line),
    })
  }

  get #relay(): RunningRelay {
    if (this.#running === undefined) throw new Error('Salus was never started')
    return this.#running
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
