import { type Clock, type Random, systemClock, systemRandom } from '@salus/base'
import { type RelayApp, createRelayApp } from './app.ts'
import { createInvite } from './invites.ts'
import type { RelayDeps } from './relay-services.ts'
import { MemoryStore } from './store/memory-store.ts'
import type { RelayStore } from './store/port.ts'
import { type Timer, systemTimer } from './timer.ts'

/** A relay without a port, for a simulator: `fetch` is its whole network. */
export interface MemoryRelay {
  readonly fetch: (request: Request) => Promise<Response>
  readonly store: RelayStore
  readonly relay: RelayApp
  /** A new invite's code. */
  invite(): Promise<string>
}

export interface MemoryRelayOptions extends Partial<Omit<RelayDeps, 'origins'>> {
  /** What the clients dial, such as `https://relay.example`. */
  readonly origin: string
  readonly clock?: Clock
  readonly random?: Random
  readonly timer?: Timer
}

/** Everything that is not given is the platform's; errors are thrown on, since nobody else would see them. */
export function createMemoryRelay(options: MemoryRelayOptions): MemoryRelay {
  const { clock = systemClock, random = systemRandom, timer = systemTimer } = options
  const store = options.store ?? new MemoryStore(random)
  const relay = createRelayApp({
    corsOrigins: [],
    securityLog: { refused: () => undefined },
    onError: (error) => {
      throw error
    },
    ...options,
    origins: () => [options.origin],
    store,
    clock,
    random,
    timer,
  })
  return {
    fetch: async (request) => relay.app.fetch(request, {}),
    store,
    relay,
    invite: () => createInvite({ store, clock, random }),
  }
}
