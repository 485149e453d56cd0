/** `npm start`: builds the app when it must, and serves it and the relay from one process. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Result, systemClock, systemRandom } from '@salus/base'
import { buildApp, builtAppDir, isBuildNeeded } from './build-app.ts'
import { type Config, LAN_DEFAULTS, LOOPBACK_DEFAULTS, readConfig, readTrustPort } from './config.ts'
import { inviteLink } from './invites.ts'
import type { LanFault } from './lan/lan-certificates.ts'
import type { RunningLan } from './lan/start-lan.ts'
import { publicAddress, rememberAddress } from './public-address.ts'
import { type RunningRelay, startRelay } from './start-relay.ts'
import { startupInvite } from './startup-invite.ts'

const ROOT_DIR = resolve(import.meta.dirname, '../..')

const USAGE = `usage: npm start [-- --lan]

  --lan   serves phones of the home network over https, with a certificate authority made here`

await main(process.argv.slice(2))

async function main(words: readonly string[]): Promise<void> {
  const isLan = words.includes('--lan')
  if (words.some((word) => word !== '--lan')) return fail(USAGE, 2)
  const config = readConfig(process.env, process.cwd(), isLan ? LAN_DEFAULTS : LOOPBACK_DEFAULTS)
  if (!config.ok) return fail(config.error.message, 2)
  const trustPort = readTrustPort(process.env)
  if (!trustPort.ok) return fail(trustPort.error.message, 2)
  if (process.env['SALUS_SKIP_BUILD'] !== '1' && isBuildNeeded(ROOT_DIR)) {
    console.error('salus: building the app …')
    if (!buildApp(ROOT_DIR)) return fail('the app could not be built (see above)', 1)
  }
  await (isLan ? startAtHome(config.value, trustPort.value) : startAlone(config.value))
}

async function startAlone(config: Config): Promise<void> {
  let running: RunningRelay
  try {
    running = await startRelay({ ...config, ...builtApp() })
  } catch (error) {
    return fail(describeStart(error, config), 1)
  }
  stopOnSignals(running)
  await greet(config, running, publicAddress(config, running.url))
}

/** The same on a home network. */
async function startAtHome(config: Config, trustPort: number): Promise<void> {
  // The certificate library takes its time to load: only who needs it waits for it.
  const { startLan } = await import('./lan/start-lan.ts')
  const { describeLanFault, lanGreeting } = await import('./lan/lan-words.ts')
  const isHostChosen = process.env['HOST'] !== undefined
  let started: Result<RunningLan, LanFault>
  try {
    started = await startLan({ ...config, ...builtApp() }, trustPort, { isHostChosen })
  } catch (error) {
    return fail(describeStart(error, config), 1)
  }
  if (!started.ok) return fail(describeLanFault(started.error, config.dataDir), 1)
  stopOnSignals(started.value)
  const state = started.value.state()
  await greet(config, started.value.relay, publicAddress(config, state.origins[0] ?? started.value.relay.url))
  console.log(lanGreeting(state, systemClock, process.stdout.isTTY))
}

function builtApp(): { readonly webRoot?: string } {
  const webRoot = builtAppDir(ROOT_DIR)
  if (existsSync(webRoot)) return { webRoot }
  console.error('salus: the app is not built, only the relay answers')
  return {}
}

function describeStart(error: unknown, { dataDir, host, port }: Config): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE')
    return `port ${portOf(error) ?? port} is in use. Is Salus running already? PORT=8788 npm start takes another one`
  if (code === 'EACCES' && port < 1_024)
    return `port ${port} needs more rights than this user has. PORT names another one`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `HOST names no address of this machine: ${host}`
  return `cannot start with the data in ${dataDir}: ${error instanceof Error ? error.message : 'unknown'}`
}

async function greet(config: Config, running: RunningRelay, address: string): Promise<void> {
  rememberAddress(config.dataDir, address)
  const token = await startupInvite({ store: running.store, clock: systemClock, random: systemRandom }, config.dataDir)
  console.log(`Salus is at ${address}`)
  if (token === undefined) console.log('Invites for more vaults: npm run -s relay -- invite')
  else console.log(`Invite for a new vault: ${inviteLink(address, token)}`)
  const isLoopback = ['127.0.0.1', 'localhost', '::1'].includes(config.host)
  if (!isLoopback && !address.startsWith('https:')) {
    console.error(
      'salus: other machines can sign in only over https: npm start -- --lan makes a certificate for a home network, or put a proxy in front and set SALUS_ORIGIN=https://…',
    )
  }
}

/** Of a server's error: with `--lan` there are two. */
function portOf(error: unknown): number | undefined {
  return error instanceof Error && 'port' in error && typeof error.port === 'number' ? error.port : undefined
}

function stopOnSignals(running: Pick<RunningRelay, 'close'>): void {
  let isStopping = false
  const stop = (): void => {
    // A second signal does not wait.
    if (isStopping) process.exit(1)
    isStopping = true
    void running.close().then(() => process.exit(0))
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

function fail(message: string, exitCode: number): void {
  console.error(`salus: ${message}`)
  process.exitCode = exitCode
}
