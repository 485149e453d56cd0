import { CORE_ENTRY_BYTES_MAX, encodeFrames, hashOf } from '@salus/wire'
import { describe, expect, it } from 'vitest'
import { sha256 } from '../../relay-crypto.ts'
import { TestRelay, framesOf, refusalOf } from '../../testing/test-relay.ts'
import { TestSigner, TestVault } from '../../testing/test-vault.ts'
import { NEW_ENTRY_BYTES_MAX } from './core-route.ts'

describe('POST /v1/core (S5)', () => {
  it('appends an entry on its head; the same entry again is 201 again', async () => {
    const [relay, vault] = [new TestRelay(), new TestVault()]
    const client = await relay.enter(vault)
    const head = vault.core.head
    const sent = vault.accept(vault.addDevice(new TestSigner()))
    expect((await client.appendCore(sent, head)).status).toBe(201)
    expect((await client.appendCore(sent, head)).status).toBe(201)
    expect(await relay.store.coreHead(vault.id)).toEqual({ seq: 1, hash: vault.core.head })
  })

  it('takes the same entry twice at once, and of two rivals one', async () => {
    const [relay, vault] = [new TestRelay(), new TestVault()]
    const client = await relay.enter(vault)
    const head = vault.core.head
    const rivals = [vault.addDevice(new TestSigner()), vault.addDevice(new TestSigner())] as const
    const [first, again, rival] = await Promise.all([
      client.appendCore(rivals[0], head),
      client.appendCore(rivals[0], head),
      client.appendCore(rivals[1], head),
    ])
    expect([first?.status, again?.status]).toEqual([201, 201])
    vault.accept(rivals[0])
    expect(rival && (await refusalOf(rival))).toEqual([412, { error: 'HeadMoved', head: [1, vault.core.head] }])
  })

  it('says its head to who comes with another', async () => {
    const [relay, vault] = [new TestRelay(), new TestVault()]
    const client = await relay.enter(vault)
    const old = vault.core.head
    await client.appendCore(vault.accept(vault.addDevice(new TestSigner())), old)
    const stale = vault.addDevice(new TestSigner())
    expect(await refusalOf(await client.appendCore(stale, old))).toEqual([
      412,
      { error: 'HeadMoved', head: [1, vault.core.head] },
    ])
  })

  it('names the rule that an entry breaks and stores nothing', async () => {
    const [relay, vault] = [new TestRelay(), new TestVault()]
    const client = await relay.enter(vault)
    const { head } = vault.core
    const limited = new TestSigner()
    const good = vault.addDevice(limited, vault.streams.slice(0, 1))
    const forged = { ...good, entry: Uint8Array.from(good.entry) }
    forged.entry[forged.entry.length - 1] = (good.entry.at(-1) ?? 0) ^ 1
    const unknownType = { ...good, entry: Uint8Array.from(good.entry) }
    unknownType.entry[5] = 9
    const cases = [
      [forged, 'signature'],
      [{ ...good, wraps: new Uint8Array(0) }, 'wraps'],
      [{ ...good, links: new Uint8Array(1) }, 'links'],
      [vault.addDevice(new TestSigner(), vault.streams, new TestSigner()), 'signature'],
      [vault.addDevice(new TestSigner(), vault.streams, vault.kit), 'signer'],
      [vault.addDevice(vault.device), 'deviceKnown'],
      [
        vault.addDevice(new TestSigner(), vault.streams, vault.device, (body) => ({ ...body, proof: 'A'.repeat(86) })),
        'proof',
      ],
      [unknownType, 'UnknownEntry'],
    ] as const
    for (const [sent, rule] of cases)
      expect(await refusalOf(await client.appendCore(sent, head)), rule).toEqual([422, { error: 'EntryRefused', rule }])
    expect((await client.appendCore({ ...good, entry: new Uint8Array(7) }, head)).status).toBe(400)
    expect((await relay.store.coreHead(vault.id))?.seq).toBe(0)
    // A device that does not hold all streams cannot change the core.
    expect((await client.appendCore(vault.accept(good), head)).status).toBe(201)
    const byLimited = vault.addDevice(new TestSigner(), vault.streams, limited)
    expect(await refusalOf(await client.appendCore(byLimited, vault.core.head))).toEqual([
      422,
      { error: 'EntryRefused', rule: 'signer' },
    ])
  })

  it('asks for If-Match as a quoted hash and for three frames', async () => {
    const [relay, vault] = [new TestRelay(), new TestVault()]
    const client = await relay.enter(vault)
    const { entry, links, wraps } = vault.addDevice(new TestSigner())
    const post = async (frames: Uint8Array[], ifMatch?: string): Promise<number> =>
      (
        await client.request('/v1/core', {
          method: 'POST',
          body: encodeFrames(frames),
          headers: ifMatch === undefined ? {} : { 'If-Match': ifMatch },
        })
      ).status
    const quoted = `"${vault.core.head}"`
    for (const ifMatch of [undefined, vault.core.head, '*', `W/${quoted}`, '""', `"${'A'.repeat(42)}B"`])
      expect(await post([entry, wraps, links], ifMatch)).toBe(400)
    for (const frames of [[entry], [entry, wraps], [entry, wraps, links, links], []])
      expect(await post(frames, quoted)).toBe(400)
    expect(await post([entry, wraps, links], quoted)).toBe(201)
  })

  it('reads NEW_ENTRY_BYTES_MAX bytes and not one more', async () => {
    const [relay, vault] = [new TestRelay(), new TestVault()]
    const client = await relay.enter(vault)
    const post = async (bytes: number): Promise<number> =>
      (await client.request('/v1/core', { method: 'POST', body: new Uint8Array(bytes) })).status
    expect(NEW_ENTRY_BYTES_MAX).toBeGreaterThan(CORE_ENTRY_BYTES_MAX)
    expect(await post(NEW_ENTRY_BYTES_MAX)).toBe(400)
    expect(await post(NEW_ENTRY_BYTES_MAX + 1)).toBe(413)
  })

  it('refuses an entry beyond the bytes of a core log', async () => {
    const relay = new TestRelay({ limits: { coreBytesMax: 1 } })
    const vault = new TestVault()
    const client = await relay.enter(vault)
    expect(await refusalOf(await client.appendCore(vault.addDevice(new TestSigner()), vault.core.head))).toEqual([
      507,
      { error: 'OverQuota' },
    ])
  })

  it('takes a recovery by the kit: the old device is out, the new one is in (S28)', async () => {
    const [relay, vault, fresh] = [new TestRelay(), new TestVault(), new TestSigner()]
    const old = await relay.enter(vault)
    expect((await old.push(vault.stream, vault.batches(2))).status).toBe(200)
    const kit = await relay.clientOf('', vault.kit)
    const head = vault.core.head
    expect((await kit.appendCore(vault.accept(vault.settle(fresh)), head)).status).toBe(201)
    expect((await old.request('/v1/heads')).status).toBe(401)
    const client = await relay.clientOf(vault.id, fresh)
    expect((await client.pull()).batches).toHaveLength(2)
    expect((await client.push(vault.stream, [vault.batch({ by: fresh })])).status).toBe(200)
  })
})

describe('GET /v1/core (S5)', () => {
  it('gives three frames an entry, from a seq on', async () => {
    const [relay, vault] = [new TestRelay(), new TestVault()]
    const client = await relay.enter(vault)
    for (let i = 0; i < 2; i++) {
      const head = vault.core.head
      await client.appendCore(vault.accept(vault.addDevice(new TestSigner())), head)
    }
    const head = vault.core.head
    await client.appendCore(vault.accept(vault.replaceDevice(vault.device, new TestSigner())), head)
    const kit = await relay.clientOf('', vault.kit)
    const response = await kit.request('/v1/core?from=0')
    expect(response.headers.get('Salus-More')).toBe('0')
    expect(await framesOf(response)).toEqual(vault.entries.flatMap((sent) => [sent.entry, sent.wraps, sent.links]))
    expect(await framesOf(await kit.request('/v1/core?from=3'))).toHaveLength(3)
    expect(await framesOf(await kit.request('/v1/core?from=4'))).toEqual([])
    expect(await framesOf(await kit.request('/v1/core'))).toHaveLength(12)
  })

  it('refuses a seq that is not a number in its one spelling', async () => {
    const [relay, vault] = [new TestRelay(), new TestVault()]
    const client = await relay.enter(vault)
    for (const from of ['-1', '01', '1e3', 'x', '4294967296', ''])
      expect((await client.request(`/v1/core?from=${from}`)).status, from).toBe(400)
    expect((await client.request('/v1/core?from=4294967295')).status).toBe(200)
  })

  it('is rebuilt from the store after a restart, wraps or not', async () => {
    const [relay, vault] = [new TestRelay(), new TestVault()]
    const client = await relay.enter(vault)
    const device = new TestSigner()
    const head = vault.core.head
    await client.appendCore(vault.accept(vault.addDevice(device)), head)
    const restarted = new TestRelay({ store: relay.store })
    const again = await restarted.clientOf(vault.id, device)
    expect((await again.push(vault.stream, [vault.batch({ by: device })])).status).toBe(200)
    expect(hashOf(sha256(vault.genesis.entry))).toBe(vault.id)
  })
})
