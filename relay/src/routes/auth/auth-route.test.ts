import { canonicalJson } from '@salus/base'
import { NONCE_TTL_MS, TOKEN_TTL_MS } from '@salus/wire'
import { describe, expect, it } from 'vitest'
import { TEST_ORIGIN, TestRelay, jsonOf, refusalOf } from '../../testing/test-relay.ts'
import { TestSigner, TestVault } from '../../testing/test-vault.ts'
import { AUTH_BYTES_MAX } from '../../limits.ts'

const refused = [401, { error: 'Refused' }]

describe('POST /v1/auth (S2)', () => {
  it('gives a token for a signature over vault, origin and nonce', async () => {
    const [relay, vault] = [new TestRelay(), new TestVault()]
    const client = await relay.enter(vault)
    const response = await client.authenticate(vault.id, vault.device)
    expect(response.status).toBe(200)
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect(await jsonOf(response)).toEqual({
      expiresMs: relay.time.nowMs() + TOKEN_TTL_MS,
      token: client.token,
      vault: vault.id,
    })
    expect(client.token).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect((await client.request('/v1/heads')).status).toBe(200)
  })

  it('finds the vault of a recovery kit that names none, and lets the kit in by name as well', async () => {
    const [relay, vault] = [new TestRelay(), new TestVault()]
    await relay.enter(vault)
    const kit = await relay.clientOf('', vault.kit)
    expect((await kit.request('/v1/core?from=0')).status).toBe(200)
    expect(await jsonOf(await kit.authenticate('', vault.kit))).toMatchObject({ vault: vault.id })
    expect((await kit.authenticate(vault.id, vault.kit)).status).toBe(200)
  })

  it('answers an unknown vault, an unknown signer and a wrong signature alike', async () => {
    const [relay, vault, other] = [new TestRelay(), new TestVault(), new TestVault()]
    const client = await relay.enter(vault)
    const stranger = new TestSigner()
    const nobody = new TestVault()
    for (const response of [
      await client.authenticate(nobody.id, nobody.device),
      await client.authenticate(vault.id, stranger),
      await client.authenticate(vault.id, other.device),
      await client.authenticate('', stranger),
      await client.authenticate('', vault.device),
      await client.authenticate(vault.id, stranger, { signer: vault.device.id }),
      await client.authenticate('', vault.kit, { vault: vault.id }),
    ]) {
      expect(await refusalOf(response)).toEqual(refused)
    }
    expect(new Set(relay.securityLines.map((line) => line.split(' ').slice(1).join(' ')))).toEqual(
      new Set(['salus-relay auth-refused reason=signature address=in-process']),
    )
  })

  it('spends a nonce at the first try, good or bad, and lets it end after a minute', async () => {
    const [relay, vault] = [new TestRelay(), new TestVault()]
    const client = await relay.enter(vault)
    const nonce = await client.challenge()
    const signature = vault.device.signAuth(vault.id, TEST_ORIGIN, nonce)
    expect((await client.authenticate(vault.id, vault.device, { nonce, signature })).status).toBe(200)
    expect(await refusalOf(await client.authenticate(vault.id, vault.device, { nonce, signature }))).toEqual(refused)
    const spoiled = await client.challenge()
    await client.authenticate(vault.id, new TestSigner(), { nonce: spoiled })
    const right = vault.device.signAuth(vault.id, TEST_ORIGIN, spoiled)
    expect(
      await refusalOf(await client.authenticate(vault.id, vault.device, { nonce: spoiled, signature: right })),
    ).toEqual(refused)
    for (const [waitMs, status] of [
      [NONCE_TTL_MS - 1, 200],
      [NONCE_TTL_MS, 401],
    ] as const) {
      const late = await client.challenge()
      relay.time.advance(waitMs)
      const lateSignature = vault.device.signAuth(vault.id, TEST_ORIGIN, late)
      expect(
        (await client.authenticate(vault.id, vault.device, { nonce: late, signature: lateSignature })).status,
      ).toBe(status)
    }
  })

  it('refuses a signature for another relay, whatever origin the request names', async () => {
    const [relay, vault] = [new TestRelay(), new TestVault()]
    const client = await relay.enter(vault)
    const evil = 'https://evil.example'
    for (const origin of [evil, TEST_ORIGIN]) {
      const nonce = await client.challenge()
      const signature = vault.device.signAuth(vault.id, evil, nonce)
      expect(await refusalOf(await client.authenticate(vault.id, vault.device, { nonce, origin, signature }))).toEqual(
        refused,
      )
    }
  })

  it('ends a token after 15 minutes, and at once when its device is retired', async () => {
    const [relay, vault] = [new TestRelay(), new TestVault()]
    const client = await relay.enter(vault)
    relay.time.advance(TOKEN_TTL_MS - 1)
    expect((await client.request('/v1/heads')).status).toBe(200)
    relay.time.advance(1)
    expect(await refusalOf(await client.request('/v1/heads'))).toEqual(refused)
    await client.authenticate(vault.id, vault.device)
    const head = vault.core.head
    expect(
      (await client.appendCore(vault.accept(vault.replaceDevice(vault.device, new TestSigner())), head)).status,
    ).toBe(201)
    expect(await refusalOf(await client.request('/v1/heads'))).toEqual(refused)
    expect(await refusalOf(await client.authenticate(vault.id, vault.device))).toEqual(refused)
  })

  it('keeps at most tokensPerSignerMax tokens of a signer and ends the oldest', async () => {
    const relay = new TestRelay({ limits: { tokensPerSignerMax: 2 } })
    const vault = new TestVault()
    const first = await relay.enter(vault)
    const second = await relay.clientOf(vault.id, vault.device)
    expect((await first.request('/v1/heads')).status).toBe(200)
    const third = await relay.clientOf(vault.id, vault.device)
    expect((await first.request('/v1/heads')).status).toBe(401)
    expect((await second.request('/v1/heads')).status).toBe(200)
    expect((await third.request('/v1/heads')).status).toBe(200)
    expect(relay.relay.load().tokens).toBe(2)
  })

  it('keeps at most tokensMax tokens and ends the oldest', async () => {
    const relay = new TestRelay({ limits: { tokensMax: 2 } })
    const vaults = [new TestVault(), new TestVault(), new TestVault()]
    const clients = []
    for (const vault of vaults) clients.push(await relay.enter(vault))
    const statuses = await Promise.all(clients.map(async (client) => (await client.request('/v1/heads')).status))
    expect(statuses).toEqual([401, 200, 200])
  })

  it('refuses what is not exactly its canonical JSON', async () => {
    const [relay, vault] = [new TestRelay(), new TestVault()]
    const client = await relay.enter(vault)
    const nonce = await client.challenge()
    const good = {
      nonce,
      origin: TEST_ORIGIN,
      signature: vault.device.signAuth(vault.id, TEST_ORIGIN, nonce),
      signer: vault.device.id,
      vault: vault.id,
    }
    const { vault: _left, ...without } = good
    const bodies = [
      '',
      '[]',
      'null',
      '{"nonce":',
      ` ${canonicalJson(good)}`,
      canonicalJson({ ...good, more: 1 }),
      canonicalJson(without),
      canonicalJson({ ...good, nonce: 'x' }),
      canonicalJson({ ...good, signer: 7 }),
      canonicalJson({ ...good, signature: '' }),
      canonicalJson({ ...good, origin: 'x'.repeat(513) }),
      canonicalJson({ ...good, vault: 'AA' }),
    ]
    for (const body of bodies) {
      const response = await relay.fetch('/v1/auth', { method: 'POST', body })
      expect([response.status, (await jsonOf(response))['error']], body).toEqual([400, 'Malformed'])
    }
    expect((await relay.fetch('/v1/auth', { method: 'POST', body: 'x'.repeat(AUTH_BYTES_MAX) })).status).toBe(400)
    expect((await relay.fetch('/v1/auth', { method: 'POST', body: 'x'.repeat(AUTH_BYTES_MAX + 1) })).status).toBe(413)
    // None of those spent the nonce.
    expect((await relay.fetch('/v1/auth', { method: 'POST', body: canonicalJson(good) })).status).toBe(200)
  })

  it('bounds what one address may ask, logs the first refusal only, and lets it in again later', async () => {
    const relay = new TestRelay({ limits: { authRate: { burst: 3, perSecond: 1 } } })
    const ask = (): Promise<Response> => relay.fetch('/v1/auth/challenge', { method: 'POST' })
    expect([(await ask()).status, (await ask()).status, (await ask()).status]).toEqual([200, 200, 200])
    const response = await ask()
    expect(response.headers.get('Retry-After')).toBe('2')
    expect(await refusalOf(response)).toEqual([429, { error: 'RateLimited' }])
    await ask()
    expect(relay.securityLines).toHaveLength(1)
    relay.time.advance(1_000)
    expect((await ask()).status).toBe(200)
    expect((await ask()).status).toBe(429)
    expect(relay.securityLines).toHaveLength(2)
  })

  it('forgets the oldest nonce when there are too many', async () => {
    const relay = new TestRelay({ limits: { noncesMax: 2 } })
    const vault = new TestVault()
    const client = await relay.enter(vault)
    const sign = (nonce: string): { nonce: string; signature: string } => ({
      nonce,
      signature: vault.device.signAuth(vault.id, TEST_ORIGIN, nonce),
    })
    const [first, second] = [await client.challenge(), await client.challenge()]
    expect((await client.authenticate(vault.id, vault.device, sign(first))).status).toBe(401)
    expect((await client.authenticate(vault.id, vault.device, sign(second))).status).toBe(401)
    const third = await client.challenge()
    expect(
      (
        await relay.fetch('/v1/auth', {
          method: 'POST',
          body: canonicalJson({ ...sign(third), origin: TEST_ORIGIN, signer: vault.device.id, vault: vault.id }),
        })
      ).status,
    ).toBe(200)
  })
})

describe('A token (S3)', () => {
  it('counts in the Authorization header only, in its one spelling', async () => {
    const [relay, vault] = [new TestRelay(), new TestVault()]
    const client = await relay.enter(vault)
    const withHeader = (Authorization: string): Promise<Response> =>
      relay.fetch('/v1/heads', { headers: { Authorization } })
    expect((await withHeader(`Bearer ${client.token}`)).status).toBe(200)
    for (const header of [
      '',
      client.token,
      `bearer ${client.token}`,
      `Bearer ${client.token}x`,
      `Bearer ${'A'.repeat(43)}`,
    ]) {
      expect(await refusalOf(await withHeader(header))).toEqual(refused)
    }
    expect((await relay.fetch(`/v1/heads?token=${client.token}`)).status).toBe(401)
  })

  it('is asked for by every route but challenge, auth, vaults, pair and health', async () => {
    const relay = new TestRelay()
    const id = 'A'.repeat(22)
    for (const [method, path] of [
      ['GET', '/v1/core'],
      ['POST', '/v1/core'],
      ['GET', '/v1/batches'],
      ['GET', `/v1/streams/${id}/batches`],
      ['POST', `/v1/streams/${id}/batches`],
      ['GET', '/v1/heads'],
      ['GET', '/v1/events'],
    ] as const) {
      expect(await refusalOf(await relay.fetch(path, { method })), path).toEqual(refused)
    }
  })
})
