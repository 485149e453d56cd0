/** `npm run -s relay -- COMMAND`: what the owner of a relay does by hand. stdout carries the answer alone. */
import { systemClock, systemRandom } from '@salus/base'
import { readConfig } from './config.ts'
import { createInvite, inviteLink } from './invites.ts'
import { rememberedAddress } from './public-address.ts'
import { SqliteStore } from './store/sqlite-store.ts'

const HELP = `usage: npm run -s relay -- COMMAND

  invite   makes an invite for one new vault and prints its link
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
  console.error(HELP)
  return 2
}

async function invite(): Promise<number> {
  const config = readConfig(process.env, process.cwd())
  if (!config.ok) {
    console.error(`salus relay: ${config.error.message}`)
    return 2
  }
  const { dataDir, origins, port } = config.value
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
