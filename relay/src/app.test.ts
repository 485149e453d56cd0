import { systemRandom } from '@salus/base'
import { describe, expect, it } from 'vitest'
import { HEALTH_INTERVAL_MS } from './limits.ts'
import { createMemoryRelay } from './memory-relay.ts'
import { MemoryStore } from './store/memory-store.ts'
import { TestClient, TestRelay, refusalOf } from './testing/test-relay.ts'
import { TestVault } from './testing/test-vault.ts'

describe('Every answer of the relay', () => {
  it('may not be stored by anybody, refusals too (S1)', async () => {
    const relay = new TestRelay()
    for (const [method, path] of [
      ['GET', '/healthz'],
      ['POST', '/v1/auth/challenge'],
      ['POST', '/v1/auth'],
      ['GET', '/v1/heads'],
      ['GET', '/v1/none'],
      ['DELETE', '/v1/core'],
      ['GET', '/none'],
      ['PUT', '/v1/pair/x/1'],
    ] as const) {
      expect((await relay.fetch(path, { method })).headers.get('Cache-Control'), path).toBe('no-store')
    }
  })

  it('is 404 for what it does not know, by any method', async () => {
    const relay = new TestRelay()
    for (const [method, path] of [
      ['GET', '/v1'],
      ['GET', '/v1/none'],
      ['DELETE', '/v1/batches'],
      ['PUT', '/v1/core'],
      ['GET', '/'],
      ['POST', '/healthz'],
    ] as const) {
      expect(await refusalOf(await relay.fetch(path, { method })), path).toEqual([404, { error: 'NotFound' }])
    }
  })

  it('is 404 for HEAD below /v1, which would empty a mailbox unread', async () => {
    const relay = new TestRelay()
    const path = '/v1/pair/AAAAAAAAAAAAAAAAAAAAAA/1'
    await relay.fetch(path, { method: 'PUT', body: 'hello' })
    expect((await relay.fetch(path, { method: 'HEAD' })).status).toBe(404)
    expect(await (await relay.fetch(path)).text()).toBe('hello')
    expect((await relay.fetch('/healthz', { method: 'HEAD' })).status).toBe(200)
  })

  it('is 500 without a word when something breaks inside', async () => {
    class BrokenStore extends MemoryStore {
      override async invite(): Promise<never> {
        throw new Error('secret detail')
      }
    }
    const relay = new TestRelay({ store: new BrokenStore(systemRandom) })
    const response = await new TestClient(relay.fetch, '').createVault('x', new TestVault().genesis)
    expect(await refusalOf(response)).toEqual([500, { error: 'Internal' }])
    expect(relay.errors).toHaveLength(1)
  })
})

describe('GET /healthz (S12)', () => {
  it('is 200 while a write succeeds and 503 when it does not, with one write a second', async () => {
    let [probes, isBroken] = [0, false]
    class CountingStore extends MemoryStore {
      override async probe(): Promise<void> {
        probes++
        if (isBroken) throw new Error('disk full')
      }
    }
    const relay = new TestRelay({ store: new CountingStore(systemRandom) })
    await Promise.all(Array.from({ length: 20 }, () => relay.fetch('/healthz')))
    expect((await relay.fetch('/healthz')).status).toBe(200)
    expect(probes).toBe(1)
    isBroken = true
    relay.time.advance(HEALTH_INTERVAL_MS)
    expect(await refusalOf(await relay.fetch('/healthz'))).toEqual([503, { error: 'Unhealthy' }])
    expect([probes, relay.errors.length]).toEqual([2, 1])
    isBroken = false
    relay.time.advance(HEALTH_INTERVAL_MS)
    expect((await relay.fetch('/healthz')).status).toBe(200)
  })
})

describe('CORS', () => {
  const app = 'https://app.example'
  const ask = (relay: TestRelay, path: string, origin: string, method = 'GET'): Promise<Response> =>
    relay.fetch(path, { method, headers: { Origin: origin, 'Access-Control-Request-Method': 'POST' } })

  it('lets the listed origins in, with the headers that the protocol uses', async () => {
    const relay = new TestRelay({ corsOrigins: [app] })
    const preflight = await ask(relay, '/v1/core', app, 'OPTIONS')
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('Access-Control-Allow-Origin')).toBe(app)
    expect(preflight.headers.get('Access-Control-Allow-Headers')).toBe('Authorization, Content-Type, If-Match')
    expect(preflight.headers.get('Access-Control-Allow-Methods')).toBe('GET, POST, PUT')
    const refused = await ask(relay, '/v1/heads', app)
    expect([refused.status, refused.headers.get('Access-Control-Allow-Origin'), refused.headers.get('Vary')]).toEqual([
      401,
      app,
      'Origin',
    ])
    expect(refused.headers.get('Access-Control-Expose-Headers')).toContain('Salus-Cursor')
    expect(refused.headers.has('Access-Control-Allow-Credentials')).toBe(false)
  })

  it('lets no other origin in, and nobody where none is listed or outside of /v1', async () => {
    const relay = new TestRelay({ corsOrigins: [app] })
    for (const origin of ['https://evil.example', 'null', `${app}.evil.example`, 'http://app.example']) {
      for (const method of ['GET', 'OPTIONS']) {
        const response = await ask(relay, '/v1/heads', origin, method)
        expect(response.headers.has('Access-Control-Allow-Origin'), origin).toBe(false)
        expect(response.headers.has('Access-Control-Allow-Headers')).toBe(false)
      }
    }
    expect((await ask(new TestRelay(), '/v1/heads', app)).headers.has('Access-Control-Allow-Origin')).toBe(false)
    expect((await ask(relay, '/healthz', app)).headers.has('Access-Control-Allow-Origin')).toBe(false)
  })
})

describe('The log', () => {
  it('holds no token, nonce, invite, id or body', async () => {
    const [relay, vault] = [new TestRelay(), new TestVault()]
    const client = await relay.enter(vault)
    const invite = await relay.invite()
    await client.createVault(`${invite}x`, vault.genesis)
    await client.authenticate(vault.id, new TestVault().device)
    const { token } = client
    relay.time.advance(10_000_000)
    await client.request('/v1/heads')
    const log = relay.securityLines.join('\n')
    expect(relay.securityLines).toHaveLength(3)
    for (const secret of [token, invite, vault.id, vault.device.id]) expect(log).not.toContain(secret)
    for (const line of relay.securityLines) {
      expect(line).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z salus-relay [a-z-]+ reason=[a-zA-Z]+ address=\S+$/)
    }
  })
})

describe('The relay without a port', () => {
  it('is a fetch function, as the simulator uses it', async () => {
    const relay = createMemoryRelay({ origin: 'https://relay.example' })
    const vault = new TestVault()
    const client = new TestClient(
      (path, init) => relay.fetch(new Request(`https://relay.example${path}`, init)),
      'https://relay.example',
    )
    expect((await client.createVault(await relay.invite(), vault.genesis)).status).toBe(201)
    expect((await client.authenticate(vault.id, vault.device)).status).toBe(200)
    expect((await client.push(vault.stream, vault.batches(2))).status).toBe(200)
    expect((await client.pull()).batches).toHaveLength(2)
  })
})
