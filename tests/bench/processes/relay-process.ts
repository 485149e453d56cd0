import { statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DATABASE_FILE } from '../../../relay/src/store/sqlite-store.ts'
import { type RunningRelay, startRelay } from '../../../relay/src/start-relay.ts'
import { serveCommands } from './command-channel.ts'
import { startFloorServer } from './floor-server.ts'

type FloorServer = Awaited<ReturnType<typeof startFloorServer>>

let running: { readonly relay: RunningRelay; readonly floor: FloorServer; readonly dataDir: string } | undefined

const commands = {
  start: async (dataDir: string, webRoot?: string) => {
    const floor = await startFloorServer(join(dataDir, 'floor.sqlite'))
    const relay = await startRelay({
      port: 0,
      dataDir,
      connectOrigins: [floor.url],
      writeLog: (line) => void process.stderr.write(`${line}\n`),
      ...(webRoot === undefined ? {} : { webRoot }),
    })
    running = { relay, floor, dataDir }
    return { url: relay.url, floorUrl: floor.url }
  },
  invite: async () => current().relay.invite(),
  /** Bytes of the database's file once its log is folded in. */
  diskBytes: async () => {
    const path = join(current().dataDir, DATABASE_FILE)
    const database = new DatabaseSync(path)
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    database.close()
    return statSync(path).size
  },
  /** Processor time that the process has used so far. */
  cpuMs: async () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1_000
  },
  /** Most memory that the process has held so far, bytes. */
  peakRssBytes: async () => process.resourceUsage().maxRSS * 1024,
  stop: async () => {
    await running?.relay.close()
    running?.floor.close()
    running = undefined
  },
}

export type RelayCommands = typeof commands

function current() {
  if (running === undefined) throw new Error('the relay is not running')
  return running
}

serveCommands(commands)
