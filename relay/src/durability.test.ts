import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemRandom } from '@salus/base'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SqliteStore } from './store/sqlite-store.ts'
import { type RelayProcess, startRelayProcess } from './testing/relay-process.ts'
import { TestClient } from './testing/test-relay.ts'
import { TestVault, batchHash } from './testing/test-vault.ts'
import { createInvite } from './invites.ts'
import { systemClock } from '@salus/base'

const VAULTS = 6
const ACKS_BEFORE_KILL = 300
const PREPARED_BATCHES = 400

let folder = ''
let relay: RelayProcess | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'salus-relay-kill-'))
})
afterEach(async () => {
  relay?.child.kill('SIGKILL')
  await relay?.ended
  relay = undefined
  rmSync(folder, { recursive: true, force: true })
})

describe('A relay that is killed with -9 under load (D1, S15)', () => {
  it('has every batch that it acknowledged, each chain without a hole, and goes on', async () => {
    const vaults = Array.from({ length: VAULTS }, () => new TestVault())
    const batches = vaults.map((vault) => vault.batches(PREPARED_BATCHES))
    const invites = await makeInvites(VAULTS)
    relay = await startRelayProcess(folder)
    const { child, url } = relay
    const clients = await Promise.all(vaults.map((vault, i) => enter(url, vault, invites[i] ?? '')))
    let acknowledged = 0
    const counts = await Promise.all(
      vaults.map(async (vault, i) => {
        let count = 0
        for (const batch of batches[i] ?? []) {
          const status = await clients[i]?.push(vault.stream, [batch]).then(
            (response) => response.status,
            () => 'cut',
          )
          if (status !== 200) break
          count++
          if (++acknowledged === ACKS_BEFORE_KILL) child.kill('SIGKILL')
        }
        return count
      }),
    )
    expect(await relay.ended).toBe('SIGKILL')
    expect(acknowledged).toBeGreaterThanOrEqual(ACKS_BEFORE_KILL)
    expect(Math.min(...counts)).toBeLessThan(PREPARED_BATCHES)

    const store = new SqliteStore(folder, systemRandom)
    for (const [i, vault] of vaults.entries()) {
      const { batches: kept } = await store.chain({
        vault: vault.id,
        stream: vault.stream,
        device: vault.device.id,
        fromSeq: 1,
        bytesMax: 1e9,
      })
      // It may hold one more, whose acknowledgement was cut off; what it holds is the chain's beginning, whole.
      expect(kept.length).toBeGreaterThanOrEqual(counts[i] ?? 0)
      expect(kept.map(batchHash)).toEqual((batches[i] ?? []).slice(0, kept.length).map(batchHash))
    }
    await store.close()

    relay = await startRelayProcess(folder)
    const [vault] = vaults
    if (vault === undefined) throw new Error('a vault')
    const client = new TestClient((path, init) => fetch((relay?.url ?? '') + path, init), relay.url)
    expect((await client.authenticate(vault.id, vault.device)).status).toBe(200)
    // Everything again, from the start: what is there is taken for what it is, the rest is new.
    expect((await client.push(vault.stream, batches[0] ?? [])).status).toBe(200)
    expect((await client.pull()).batches).toHaveLength(PREPARED_BATCHES)
  })
})

async function makeInvites(count: number): Promise<string[]> {
  const store = new SqliteStore(folder, systemRandom)
  const invites: string[] = []
  for (let i = 0; i < count; i++) invites.push(await createInvite({ store, clock: systemClock, random: systemRandom }))
  await store.close()
  return invites
}

async function enter(url: string, vault: TestVault, invite: string): Promise<TestClient> {
  const client = new TestClient((path, init) => fetch(url + path, init), url)
  expect((await client.createVault(invite, vault.genesis)).status).toBe(201)
  expect((await client.authenticate(vault.id, vault.device)).status).toBe(200)
  return client
}
