import type { Store } from '@salus/store'
import type { HttpFetch } from '@salus/sync'

/** The moment at which a program ends: from then on nothing that it began goes on. */
export class CrashGate {
  isArmed = false
  readonly crashed: Promise<'crashed'>
  #left: number
  #crash: () => void = () => undefined

  /** @param at which passage ends it, counted from 1 once armed */
  constructor(at: number) {
    this.#left = at
    this.crashed = new Promise((resolve) => {
      this.#crash = () => {
        resolve('crashed')
      }
    })
  }

  async pass<T>(access: () => Promise<T>): Promise<T> {
    await this.#point()
    const outcome = await access()
    await this.#point()
    return outcome
  }

  async #point(): Promise<void> {
    if (!this.isArmed) return
    this.#left--
    if (this.#left > 0) return
    this.#crash()
    await new Promise<never>(() => undefined)
  }
}

/** A crash falls before and after each entry that is offered to the core log: all else that is asked changes nothing. */
export function crashingFetch(fetch: HttpFetch, gate: CrashGate): HttpFetch {
  return (url, init) => {
    const isEntry = init?.method === 'POST' && url.endsWith('/v1/core')
    return isEntry ? gate.pass(() => fetch(url, init)) : fetch(url, init)
  }
}

/** A crash falls before and after each write; a reading changes nothing. */
export function crashingStore(store: Store, gate: CrashGate): Store {
  return {
    write: (write) => gate.pass(() => store.write(write)),
    meta: (name) => store.meta(name),
    core: () => store.core(),
    tips: () => store.tips(),
    batches: (stream, after) => store.batches(stream, after),
    chain: (name, fromSeq) => store.chain(name, fromSeq),
    outbox: () => store.outbox(),
    markOffered: (rows) => gate.pass(() => store.markOffered(rows)),
    acknowledge: (rows) => gate.pass(() => store.acknowledge(rows)),
    alarms: () => store.alarms(),
    raise: (alarm) => gate.pass(() => store.raise(alarm)),
    destroy: () => store.destroy(),
    close: () => store.close(),
  }
}
