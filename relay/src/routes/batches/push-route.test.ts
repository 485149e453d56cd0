import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bytes, systemRandom } from '@salus/base'
import {
  BATCH_BYTES_MAX,
  HEADER_BYTES,
  PUSH_BATCHES_MAX,
  PUSH_BYTES_MAX,
  TAG_BYTES,
  ZERO_HASH,
  encodeFrames,
  hashOf,
} from '@salus/wire'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CORE_MOVES_MAX } from '../../limits.ts'
import type { RelayStore } from '../../store/port.ts'
import { SqliteStore } from '../../store/sqlite-store.ts'
import { type TestClient, TestRelay, jsonOf, refusalOf } from '../../testing/test-relay.ts'
import { TestSigner, TestVault, batchHash } from '../../testing/test-vault.ts'

/** Bytes of a batch beside its ciphertext: header, commitment, signature. */
const AROUND_BYTES = HEADER_BYTES + 32 + 64
const badBatch = (reason: string, index = 0): [number, unknown] => [422, { error: 'BadBatch', index, reason }]

async function enter(
  deps: ConstructorParameters<typeof TestRelay>[0] = {},
): Promise<{ relay: TestRelay; vault: TestVault; client: TestClient }> {
  const [relay, vault] = [new TestRelay(deps), new TestVault()]
  return { relay, vault, client: await relay.enter(vault) }
}

describe('POST /v1/streams/:stream/batches (S6)', () => {
  it('acknowledges with a cursor once stored, and adds nothing the second time', async () => {
    const { relay, vault, client } = await enter()
    const batches = vault.batches(3)
    const answer = { cursor: `${relay.store.relayEpoch}.3` }
    expect(await jsonOf(await client.push(vault.stream, batches))).toEqual(answer)
    expect(await jsonOf(await client.push(vault.stream, batches))).toEqual(answer)
    expect(await jsonOf(await client.push(vault.stream, batches.slice(1, 2)))).toEqual(answer)
    expect((await client.pull()).batches).toEqual(batches)
  })

  it('takes a batch from any device of the vault that holds the stream: what a relay lost is given back', async () => {
    const { relay, vault, client } = await enter()
    const other = new TestSigner()
    const head = vault.core.head
    await client.appendCore(vault.accept(vault.addDevice(other)), head)
    const batches = vault.batches(2)
    const giver = await relay.clientOf(vault.id, other)
    expect((await giver.push(vault.stream, batches)).status).toBe(200)
    const kit = await relay.clientOf('', vault.kit)
    expect((await kit.push(vault.stream, [...batches, vault.batch()])).status).toBe(200)
  })

  it('refuses a batch with any one bit of its header changed, and stores nothing (S14)', async () => {
    const { vault, client } = await enter()
    const batch = vault.batch()
    for (let bit = 0; bit < HEADER_BYTES * 8; bit++) {
      const changed = Uint8Array.from(batch)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      const response = await client.push(vault.stream, [changed])
      expect([response.status, (await jsonOf(response))['error']], `bit ${bit}`).toEqual([422, 'BadBatch'])
    }
    expect((await client.pull()).batches).toEqual([])
    expect((await client.push(vault.stream, [batch])).status).toBe(200)
  })

  it('refuses a changed commitment, ciphertext and signature', async () => {
    const { vault, client } = await enter()
    const batch = vault.batch()
    for (const offset of [
      HEADER_BYTES,
      HEADER_BYTES + 31,
      HEADER_BYTES + 32,
      batch.length - 65,
      batch.length - 64,
      batch.length - 1,
    ]) {
      const changed = Uint8Array.from(batch)
      changed[offset] = (changed[offset] ?? 0) ^ 1
      expect(await refusalOf(await client.push(vault.stream, [changed])), `byte ${offset}`).toEqual(
        badBatch('Signature'),
      )
    }
    for (const bytes of [
      batch.subarray(0, -1),
      Uint8Array.from([...batch, 0]),
      new Uint8Array(0),
      systemRandom.bytes(400),
    ]) {
      expect(await refusalOf(await client.push(vault.stream, [bytes]))).toEqual(badBatch('Malformed'))
    }
  })

  it('names the fault of placement (V22)', async () => {
    const { relay, vault, client } = await enter()
    const [other, limited] = [new TestVault(), new TestSigner()]
    const [labs, journal] = vault.streams
    const otherStream = journal ?? vault.stream
    const head = vault.core.head
    await client.appendCore(vault.accept(vault.addDevice(limited, [vault.stream])), head)
    const cases: [Bytes, string][] = [
      [vault.batch({ change: { epoch: 1 } }), 'WrongEpoch'],
      [vault.batch({ change: { suite: 2 } }), 'WrongSuite'],
      [vault.batch({ change: { coreHead: hashOf(systemRandom.bytes(32)) } }), 'UnknownCoreHead'],
      [vault.batch({ change: { vault: other.id } }), 'ForeignVault'],
      [vault.batch({ by: new TestSigner() }), 'NotItsAuthor'],
      [vault.batch({ by: vault.kit }), 'NotItsAuthor'],
      // Written under genesis, by a device that came later.
      [vault.batch({ by: limited, change: { coreHead: head } }), 'NotItsAuthor'],
      [vault.batch({ change: { stream: otherStream } }), 'OtherStream'],
    ]
    for (const [bytes, reason] of cases)
      expect(await refusalOf(await client.push(vault.stream, [bytes])), reason).toEqual(badBatch(reason))
    expect(labs).toBe(vault.stream)
    expect(
      await refusalOf(await client.push(otherStream, [vault.batch({ by: limited, stream: otherStream })])),
    ).toEqual(badBatch('NotItsAuthor'))
    const unheld = await relay.clientOf(vault.id, limited)
    expect(await refusalOf(await unheld.push(otherStream, [vault.batch({ stream: otherStream })]))).toEqual(
      badBatch('UnknownStream'),
    )
    expect((await client.pull()).batches).toEqual([])
  })

  it("takes nothing of a vault through another's token", async () => {
    const { relay, vault, client } = await enter()
    const other = new TestVault()
    const stranger = await relay.enter(other)
    expect(await refusalOf(await stranger.push(vault.stream, [vault.batch()]))).toEqual(badBatch('UnknownStream'))
    expect(
      await refusalOf(await stranger.push(other.stream, [vault.batch({ change: { stream: other.stream } })])),
    ).toEqual(badBatch('ForeignVault'))
    expect((await client.pull()).batches).toEqual([])
  })

  it('refuses holes and rivals with its head of that chain', async () => {
    const { vault, client } = await enter()
    const rival = vault.batch({ change: { seq: 1 } })
    const [first, second, third] = vault.batches(3)
    const none = { device: vault.device.id, error: 'ChainBroken', head: [0, ZERO_HASH] }
    if (first === undefined || second === undefined || third === undefined) throw new Error('three batches')
    expect(await refusalOf(await client.push(vault.stream, [second]))).toEqual([409, none])
    await client.push(vault.stream, [first])
    const broken = [409, { ...none, head: [1, batchHash(first)] }]
    expect(await refusalOf(await client.push(vault.stream, [third]))).toEqual(broken)
    expect(await refusalOf(await client.push(vault.stream, [rival]))).toEqual(broken)
    expect(await refusalOf(await client.push(vault.stream, [third, second]))).toEqual(broken)
    expect((await client.push(vault.stream, [second, third])).status).toBe(200)
  })

  it('stores all or none: a request whose last batch is bad leaves nothing', async () => {
    const { vault, client } = await enter()
    const batches = vault.batches(2)
    const forged = vault.batch()
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1
    expect(await refusalOf(await client.push(vault.stream, [...batches, forged]))).toEqual(badBatch('Signature', 2))
    expect((await client.pull()).batches).toEqual([])
  })

  it('refuses what a removed device made after its cut, and takes what it made before (A2)', async () => {
    const { relay, vault, client } = await enter()
    const removed = new TestSigner()
    let head = vault.core.head
    await client.appendCore(vault.accept(vault.addDevice(removed)), head)
    const counted = vault.batches(2, { by: removed })
    const replace = vault.replaceDevice(removed, new TestSigner())
    const late = vault.batch({ by: removed })
    head = vault.core.head
    await client.appendCore(vault.accept(replace), head)
    expect((await client.push(vault.stream, counted)).status).toBe(200)
    expect(await refusalOf(await client.push(vault.stream, [late]))).toEqual(badBatch('BeyondCut'))
    expect(await refusalOf(await client.push(vault.stream, [vault.batch({ by: removed })]))).toEqual(
      badBatch('NotItsAuthor'),
    )
    expect((await (await relay.clientOf(vault.id, vault.device)).pull()).batches).toEqual(counted)
  })

  it('refuses a batch under an older epoch once its chain has gone on', async () => {
    const { vault, client } = await enter()
    const [second, old] = [new TestSigner(), vault.core.head]
    await client.appendCore(vault.accept(vault.addDevice(second)), old)
    await client.push(vault.stream, [vault.batch()])
    // Well-formed, signed, the chain's next: but its core head goes back.
    expect(await refusalOf(await client.push(vault.stream, [vault.batch({ change: { coreHead: old } })]))).toEqual(
      badBatch('CoreHeadWentBack'),
    )
  })

  it('does not let a batch overtake the entry that removes its author', async () => {
    const { relay, vault } = await enter()
    // A store in which the core moves between the relay's check and its write.
    let moveCore: (() => Promise<void>) | undefined
    const store: RelayStore = new Proxy(relay.store, {
      get: (target, name) => {
        if (name === 'push') {
          return async (push: Parameters<RelayStore['push']>[0]) => {
            await moveCore?.()
            moveCore = undefined
            return target.push(push)
          }
        }
        const value: unknown = Reflect.get(target, name)
        return typeof value === 'function' ? (value.bind(target) as unknown) : value
      },
    })
    const racing = new TestRelay({ store })
    const removed = new TestSigner()
    const client = await racing.clientOf(vault.id, vault.device)
    let head = vault.core.head
    await client.appendCore(vault.accept(vault.addDevice(removed)), head)
    const replace = vault.replaceDevice(removed, new TestSigner())
    const late = vault.batch({ by: removed })
    moveCore = async () => {
      head = vault.core.head
      expect((await client.appendCore(vault.accept(replace), head)).status).toBe(201)
    }
    expect(await refusalOf(await client.push(vault.stream, [late]))).toEqual(badBatch('BeyondCut'))
    expect((await client.pull()).batches).toEqual([])
  })

  it('takes PUSH_BATCHES_MAX batches and refuses one more', async () => {
    const { vault, client } = await enter()
    const batches = vault.batches(PUSH_BATCHES_MAX + 1, { ciphertextBytes: TAG_BYTES })
    expect(await refusalOf(await client.push(vault.stream, batches))).toEqual([413, { error: 'TooLarge' }])
    expect((await client.push(vault.stream, batches.slice(0, -1))).status).toBe(200)
    expect((await client.pull()).batches).toHaveLength(PUSH_BATCHES_MAX)
  })

  it('takes a batch of BATCH_BYTES_MAX and refuses one byte more', async () => {
    const { vault, client } = await enter()
    const atLimit = vault.batch({ ciphertextBytes: BATCH_BYTES_MAX - AROUND_BYTES })
    const above = vault.batch({ ciphertextBytes: BATCH_BYTES_MAX - AROUND_BYTES + 1 })
    expect((await client.push(vault.stream, [atLimit])).status).toBe(200)
    expect(await refusalOf(await client.push(vault.stream, [above]))).toEqual([413, { error: 'TooLarge' }])
  })

  it('takes PUSH_BYTES_MAX of batches and refuses one byte more', async () => {
    const { vault, client } = await enter()
    const ciphertextBytes = PUSH_BYTES_MAX / 16 - AROUND_BYTES
    const batches = vault.batches(15, { ciphertextBytes })
    const above = vault.batch({ ciphertextBytes: ciphertextBytes + 1, change: { salt: new Uint8Array(32) } })
    expect(await refusalOf(await client.push(vault.stream, [...batches, above]))).toEqual([413, { error: 'TooLarge' }])
    const full = [...batches, vault.batch({ ciphertextBytes })]
    expect(full.reduce((sum, batch) => sum + batch.length, 0)).toBe(PUSH_BYTES_MAX)
    expect((await client.push(vault.stream, full)).status).toBe(200)
  })

  it('refuses no batch, a cut frame and a stream that is no id', async () => {
    const { vault, client } = await enter()
    expect((await client.push(vault.stream, [])).status).toBe(400)
    const body = encodeFrames([vault.batch()]).subarray(0, -1)
    expect((await client.request(`/v1/streams/${vault.stream}/batches`, { method: 'POST', body })).status).toBe(400)
    expect(
      (await client.request('/v1/streams/labs/batches', { method: 'POST', body: encodeFrames([vault.batch()]) }))
        .status,
    ).toBe(400)
  })

  it('is over quota at one byte more than the vault may hold; reading goes on', async () => {
    const vault = new TestVault()
    const batch = vault.batch()
    const relay = new TestRelay({ limits: { vaultBytesMax: batch.length } })
    const client = await relay.enter(vault)
    expect((await client.push(vault.stream, [batch])).status).toBe(200)
    expect(await refusalOf(await client.push(vault.stream, [vault.batch()]))).toEqual([507, { error: 'OverQuota' }])
    expect((await client.push(vault.stream, [batch])).status).toBe(200)
    expect((await client.pull()).batches).toHaveLength(1)
  })

  it('is busy when the bodies under way would take more memory than allowed', async () => {
    const vault = new TestVault()
    const batch = vault.batch()
    const relay = new TestRelay({ limits: { bytesInFlightMax: batch.length + 4 } })
    const client = await relay.enter(vault)
    expect((await client.push(vault.stream, [batch])).status).toBe(200)
    const response = await client.push(vault.stream, [batch, vault.batch()])
    expect(response.headers.get('Retry-After')).toBe('2')
    expect(await refusalOf(response)).toEqual([503, { error: 'Busy' }])
    expect(relay.relay.load().bytesInFlight).toBe(0)
  })

  it('gives up when the core log moves under it again and again', async () => {
    const { relay, vault } = await enter()
    let pushes = 0
    relay.store.push = async () => {
      pushes++
      return { ok: false, error: { type: 'CoreMoved' } }
    }
    const client = await relay.clientOf(vault.id, vault.device)
    expect(await refusalOf(await client.push(vault.stream, [vault.batch()]))).toEqual([503, { error: 'Busy' }])
    expect(pushes).toBe(CORE_MOVES_MAX + 1)
  })
})

describe('Concurrent pushes, over SQLite', () => {
  let folder = ''
  let store: SqliteStore
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'salus-relay-push-'))
    store = new SqliteStore(folder, systemRandom)
  })
  afterEach(async () => {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('both succeed when they are the same request, which is stored once', async () => {
    const { vault, client } = await enter({ store })
    const batches = vault.batches(5)
    const responses = await Promise.all(Array.from({ length: 4 }, () => client.push(vault.stream, batches)))
    expect(responses.map((response) => response.status)).toEqual([200, 200, 200, 200])
    expect((await client.pull()).batches).toEqual(batches)
  })

  it('one wins when two batches claim one place', async () => {
    const { vault, client } = await enter({ store })
    const rivals = [vault.batch({ change: { seq: 1 } }), vault.batch({ change: { seq: 1 } })]
    const responses = await Promise.all(rivals.map((rival) => client.push(vault.stream, [rival])))
    expect(responses.map((response) => response.status).sort()).toEqual([200, 409])
    expect((await client.pull()).batches).toHaveLength(1)
  })

  it('keep every vault whole under a mixed load', async () => {
    const relay = new TestRelay({ store })
    const vaults = Array.from({ length: 8 }, () => new TestVault())
    const clients = await Promise.all(vaults.map((vault) => relay.enter(vault)))
    const batches = vaults.map((vault) => vault.batches(20))
    await Promise.all(
      vaults.map(async (vault, i) => {
        for (const batch of batches[i] ?? []) expect((await clients[i]?.push(vault.stream, [batch]))?.status).toBe(200)
      }),
    )
    for (const [i, client] of clients.entries()) expect((await client.pull()).batches).toEqual(batches[i])
  })
})
