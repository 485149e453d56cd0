import { utf8ToBytes } from '@salus/base'
import { encodeFrames } from '@salus/wire'
import { describe, expect, it } from 'vitest'
import { TEST_ORIGIN, TestClient, TestRelay, refusalOf } from '../../testing/test-relay.ts'
import { TestVault } from '../../testing/test-vault.ts'
import { NEW_VAULT_BYTES_MAX } from './vaults-route.ts'

const inviteRefused = [403, { error: 'InviteRefused' }]

describe('POST /v1/vaults (S4)', () => {
  it('makes a vault with an invite, once; the same genesis again is 201 again', async () => {
    const [relay, vault, other] = [new TestRelay(), new TestVault(), new TestVault()]
    const client = new TestClient(relay.fetch, TEST_ORIGIN)
    const invite = await relay.invite()
    expect((await client.createVault(invite, vault.genesis)).status).toBe(201)
    expect((await client.createVault(invite, vault.genesis)).status).toBe(201)
    expect(await refusalOf(await client.createVault(invite, other.genesis))).toEqual(inviteRefused)
    expect(await relay.store.coreHead(other.id)).toBeUndefined()
    expect(relay.securityLines.map((line) => line.slice(25))).toEqual([
      'salus-relay invite-refused reason=invite address=in-process',
    ])
  })

  it('makes one vault of the same request sent twice at once', async () => {
    const [relay, vault] = [new TestRelay(), new TestVault()]
    const client = new TestClient(relay.fetch, TEST_ORIGIN)
    const invite = await relay.invite()
    const responses = await Promise.all([
      client.createVault(invite, vault.genesis),
      client.createVault(invite, vault.genesis),
    ])
    expect(responses.map((response) => response.status)).toEqual([201, 201])
  })

  it('refuses an unknown, a long and an expired invite alike', async () => {
    const [relay, vault] = [new TestRelay(), new TestVault()]
    const client = new TestClient(relay.fetch, TEST_ORIGIN)
    const expired = await relay.invite(1_000)
    relay.time.advance(1_000)
    for (const invite of ['', 'AAAAAAAAAAAAAAAAAAAAAA', 'x'.repeat(65), expired]) {
      expect(await refusalOf(await client.createVault(invite, vault.genesis))).toEqual(inviteRefused)
    }
    // The invite comes first: a stranger makes the relay check no genesis.
    const garbage = { ...vault.genesis, entry: new Uint8Array(9) }
    expect(await refusalOf(await client.createVault('AAAAAAAAAAAAAAAAAAAAAA', garbage))).toEqual(inviteRefused)
  })

  it('refuses a genesis against the rules and leaves the invite unspent', async () => {
    const [relay, vault] = [new TestRelay(), new TestVault()]
    const client = new TestClient(relay.fetch, TEST_ORIGIN)
    const invite = await relay.invite()
    const { entry, links, wraps } = vault.genesis
    const forged = Uint8Array.from(entry)
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1
    for (const genesis of [
      { entry: forged, wraps, links },
      { entry, wraps: wraps.subarray(117), links },
      { entry, wraps: new Uint8Array(0), links },
      { entry: entry.subarray(1), wraps, links },
      { entry: new Uint8Array(0), wraps, links },
      vault.addDevice(vault.kit),
    ]) {
      const response = await client.createVault(invite, genesis)
      expect([response.status, ((await response.json()) as { error: string }).error]).toEqual([400, 'Malformed'])
    }
    expect((await client.createVault(invite, vault.genesis)).status).toBe(201)
  })

  it('refuses a wrong number of frames and a cut one', async () => {
    const [relay, vault] = [new TestRelay(), new TestVault()]
    const invite = utf8ToBytes(await relay.invite())
    const { entry, wraps } = vault.genesis
    const whole = encodeFrames([invite, entry, wraps])
    for (const body of [
      encodeFrames([invite, entry]),
      encodeFrames([invite, entry, wraps, wraps]),
      whole.subarray(0, -1),
      new Uint8Array(0),
    ]) {
      expect((await relay.fetch('/v1/vaults', { method: 'POST', body })).status).toBe(400)
    }
    expect((await relay.fetch('/v1/vaults', { method: 'POST', body: whole })).status).toBe(201)
  })

  it('reads NEW_VAULT_BYTES_MAX bytes and not one more', async () => {
    const relay = new TestRelay()
    const post = async (bytes: number): Promise<number> =>
      (await relay.fetch('/v1/vaults', { method: 'POST', body: new Uint8Array(bytes) })).status
    expect(await post(NEW_VAULT_BYTES_MAX)).toBe(400)
    expect(await post(NEW_VAULT_BYTES_MAX + 1)).toBe(413)
  })

  it('is busy when such requests would take more memory than allowed, and members are not', async () => {
    const [vault, other] = [new TestVault(), new TestVault()]
    const relay = new TestRelay()
    await relay.enter(vault)
    const tight = new TestRelay({ store: relay.store, limits: { newVaultBytesInFlightMax: 500 } })
    const client = await tight.clientOf(vault.id, vault.device)
    expect(await refusalOf(await client.createVault(await relay.invite(), other.genesis))).toEqual([
      503,
      { error: 'Busy' },
    ])
    expect((await client.push(vault.stream, vault.batches(3))).status).toBe(200)
  })

  it('bounds the tries of one address', async () => {
    const relay = new TestRelay({ limits: { vaultsRate: { burst: 2, perSecond: 0 } } })
    const post = async (): Promise<number> => (await relay.fetch('/v1/vaults', { method: 'POST', body: '' })).status
    expect([await post(), await post(), await post()]).toEqual([400, 400, 429])
  })
})
