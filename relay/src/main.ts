/** `npm start`: builds the app when it must, and serves it and the relay from one process. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { systemClock, systemRandom } from '@salus/base'
import { buildApp, builtAppDir, isBuildNeeded } from './build-app.ts'
import { type Config, readConfig } from './config.ts'
import { inviteLink } from './invites.ts'
import { publicAddress, rememberAddress } from './public-address.ts'
import { type RunningRelay, startRelay } from './start-relay.ts'
import { startupInvite } from './startup-invite.ts'

const ROOT_DIR = resolve(import.meta.dirname, '../..')

await main()

async function main(): Promise<void> {
  const config = readConfig(process.env, process.cwd())
  if (!config.ok) return fail(config.error.message, 2)
  if (process.env['SALUS_SKIP_BUILD'] !== '1' && isBuildNeeded(ROOT_DIR)) {
    console.error('salus: building the app …')
    if (!buildApp(ROOT_DIR)) return fail('the app could not be built (see above)', 1)
  }
  const running = await start(config.value)
  if (running === undefined) return
  stopOnSignals(running)
  await greet(config.value, running)
}

/** Undefined where it could not start, and said why. */
async function start(config: Config): Promise<RunningRelay | undefined> {
  const webRoot = builtAppDir(ROOT_DIR)
  const hasApp = existsSync(webRoot)
  if (!hasApp) console.error('salus: the app is not built, only the relay answers')
  try {
    return await startRelay({ ...config, ...(hasApp ? { webRoot } : {}) })
  } catch (error) {
    fail(describeStart(error, config), 1)
    return undefined
  }
}

function describeStart(error: unknown, { dataDir, host, port }: Config): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE')
    return `port ${port} is in use. Is Salus running already? PORT=8788 npm start takes another one`
  if (code === 'EACCES' && port < 1_024)
    return `port ${port} needs more rights than this user has. PORT names another one`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `HOST names no address of this machine: ${host}`
  return `cannot start with the data in ${dataDir}: ${error instanceof Error ? error.message : 'unknown'}`
}

async function greet(config: Config, running: RunningRelay): Promise<void> {
  const address = publicAddress(config, running.url)
  rememberAddress(config.dataDir, address)
  const token = await startupInvite({ store: running.store, clock: systemClock, random: systemRandom }, config.dataDir)
  console.log(`Salus is at ${address}`)
  if (token === undefined) console.log('Invites for more vaults: npm run -s relay -- invite')
  else console.log(`Invite for a new vault: ${inviteLink(address, token)}`)
  const isLoopback = ['127.0.0.1', 'localhost', '::1'].includes(config.host)
  if (!isLoopback && config.origins.length === 0) {
    console.error(
      'salus: other machines can sign in only over https: put a proxy with a certificate in front and set SALUS_ORIGIN=https://…',
    )
  }
}

function stopOnSignals(running: RunningRelay): void {
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
