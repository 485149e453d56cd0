import { Hono } from 'hono'
import { ByteBudget } from './byte-budget.ts'
import { CoreStates } from './core-states.ts'
import { RELAY_LIMITS } from './limits.ts'
import { prepareReply } from './prepare-reply.ts'
import { RateLimiter } from './rate-limiter.ts'
import { refuse } from './reply.ts'
import { createRelayCrypto } from './relay-crypto.ts'
import type { RelayDeps, RelayEnv, RelayServices } from './relay-services.ts'
import { addAuthRoutes } from './routes/auth/auth-route.ts'
import { Tokens } from './routes/auth/tokens.ts'
import { addPullRoutes } from './routes/batches/pull-routes.ts'
import { addPushRoute } from './routes/batches/push-route.ts'
import { addCoreRoutes } from './routes/core/core-route.ts'
import { addEventsRoute } from './routes/events/events-route.ts'
import { Listeners } from './routes/events/listeners.ts'
import { addHeadsRoute } from './routes/heads/heads-route.ts'
import { addHealthRoute } from './routes/health/health-route.ts'
import { Mailboxes } from './routes/pair/mailboxes.ts'
import { addPairRoutes } from './routes/pair/pair-route.ts'
import { addVaultsRoute } from './routes/vaults/vaults-route.ts'

/** A relay that answers requests; who listens on a port is another's concern. */
export interface RelayApp {
  readonly app: Hono<RelayEnv>
  /** What is held open now, and how much memory bodies and pages take. */
  readonly load: () => {
    readonly listeners: number
    readonly waiters: number
    readonly bytesInFlight: number
    readonly tokens: number
  }
  /** Ends event streams and waiting reads, so that a server can stop. */
  readonly endOpenAnswers: () => void
}

/** The relay of SALUS1 as one Hono application: `docs/spec/sync-protocol.md`, sections 1 and 2. */
export function createRelayApp(deps: RelayDeps): RelayApp {
  const services = createServices(deps)
  const mailboxes = new Mailboxes(deps.clock, deps.timer, services.limits)
  const app = new Hono<RelayEnv>()

  app.use('*', prepareReply(deps.corsOrigins))
  addHealthRoute(app, services)
  addAuthRoutes(app, services)
  addVaultsRoute(app, services)
  addCoreRoutes(app, services)
  addPushRoute(app, services)
  addPullRoutes(app, services)
  addHeadsRoute(app, services)
  addEventsRoute(app, services)
  addPairRoutes(app, services, mailboxes)
  app.all('/v1/*', (c) => refuse(c, 404, 'NotFound'))
  if (deps.webApp !== undefined) app.get('*', deps.webApp)
  app.notFound((c) => refuse(c, 404, 'NotFound'))
  app.onError((error, c) => {
    deps.onError(error)
    return refuse(c, 500, 'Internal')
  })

  return {
    app,
    load: () => ({
      listeners: services.listeners.count,
      waiters: mailboxes.waiting,
      bytesInFlight: services.bytesInFlight.usedBytes + services.newVaultBytesInFlight.usedBytes,
      tokens: services.tokens.count,
    }),
    endOpenAnswers: () => {
      services.listeners.endAll()
      mailboxes.endAll()
    },
  }
}

function createServices(deps: RelayDeps): RelayServices {
  const limits = { ...RELAY_LIMITS, ...deps.limits }
  const crypto = createRelayCrypto()
  const rateOf = (rate: 'authRate' | 'vaultsRate' | 'pairRate'): RateLimiter =>
    new RateLimiter(deps.clock, limits[rate], limits.ratedAddressesMax)
  return {
    ...deps,
    limits,
    crypto,
    coreStates: new CoreStates(deps.store, crypto, limits.coreEntriesCachedMax),
    tokens: new Tokens(deps.clock, deps.random, limits),
    listeners: new Listeners(deps.timer, limits),
    bytesInFlight: new ByteBudget(limits.bytesInFlightMax),
    newVaultBytesInFlight: new ByteBudget(limits.newVaultBytesInFlightMax),
    rates: { auth: rateOf('authRate'), vaults: rateOf('vaultsRate'), pair: rateOf('pairRate') },
  }
}
