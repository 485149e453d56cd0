import type { KdfCall, KdfCallFailed } from '@salus/engine/kdf-call'

/** Starts and ends the one-shot workers that derive keys, as the engine asks over its port; sees no key. */
export class KdfDesk {
  readonly #engine: MessagePort
  readonly #workers = new Map<number, Worker>()

  constructor(engine: MessagePort) {
    this.#engine = engine
    engine.onmessage = ({ data }: MessageEvent<KdfCall>) => {
      if (data.type === 'start') this.#start(data.id, data.port)
      else this.#end(data.id)
    }
  }

  /** Ends what runs, as when the engine that asked is ended. */
  close(): void {
    this.#engine.close()
    for (const id of this.#workers.keys()) this.#end(id)
  }

  #start(id: number, port: MessagePort): void {
    const worker = new Worker(new URL('./kdf-worker.ts', import.meta.url), { type: 'module', name: 'kdf' })
    this.#workers.set(id, worker)
    worker.addEventListener('error', () => {
      const failed: KdfCallFailed = { id }
      this.#engine.postMessage(failed)
    })
    worker.postMessage(port, [port])
  }

  #end(id: number): void {
    this.#workers.get(id)?.terminate()
    this.#workers.delete(id)
  }
}
