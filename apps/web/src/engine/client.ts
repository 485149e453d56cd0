// First, here too: what is loaded later moves this module into a chunk that runs before the page's own.
import './tt.ts'
import { proxy, wrap } from 'comlink'
import type { SalusApi } from '@salus/engine/api'
import type { EngineStart } from '@salus/engine/kdf-call'
import { work } from '../state/work.svelte.ts'
import { KdfDesk } from './kdf-desk.ts'

/**
 * The page's end of the engine. The engine lives in a worker of its own, and so do all keys and all plain text that is
 * not on the screen; ending the worker is what makes a lock a lock.
 */
class EngineClient {
  #running = start()

  /** Of the worker that runs now: ask anew after each {@link lock}. */
  get api(): SalusApi {
    return this.#running.api
  }

  /** Lets the engine wipe what it holds, ends it, and starts one that knows nothing. */
  async lock(): Promise<void> {
    const locked = this.#running.api.lock()
    await Promise.race([locked, afterMs(LOCK_WAIT_MS_MAX)])
    this.#running.end()
    this.#running = start()
  }
}

interface RunningEngine {
  readonly api: SalusApi
  end(): void
}

/** What an update waits for. */
const UNBROKEN: ReadonlySet<string | symbol> = new Set<keyof SalusApi>([
  'changePassphrase',
  'commitImport',
  'confirmPairing',
  'connectRelay',
  'createVault',
  'exportRecords',
  'joinByLink',
  'previewImport',
  'recover',
  'undoImport',
])

/** A worker that is busy, say with an import, is ended all the same: what it was writing is a transaction. */
const LOCK_WAIT_MS_MAX = 2_000

function start(): RunningEngine {
  const worker = new Worker(new URL('./engine-worker.ts', import.meta.url), { type: 'module', name: 'engine' })
  // Nobody waits for a worker that could not start; the page's own handler says that something is wrong.
  worker.addEventListener('error', () => window.reportError(new Error('The engine stopped')))
  const kdf = new MessageChannel()
  const desk = new KdfDesk(kdf.port1)
  const first: EngineStart = { kdf: kdf.port2 }
  worker.postMessage(first, [first.kdf])
  let markEnded = (): void => undefined
  const ended = new Promise<void>((resolve) => (markEnded = resolve))
  return {
    api: connect(worker, ended),
    end: () => {
      markEnded()
      worker.terminate()
      desk.close()
    },
  }
}

function connect(worker: Worker, ended: Promise<void>): SalusApi {
  const remote = wrap<SalusApi>(worker)
  // Each method of SalusApi returns a promise of plain values, so what comlink hands out is a SalusApi but for callbacks,
  // which have to be marked to cross.
  return new Proxy(remote, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name)
      if (typeof method !== 'function') return method
      return (...values: readonly unknown[]): unknown => {
        const answer: unknown = Reflect.apply(method, undefined, values.map(markCallback))
        if (UNBROKEN.has(name) && answer instanceof Promise) {
          // An engine that was ended answers no more.
          void work.during(Promise.race([answer.catch(() => undefined), ended]))
        }
        return answer
      }
    },
  }) as unknown as SalusApi
}

function markCallback(value: unknown): unknown {
  return typeof value === 'function' ? proxy(value) : value
}

function afterMs(waitMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, waitMs))
}

export const engine = new EngineClient()
