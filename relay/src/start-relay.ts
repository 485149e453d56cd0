import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { Server as TlsServer } from 'node:tls'
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
} from './limits.ts'
import type { RelayEnv } from './relay-services.ts'
import { createSecurityLog } from './security-log.ts'
import { serveApp } from './serve-app.ts'
import type { RelayStore } from './store/port.ts'
import { SqliteStore } from './store/sqlite-store.ts'
import { stopServer, trackSockets } from './stop-server.ts'
import { systemTimer } from './timer.ts'

/** What a server that speaks TLS itself proves to be. */
export interface TlsIdentity {
  readonly keyPem: string
  readonly certificatePem: string
  /** As they stand in an address, such as `attic.local` or `[fd00::2]`; each makes one of the relay's origins. */
  readonly hosts: readonly string[]
}

export interface StartOptions {
  /** 0 takes a free one. */
  readonly port: number
  readonly host?: string
  readonly dataDir: string
  /** Public origins; by default loopback at the port. */
  readonly origins?: readonly string[]
  /** Speaks TLS 1.3 and nothing else; without it plain http, for loopback and proxies. */
  readonly tls?: TlsIdentity
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
  /** Takes another certificate, for connections from now on, and answers to its hosts too. */
  changeTls(tls: TlsIdentity): void
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
  const ownOrigins = new Set(options.origins)
  const relay = createRelayApp({
    store,
    clock,
    random,
    timer: systemTimer,
    origins: () => [...ownOrigins],
    corsOrigins: options.corsOrigins ?? [],
    securityLog: createSecurityLog(clock, writeLog),
    onError: (error) => writeLog(`${new Date(clock.nowMs()).toISOString()} salus-relay error ${describeError(error)}`),
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(webApp === undefined ? {} : { webApp }),
  })
  let server: ServerType
  try {
    server = await listen(relay, host, options)
  } catch (error) {
    await store.close()
    throw error
  }
  const { port } = boundAddress(server)
  if (options.tls !== undefined) for (const origin of originsOf(options.tls, port)) ownOrigins.add(origin)
  if (ownOrigins.size === 0) for (const origin of loopbackOrigins(port)) ownOrigins.add(origin)
  const hangUp = trackSockets(server)
  return {
    url: `${options.tls === undefined ? 'http' : 'https'}://${dialledHost(host)}:${port}`,
    port,
    store,
    relay,
    changeTls: (tls) => {
      if (server instanceof TlsServer) server.setSecureContext(secureContext(tls))
      for (const origin of originsOf(tls, port)) ownOrigins.add(origin)
    },
    invite: () => createInvite({ store, clock, random }),
    close: async () => {
      await stopServer(server, hangUp, () => relay.endOpenAnswers())
      await store.close()
    },
  }
}

/** How this machine reaches a server that listens there. */
function dialledHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

function originsOf(tls: TlsIdentity, port: number): string[] {
  return tls.hosts.map((host) => new URL(`https://${host}:${port}`).origin)
}

function secureContext(tls: TlsIdentity): { key: string; cert: string; minVersion: 'TLSv1.3' } {
  return { key: tls.keyPem, cert: tls.certificatePem, minVersion: 'TLSv1.3' }
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

function listen(relay: RelayApp, host: string, { port, tls }: StartOptions): Promise<ServerType> {
  const server = createAdaptorServer({
    fetch: (request, bindings) => relay.app.fetch(request, bindings),
    hostname: host,
    ...(tls === undefined ? {} : { createServer: createTlsServer }),
    serverOptions: {
      ...(tls === undefined ? {} : secureContext(tls)),
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
