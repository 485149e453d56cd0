import { PAGE_BYTES_MAX, decodeHeads } from '@salus/wire'
import { describe, expect, it } from 'vitest'
import { TestRelay, framesOf, refusalOf } from '../../testing/test-relay.ts'
import { TestSigner, TestVault, batchHash } from '../../testing/test-vault.ts'

describe('GET /v1/batches (S7)', () => {
  it('goes on where its cursor ended, in the order of arrival', async () => {
    const [relay, vault] = [new TestRelay(), new TestVault()]
    const client = await relay.enter(vault)
    const [labs, journal] = [vault.batches(2), vault.batches(1, { stream: vault.streams[1] ?? vault.stream })]
    await client.push(vault.stream, labs)
    await client.push(vault.streams[1] ?? vault.stream, journal)
    const first = await client.pull()
    expect(first).toEqual({ batches: [...labs, ...journal], cursor: `${relay.store.relayEpoch}.3`, hasMore: false })
    const more = vault.batches(1)
    await client.push(vault.stream, more)
    expect((await client.pull(first.cursor)).batches).toEqual(more)
  })

  it('shows a device the streams that it holds, and its cursor passes the others', async () => {
    const [relay, vault, limited] = [new TestRelay(), new TestVault(), new TestSigner()]
    const client = await relay.enter(vault)
    const head = vault.core.head
    await client.appendCore(vault.accept(vault.addDevice(limited, [vault.stream])), head)
    const held = vault.batches(1)
    await client.push(vault.stream, held)
    await client.push(vault.streams[1] ?? vault.stream, vault.batches(2, { stream: vault.streams[1] ?? vault.stream }))
    const reader = await relay.clientOf(vault.id, limited)
    expect(await reader.pull()).toEqual({ batches: held, cursor: `${relay.store.relayEpoch}.3`, hasMore: false })
  })

  it('starts at the beginning for a cursor of another database and refuses what is none', async () => {
    const [relay, vault] = [new TestRelay(), new TestVault()]
    const client = await relay.enter(vault)
    await client.push(vault.stream, vault.batches(2))
    expect((await client.pull('AAAAAAAAAAA.2')).batches).toHaveLength(2)
    expect((await client.pull(`${relay.store.relayEpoch}.9`)).batches).toHaveLength(2)
    for (const cursor of ['2', 'x.2', `${relay.store.relayEpoch}.02`, `${relay.store.relayEpoch}.-1`]) {
      expect((await client.request(`/v1/batches?cursor=${cursor}`)).status, cursor).toBe(400)
    }
  })

  it('never sends more than PAGE_BYTES_MAX, and says that there is more', async () => {
    const [relay, vault] = [new TestRelay(), new TestVault()]
    const client = await relay.enter(vault)
    const size = 262_144
    for (let i = 0; i < 3; i++) await client.push(vault.stream, vault.batches(15, { ciphertextBytes: size }))
    const response = await client.request('/v1/batches')
    const length = (await response.clone().arrayBuffer()).byteLength
    expect(length).toBeLessThanOrEqual(PAGE_BYTES_MAX)
    expect(length + size + 300).toBeGreaterThan(PAGE_BYTES_MAX)
    expect(response.headers.get('Salus-More')).toBe('1')
    let [cursor, count, hasMore] = ['', 0, true]
    while (hasMore) {
      const page = await client.pull(cursor)
      count += page.batches.length
      cursor = page.cursor
      hasMore = page.hasMore
    }
    expect(count).toBe(45)
    expect(relay.relay.load().bytesInFlight).toBe(0)
  })

  it('sends no more than it is asked for, but one batch, and never more than PAGE_BYTES_MAX', async () => {
    const [relay, vault] = [new TestRelay(), new TestVault()]
    const client = await relay.enter(vault)
    const batches = vault.batches(5, { ciphertextBytes: 4_096 })
    await client.push(vault.stream, batches)
    const frame = (batches[0]?.length ?? 0) + 4
    const countOf = async (bytes: number): Promise<[number, string | null]> => {
      const response = await client.request(`/v1/batches?bytes=${bytes}`)
      return [(await framesOf(response.clone())).length, response.headers.get('Salus-More')]
    }
    expect(await countOf(0)).toEqual([1, '1'])
    expect(await countOf(2 * frame)).toEqual([2, '1'])
    expect(await countOf(3 * frame - 1)).toEqual([2, '1'])
    expect(await countOf(4_294_967_295)).toEqual([5, '0'])
    for (const bytes of ['', 'x', '-1', '01', '4294967296'])
      expect((await client.request(`/v1/batches?bytes=${bytes}`)).status, bytes).toBe(400)
  })

  it('is busy when the pages under way would take more memory than allowed', async () => {
    const relay = new TestRelay({ limits: { bytesInFlightMax: PAGE_BYTES_MAX - 1 } })
    const vault = new TestVault()
    const client = await relay.enter(vault)
    expect(await refusalOf(await client.request('/v1/batches'))).toEqual([503, { error: 'Busy' }])
  })
})

describe('GET /v1/streams/:stream/batches (S8)', () => {
  it('gives one chain from a seq on', async () => {
    const [relay, vault] = [new TestRelay(), new TestVault()]
    const client = await relay.enter(vault)
    const batches = vault.batches(3)
    await client.push(vault.stream, batches)
    const chain = `/v1/streams/${vault.stream}/batches?device=${vault.device.id}`
    const response = await client.request(`${chain}&from=2`)
    expect(response.headers.get('Salus-More')).toBe('0')
    expect(await framesOf(response)).toEqual(batches.slice(1))
    expect(await framesOf(await client.request(chain))).toEqual(batches)
    expect(await framesOf(await client.request(`${chain}&from=4`))).toEqual([])
  })

  it('answers a stream that the caller does not hold as one that does not exist', async () => {
    const [relay, vault, limited] = [new TestRelay(), new TestVault(), new TestSigner()]
    const client = await relay.enter(vault)
    const head = vault.core.head
    await client.appendCore(vault.accept(vault.addDevice(limited, [vault.stream])), head)
    const reader = await relay.clientOf(vault.id, limited)
    for (const stream of [vault.streams[1] ?? '', 'A'.repeat(22)]) {
      const response = await reader.request(`/v1/streams/${stream}/batches?device=${vault.device.id}&from=1`)
      expect(await refusalOf(response)).toEqual([404, { error: 'UnknownStream' }])
    }
    for (const query of ['', '?device=x', `?device=${vault.device.id}&from=x`]) {
      expect((await client.request(`/v1/streams/${vault.stream}/batches${query}`)).status).toBe(400)
    }
  })
})

describe('GET /v1/heads (S9)', () => {
  it('tells core, chains and cursor of what the caller holds', async () => {
    const [relay, vault, limited] = [new TestRelay(), new TestVault(), new TestSigner()]
    const client = await relay.enter(vault)
    const head = vault.core.head
    await client.appendCore(vault.accept(vault.addDevice(limited, [vault.stream])), head)
    const batches = vault.batches(2)
    await client.push(vault.stream, batches)
    await client.push(vault.streams[1] ?? vault.stream, vault.batches(1, { stream: vault.streams[1] ?? vault.stream }))
    const heads = async (by: TestSigner): Promise<unknown> => {
      const response = await (await relay.clientOf(vault.id, by)).request('/v1/heads')
      return decodeHeads(new Uint8Array(await response.arrayBuffer()))
    }
    const last = batches[1]
    const held = { stream: vault.stream, device: vault.device.id, seq: 2, hash: last && batchHash(last) }
    const value = { core: { seq: 1, hash: vault.core.head }, cursor: `${relay.store.relayEpoch}.3` }
    expect(await heads(limited)).toEqual({ ok: true, value: { ...value, chains: [held] } })
    expect(await heads(vault.device)).toMatchObject({ value: { chains: [{}, {}] } })
  })
})
