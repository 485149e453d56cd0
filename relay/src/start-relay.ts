import type { AddressInfo } from 'node:net'
import { type ServerType, createAdaptorServer } from '@hono/node-server'
import { type Clock, type Random, systemClock, systemRandom } from '@salus/base'
import type { Handler } from 'hono'
import { type RelayApp, createRelayApp } from './app.ts'
import { loopbackOrigins } from './config.ts'
import { createInvite } from './invites.ts'
import {
  HEADERS_TIMEOUT_MS,
  HEADER_BYTES_MAX,
  REQUEST_TIMEOUT_MS,
  type RelayLimits,
  SOCKETS_MAX,
  SOCKET_IDLE_MS,
  STOP_GRACE_MS,
  STOP_SWEEP_MS,
} from './limits.ts'
import type { RelayEnv } from './relay-services.ts'
import { createSecurityLog } from './security-log.ts'
import { serveApp } from './serve-app.ts'
import type { RelayStore } from './store/port.ts'
import { SqliteStore } from './store/sqlite-store.ts'
import { systemTimer } from './timer.ts'

export interface StartOptions {
  /** 0 takes a free one. */
  readonly port: number
  readonly host?: string
  readonly dataDir: string
  /** Public origins; by default loopback at the port. */
  readonly origins?: readonly string[]
  readonly corsOrigins?: readonly string[]
  readonly connectOrigins?: readonly string[]
  /** Folder of the built web app; without one only the relay answers. */
  readonly webRoot?: string
  readonly limits?: Partial<RelayLimits>
  /** Gets each line of the log; by default stderr. */
  readonly writeLog?: (line: string) => void
  /** By default SQLite in `dataDir`; closed with the relay. */
  readonly store?: RelayStore
  readonly clock?: Clock
  readonly random?: Random
}

export interface RunningRelay {
  /** Where it is reached on this machine, without a trailing slash. */
  readonly url: string
  readonly port: number
  readonly store: RelayStore
  readonly relay: RelayApp
  /** A new invite's code (S4). */
  invite(): Promise<string>
  /** Takes no more requests, lets those under way finish, and closes the database. */
  close(): Promise<void>
}

/** Starts app and relay on one port. @throws the server's error, such as EADDRINUSE */
export async function startRelay(options: StartOptions): Promise<RunningRelay> {
  const { clock = systemClock, random = systemRandom, host = '127.0.0.1' } = options
  const writeLog = options.writeLog ?? ((line: string): void => void process.stderr.write(`${line}\n`))
  const webApp: Handler<RelayEnv> | undefined =
    options.webRoot === undefined ? undefined : serveApp(options.webRoot, options.connectOrigins ?? [])
  const store = options.store ?? new SqliteStore(options.dataDir, random)
  const ownOrigins: string[] = [...(options.origins ?? [])]
  const relay = createRelayApp({
    store,
    clock,
    random,
    timer: systemTimer,
    origins: () => ownOrigins,
    corsOrigins: options.corsOrigins ?? [],
    securityLog: createSecurityLog(clock, writeLog),
    onError: (error) => writeLog(`${new Date(clock.nowMs()).toISOString()} salus-relay error ${describeError(error)}`),
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(webApp === undefined ? {} : { webApp }),
  })
  let server: ServerType
  try {
    server = await listen(relay, host, options.port)
  } catch (error) {
    await store.close()
    throw error
  }
  const { port } = boundAddress(server)
  if (ownOrigins.length === 0) ownOrigins.push(...loopbackOrigins(port))
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`,
    port,
    store,
    relay,
    invite: () => createInvite({ store, clock, random }),
    close: async () => {
      await stop(server, relay)
      await store.close()
    },
  }
}

/** Where the code broke, without a word of what it was working on. */
function describeError(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return `${error.name}: ${error.message} ${frames
    .slice(0, 6)
    .map((line) => line.trim())
    .join(' ')}`
}

function listen(relay: RelayApp, host: string, port: number): Promise<ServerType> {
  const server = createAdaptorServer({
    fetch: (request, bindings) => relay.app.fetch(request, bindings),
    hostname: host,
    serverOptions: {
      maxHeaderSize: HEADER_BYTES_MAX,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: HEADERS_TIMEOUT_MS / 2,
      keepAliveTimeout: SOCKET_IDLE_MS,
      noDelay: true,
    },
  })
  server.maxConnections = SOCKETS_MAX
  server.setTimeout(SOCKET_IDLE_MS)
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve(server)
    })
  })
}

function boundAddress(server: ServerType): AddressInfo {
  const address = server.address()
  if (address === null || typeof address === 'string')
    throw new Error('Invariant broken: a listening server has a port')
  return address
}

async function stop(server: ServerType, relay: RelayApp): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  relay.endOpenAnswers()
  let cancelSweep = (): void => undefined
  // A connection that is kept alive is idle only once its last answer is out.
  const sweep = (): void => {
    if ('closeIdleConnections' in server) server.closeIdleConnections()
    cancelSweep = systemTimer.after(STOP_SWEEP_MS, sweep)
  }
  sweep()
  const cancelGrace = systemTimer.after(STOP_GRACE_MS, () => {
    if ('closeAllConnections' in server) server.closeAllConnections()
  })
  await closed
  cancelSweep()
  cancelGrace()
}
