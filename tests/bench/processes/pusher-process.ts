import { randomFillSync } from 'node:crypto'
import { encodeFrames } from '@salus/wire'
import { TestClient } from '../../../relay/src/testing/test-relay.ts'
import { TestVault } from '../../../relay/src/testing/test-vault.ts'
import { percentile } from '../statistics.ts'
import { serveCommands } from './command-channel.ts'
import { KeepAliveClient } from './keep-alive-client.ts'

/** What a closed loop of clients has got done. */
interface Pushed {
  /** Acknowledgements of each second. */
  readonly perSecond: readonly number[]
  readonly p95Ms: number
  readonly acknowledged: number
}

const leaving = new AbortController()
let clients: readonly Awaited<ReturnType<typeof enterOne>>[] = []

const commands = {
  /** Makes a vault for each invite; another token of each listens. */
  enter: async (url: string, invites: readonly string[]): Promise<void> => {
    clients = await Promise.all(invites.map((invite) => enterOne(url, invite)))
  },
  /** Each client pushes one batch after the other. */
  push: async (seconds: number, ciphertextBytes: number): Promise<Pushed> => {
    const pushed = await closedLoop(seconds, clients.length, async (index) => {
      const { vault, token, connection } = clients[index] ?? raise()
      const body = encodeFrames([vault.batch({ ciphertextBytes })])
      return connection.post(`/v1/streams/${vault.stream}/batches`, token, body)
    })
    return pushed
  },
  leave: async (): Promise<void> => {
    leaving.abort()
    for (const { connection } of clients) connection.close()
  },
  /** As many bytes, each body kept with a commit of its own and looked at by nobody. */
  floor: async (floorUrl: string, count: number, seconds: number, bytes: number): Promise<Pushed> => {
    const connections = await Promise.all(Array.from({ length: count }, () => KeepAliveClient.open(floorUrl)))
    const body = randomFillSync(new Uint8Array(bytes))
    const pushed = await closedLoop(seconds, count, async (index) =>
      (connections[index] ?? raise()).post('/?durable=1', '', body),
    )
    for (const connection of connections) connection.close()
    return pushed
  },
}

export type PusherCommands = typeof commands

async function enterOne(url: string, invite: string) {
  const vault = new TestVault()
  const client = new TestClient((path, init) => fetch(url + path, init), url)
  const created = await client.createVault(invite, vault.genesis)
  if (created.status !== 201) throw new Error(`a vault was refused: ${created.status}`)
  await client.authenticate(vault.id, vault.device)
  const { token } = client
  await client.authenticate(vault.id, vault.device)
  const events = await client.request('/v1/events', { signal: leaving.signal })
  void listen(events)
  return { vault, token, connection: await KeepAliveClient.open(url) }
}

/** Reads its pokes until it leaves. */
async function listen(events: Response): Promise<void> {
  try {
    for await (const poke of events.body ?? []) void poke
  } catch {
    // It has left.
  }
}

async function closedLoop(seconds: number, count: number, push: (index: number) => Promise<number>): Promise<Pushed> {
  const perSecond = Array.from({ length: seconds }, () => 0)
  const durationsMs: number[] = []
  const startMs = performance.now()
  const loop = async (index: number): Promise<void> => {
    for (;;) {
      const sentMs = performance.now()
      const status = await push(index)
      if (status !== 200) throw new Error(`a push was answered ${status}`)
      const doneMs = performance.now()
      const second = Math.floor((doneMs - startMs) / 1_000)
      if (second >= seconds) return
      perSecond[second] = (perSecond[second] ?? 0) + 1
      durationsMs.push(doneMs - sentMs)
    }
  }
  await Promise.all(Array.from({ length: count }, (_, index) => loop(index)))
  return { perSecond, p95Ms: percentile(durationsMs, 0.95), acknowledged: durationsMs.length }
}

function raise(): never {
  throw new Error('there is no such client')
}

serveCommands(commands)
