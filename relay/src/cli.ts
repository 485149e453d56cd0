/** `npm run -s relay -- COMMAND`: what the owner of a relay does by hand. stdout carries the answer alone. */
import { systemClock, systemRandom } from '@salus/base'
import { type Config, readConfig } from './config.ts'
import { createInvite, inviteLink } from './invites.ts'
import { rememberedAddress } from './public-address.ts'
import { SqliteStore } from './store/sqlite-store.ts'

const HELP = `usage: npm run -s relay -- COMMAND

  invite   makes an invite for one new vault and prints its link
  lan      shows the home network's authority: its fingerprint, its end, its files
  lan renew    makes a new certificate for the server; the authority stays
  lan remove   destroys the authority's key: every phone has to trust the next one anew
  help     prints this

The relay may be running meanwhile. SALUS_DATA names its data folder (default: .salus), SALUS_ORIGIN the address that
the link begins with (default: the one of the last start).`

process.exitCode = await main(process.argv.slice(2))

async function main(words: readonly string[]): Promise<number> {
  const [command = 'help', ...rest] = words
  if (command === 'help' && rest.length === 0) {
    console.log(HELP)
    return 0
  }
  if (command === 'invite' && rest.length === 0) return invite()
  if (command === 'lan' && rest.length <= 1) return lan(rest[0])
  console.error(HELP)
  return 2
}

function settings(): Config | undefined {
  const config = readConfig(process.env, process.cwd())
  if (config.ok) return config.value
  console.error(`salus relay: ${config.error.message}`)
  return undefined
}

async function lan(act: string | undefined): Promise<number> {
  if (act !== undefined && act !== 'renew' && act !== 'remove') {
    console.error(HELP)
    return 2
  }
  const config = settings()
  if (config === undefined) return 2
  const { runLanCommand } = await import('./lan/lan-command.ts')
  const { text, exitCode } = await runLanCommand(act ?? 'show', config.dataDir)
  if (exitCode === 0) console.log(text)
  else console.error(`salus relay: ${text}`)
  return exitCode
}

async function invite(): Promise<number> {
  const config = settings()
  if (config === undefined) return 2
  const { dataDir, origins, port } = config
  let store: SqliteStore
  try {
    store = new SqliteStore(dataDir, systemRandom)
  } catch (error) {
    console.error(
      `salus relay: the database in ${dataDir} cannot be opened: ${error instanceof Error ? error.message : 'unknown'}`,
    )
    return 1
  }
  const token = await createInvite({ store, clock: systemClock, random: systemRandom })
  await store.close()
  console.log(inviteLink(origins[0] ?? rememberedAddress(dataDir) ?? `http://127.0.0.1:${port}`, token))
  return 0
}
