import { EVENTS_KEEPALIVE_MS } from '@salus/wire'
import { describe, expect, it } from 'vitest'
import { type TestClient, TestRelay, refusalOf } from '../../testing/test-relay.ts'
import { TestSigner, TestVault } from '../../testing/test-vault.ts'

/** Reads what has been sent so far and no more. */
class Ear {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>

  constructor(response: Response) {
    if (response.body === null) throw new Error('an event stream has a body')
    this.#reader = response.body.getReader()
  }

  /** The next poke, or `end`. */
  async next(): Promise<string> {
    const { done, value } = await this.#reader.read()
    return done ? 'end' : Buffer.from(value).toString()
  }

  async leave(): Promise<void> {
    await this.#reader.cancel()
  }
}

async function listen(client: TestClient): Promise<Ear> {
  const response = await client.request('/v1/events')
  expect(response.status).toBe(200)
  return new Ear(response)
}

describe('GET /v1/events (S10)', () => {
  it('pokes b after new batches, c after a core entry and . every 25 seconds, and says nothing else', async () => {
    const [relay, vault] = [new TestRelay(), new TestVault()]
    const client = await relay.enter(vault)
    const ear = await listen(client)
    const sender = await relay.clientOf(vault.id, vault.device)
    const batches = vault.batches(2)
    await sender.push(vault.stream, batches)
    expect(await ear.next()).toBe('b')
    const head = vault.core.head
    await client.appendCore(vault.accept(vault.addDevice(new TestSigner())), head)
    expect(await ear.next()).toBe('c')
    relay.time.advance(EVENTS_KEEPALIVE_MS - 1)
    relay.time.advance(1)
    expect(await ear.next()).toBe('.')
    // What is there already is no news.
    await sender.push(vault.stream, batches)
    relay.time.advance(EVENTS_KEEPALIVE_MS)
    expect(await ear.next()).toBe('.')
  })

  it('pokes who holds the stream, in this vault only', async () => {
    const [relay, vault, other, limited] = [new TestRelay(), new TestVault(), new TestVault(), new TestSigner()]
    const client = await relay.enter(vault)
    const stranger = await listen(await relay.enter(other))
    const head = vault.core.head
    await client.appendCore(vault.accept(vault.addDevice(limited, [vault.stream])), head)
    const ear = await listen(await relay.clientOf(vault.id, limited))
    await client.push(vault.streams[1] ?? vault.stream, vault.batches(1, { stream: vault.streams[1] ?? vault.stream }))
    relay.time.advance(EVENTS_KEEPALIVE_MS)
    expect([await ear.next(), await stranger.next()]).toEqual(['.', '.'])
    await client.push(vault.stream, vault.batches(1))
    expect(await ear.next()).toBe('b')
  })

  it('tells nobody of what it has sent under the same token, and its other tokens of everything', async () => {
    const [relay, vault] = [new TestRelay(), new TestVault()]
    const sender = await relay.enter(vault)
    const [own, other] = [await listen(sender), await listen(await relay.clientOf(vault.id, vault.device))]
    await sender.push(vault.stream, vault.batches(1))
    relay.time.advance(EVENTS_KEEPALIVE_MS)
    expect([await own.next(), await other.next(), await other.next()]).toEqual(['.', 'b', '.'])
  })

  it('ends when its device is retired', async () => {
    const [relay, vault] = [new TestRelay(), new TestVault()]
    const client = await relay.enter(vault)
    const ear = await listen(client)
    const kit = await relay.clientOf('', vault.kit)
    const head = vault.core.head
    await kit.appendCore(vault.accept(vault.replaceDevice(vault.device, new TestSigner(), vault.kit)), head)
    expect(await ear.next()).toBe('end')
    expect(relay.relay.load().listeners).toBe(0)
  })

  it('forgets a client that leaves, and its timer with the last', async () => {
    const [relay, vault] = [new TestRelay(), new TestVault()]
    const client = await relay.enter(vault)
    const ears = [await listen(client), await listen(client)]
    expect([relay.relay.load().listeners, relay.time.alarms]).toEqual([2, 1])
    for (const ear of ears) await ear.leave()
    expect([relay.relay.load().listeners, relay.time.alarms]).toEqual([0, 0])
  })

  it('drops a listener that does not read: pokesWaitingMax wait, one more ends it', async () => {
    const relay = new TestRelay({ limits: { pokesWaitingMax: 3 } })
    const vault = new TestVault()
    const client = await relay.enter(vault)
    const ear = await listen(client)
    for (let i = 0; i < 3; i++) relay.time.advance(EVENTS_KEEPALIVE_MS)
    expect(relay.relay.load().listeners).toBe(1)
    relay.time.advance(EVENTS_KEEPALIVE_MS)
    expect(relay.relay.load().listeners).toBe(0)
    expect([await ear.next(), await ear.next(), await ear.next(), await ear.next()]).toEqual(['.', '.', '.', 'end'])
  })

  it("ends a signer's oldest stream when it opens one too many", async () => {
    const relay = new TestRelay({ limits: { listenersPerSignerMax: 2 } })
    const vault = new TestVault()
    const client = await relay.enter(vault)
    const [first] = [await listen(client), await listen(client)]
    expect(relay.relay.load().listeners).toBe(2)
    await listen(client)
    expect(relay.relay.load().listeners).toBe(2)
    expect(await first.next()).toBe('end')
  })

  it('is busy beyond the streams of a vault and of the relay', async () => {
    const limits = { listenersPerVaultMax: 1, listenersMax: 2 }
    const relay = new TestRelay({ limits })
    const vaults = [new TestVault(), new TestVault(), new TestVault()] as const
    const clients = [await relay.enter(vaults[0]), await relay.enter(vaults[1]), await relay.enter(vaults[2])] as const
    await listen(clients[0])
    const kit = await relay.clientOf('', vaults[0].kit)
    expect(await refusalOf(await kit.request('/v1/events'))).toEqual([503, { error: 'Busy' }])
    const second = await listen(clients[1])
    expect((await clients[2].request('/v1/events')).status).toBe(503)
    await second.leave()
    await listen(clients[2])
  })
})
