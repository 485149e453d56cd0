import type { HttpBindings } from '@hono/node-server'
import type { Clock, Random } from '@salus/base'
import type { CoreCrypto, CoreState, DeviceId, StreamId, VaultId } from '@salus/wire'
import type { Context, Handler } from 'hono'
import type { ByteBudget } from './byte-budget.ts'
import type { CoreStates } from './core-states.ts'
import type { RelayLimits } from './limits.ts'
import type { RateLimiter } from './rate-limiter.ts'
import type { Session, Tokens } from './routes/auth/tokens.ts'
import type { Listeners } from './routes/events/listeners.ts'
import type { SecurityLog } from './security-log.ts'
import type { RelayStore } from './store/port.ts'
import type { Timer } from './timer.ts'

/** What a relay is made of; all of it comes from outside. */
export interface RelayDeps {
  readonly store: RelayStore
  readonly clock: Clock
  readonly random: Random
  readonly timer: Timer
  /** The relay's own origins as clients dial them (S2), such as `https://salus.example`. Asked at each request. */
  readonly origins: () => readonly string[]
  /** Origins of apps that are served elsewhere and may call `/v1` (CORS). */
  readonly corsOrigins: readonly string[]
  readonly securityLog: SecurityLog
  /** Hears of what is a bug or a failing disk. Never given user data. */
  readonly onError: (error: unknown) => void
  readonly limits?: Partial<RelayLimits>
  /** Answers GET requests that are not the relay's: the web app. */
  readonly webApp?: Handler<RelayEnv>
}

/** Who asks: a signer that was active at the core's head when the request came (S3). */
export interface Caller {
  /** The same object for all requests under one token. */
  readonly session: Session
  readonly vault: VaultId
  /** A device or the recovery kit. */
  readonly signer: DeviceId
  readonly core: CoreState
  /** What the signer holds; all for the kit. */
  readonly streams: ReadonlySet<StreamId>
}

export interface RelayEnv {
  /** Absent when the app is called without a server, as tests and the simulator do. */
  Bindings: Partial<HttpBindings>
  Variables: { caller: Caller; replyHeaders: ReplyHeaders }
}

/** Headers by name; a plain object stays one down to the socket. */
export type ReplyHeaders = Readonly<Record<string, string>>

export type RelayContext = Context<RelayEnv>

/** What the routes share. */
export interface RelayServices extends RelayDeps {
  readonly limits: RelayLimits
  readonly crypto: CoreCrypto
  readonly coreStates: CoreStates
  readonly tokens: Tokens
  readonly listeners: Listeners
  readonly bytesInFlight: ByteBudget
  readonly newVaultBytesInFlight: ByteBudget
  readonly rates: { readonly auth: RateLimiter; readonly vaults: RateLimiter; readonly pair: RateLimiter }
}
