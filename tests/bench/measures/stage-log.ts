import type { Store } from '@salus/store'

/** Something that one device has done. */
export interface Stage {
  readonly what: string
  /** Epoch milliseconds with fractions, one time for all processes of a machine. */
  readonly atMs: number
}

type Fetch = (url: string, init?: RequestInit) => Promise<Response>

/** Milliseconds since the epoch, finer than Date.now. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now()
}

/** Notes where a live edit's time goes: at the store's and the network's doors, so that the product knows nothing of it. */
export class StageLog {
  #stages: Stage[] = []

  note(what: string): void {
    this.#stages.push({ what, atMs: nowMs() })
  }

  /** All stages since the last time. */
  take(): readonly Stage[] {
    return this.#stages.splice(0)
  }

  /** The same store, whose calls are noted when they begin and end. */
  watchStore(store: Store): Store {
    return new Proxy(store, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name)
        if (typeof value !== 'function' || typeof name !== 'string') return value
        // A method is called on the store itself: a proxy has none of its private fields.
        const method = value.bind(target) as (...call: readonly unknown[]) => unknown
        if (!TIMED.has(name)) return method
        return async (...call: readonly unknown[]) => {
          const what = name === 'meta' ? `${name} ${String(call[0])}` : name
          this.note(`${what} …`)
          const result = await method(...call)
          this.note(`${what} done`)
          return result
        }
      },
    })
  }

  /** The same fetch, whose requests are noted when they leave and when their answer begins. */
  watchFetch(fetch: Fetch): Fetch {
    return async (url, init) => {
      const what = `${init?.method ?? 'GET'} ${new URL(url).pathname.split('/').at(-1) ?? ''}`
      this.note(`${what} …`)
      const response = await fetch(url, init)
      this.note(`${what} answered`)
      return response
    }
  }
}

const TIMED = new Set(['write', 'meta', 'outbox', 'chain', 'markOffered', 'acknowledge', 'alarms'])
