import { resolve } from 'node:path'
import { type Result, err, ok } from '@salus/base'

/** What the environment says. */
export interface Config {
  /** 0 takes a free one. */
  readonly port: number
  readonly host: string
  /** Absolute path of the folder that holds the database. */
  readonly dataDir: string
  /** Origins under which clients reach this relay; empty means loopback at the port. */
  readonly origins: readonly string[]
  /** Origins of apps served elsewhere that may call it. */
  readonly corsOrigins: readonly string[]
  /** Other relays that the served app may talk to, for its `connect-src`. */
  readonly connectOrigins: readonly string[]
}

export type ConfigFault = { readonly type: 'BadSetting'; readonly name: string; readonly message: string }

/** What holds where the environment says nothing. */
export interface ConfigDefaults {
  readonly port: number
  readonly host: string
}

/** On one machine, or behind a proxy. */
export const LOOPBACK_DEFAULTS: ConfigDefaults = { port: 8787, host: '127.0.0.1' }
/** With `--lan`: all addresses, of both families. */
export const LAN_DEFAULTS: ConfigDefaults = { port: 8443, host: '::' }

const TRUST_PAGE_PORT_DEFAULT = 8442
const PORT_MAX = 65_535
/** Origins in one list. */
export const ORIGINS_MAX = 64

/**
 * Reads `PORT HOST SALUS_DATA SALUS_ORIGIN SALUS_ORIGINS SALUS_CONNECT`. A value that is there and wrong is an error,
 * never a default.
 */
export function readConfig(
  env: Readonly<Record<string, string | undefined>>,
  workingDir: string,
  defaults: ConfigDefaults = LOOPBACK_DEFAULTS,
): Result<Config, ConfigFault> {
  const port = readPort(env, 'PORT', defaults.port)
  if (!port.ok) return port
  const host = env['HOST'] ?? defaults.host
  if (!/^[A-Za-z0-9.:_-]{1,255}$/.test(host)) return bad('HOST', `is no host name or address: ${quote(host)}`)
  const dataDir = env['SALUS_DATA'] ?? '.salus'
  if (dataDir.trim() === '' || dataDir.includes('\0')) return bad('SALUS_DATA', 'names no folder')
  const [origins, corsOrigins, connectOrigins] = [
    readOrigins(env, 'SALUS_ORIGIN'),
    readOrigins(env, 'SALUS_ORIGINS'),
    readOrigins(env, 'SALUS_CONNECT'),
  ]
  if (!origins.ok) return origins
  if (!corsOrigins.ok) return corsOrigins
  if (!connectOrigins.ok) return connectOrigins
  return ok({
    port: port.value,
    host,
    dataDir: resolve(workingDir, dataDir),
    origins: origins.value,
    corsOrigins: corsOrigins.value,
    connectOrigins: connectOrigins.value,
  })
}

/** Reads `SALUS_TRUST_PORT`: where `--lan` shows how a phone comes to trust it. */
export function readTrustPort(env: Readonly<Record<string, string | undefined>>): Result<number, ConfigFault> {
  return readPort(env, 'SALUS_TRUST_PORT', TRUST_PAGE_PORT_DEFAULT)
}

/** Where clients on this machine reach a relay that was given no other origin. */
export function loopbackOrigins(port: number): string[] {
  return [`http://127.0.0.1:${port}`, `http://localhost:${port}`, `http://[::1]:${port}`]
}

function readPort(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
  portDefault: number,
): Result<number, ConfigFault> {
  const text = env[name]
  if (text === undefined || text === '') return ok(portDefault)
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : Number.NaN
  return port <= PORT_MAX ? ok(port) : bad(name, `must be a number from 0 to ${PORT_MAX}, not ${quote(text)}`)
}

function readOrigins(env: Readonly<Record<string, string | undefined>>, name: string): Result<string[], ConfigFault> {
  const texts = (env[name] ?? '').split(',').map((text) => text.trim())
  const origins = texts.filter((text) => text !== '')
  if (origins.length > ORIGINS_MAX) return bad(name, `has more than ${ORIGINS_MAX} origins`)
  for (const origin of origins) {
    if (!isOrigin(origin))
      return bad(
        name,
        `must hold origins such as https://salus.example, without a path; plain http on loopback only. Not: ${quote(origin)}`,
      )
  }
  return ok(origins)
}

/** Exactly the spelling that a browser sends, over https or on loopback (S1). */
export function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  // Browsers parse wildcards and semicolons in a host; in a policy they would mean something.
  if (!/^([a-z0-9.-]+|\[[0-9a-f:]+\])$/.test(url.hostname)) return false
  const isLoopback = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)
  return url.origin === text && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback))
}

function bad(name: string, message: string): Result<never, ConfigFault> {
  return err({ type: 'BadSetting', name, message: `${name} ${message}` })
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 200))
}
