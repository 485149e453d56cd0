import { mkdtempSync, rmSync } from 'node:fs'
import { type IncomingMessage, request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PUSH_BATCHES_MAX, PUSH_BYTES_MAX } from '@salus/wire'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HEADER_BYTES_MAX, STOP_GRACE_MS } from './limits.ts'
import { type RunningRelay, startRelay } from './start-relay.ts'
import { TestClient } from './testing/test-relay.ts'
import { TestVault } from './testing/test-vault.ts'

let folder = ''
let running: RunningRelay
let isClosed = false
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'salus-relay-port-'))
  running = await startRelay({ port: 0, dataDir: folder, writeLog: () => undefined })
  isClosed = false
})
afterEach(async () => {
  if (!isClosed) await running.close()
  rmSync(folder, { recursive: true, force: true })
})

async function enter(vault: TestVault): Promise<TestClient> {
  const client = new TestClient((path, init) => fetch(running.url + path, init), running.url)
  expect((await client.createVault(await running.invite(), vault.genesis)).status).toBe(201)
  expect((await client.authenticate(vault.id, vault.device)).status).toBe(200)
  return client
}

/** Waits until something is so; the event loop turns meanwhile. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise(setImmediate)
}

describe('A relay on a port', () => {
  it('is where it says, keeps its data over a restart and ends old tokens', async () => {
    const vault = new TestVault()
    const client = await enter(vault)
    const batches = vault.batches(3)
    expect((await client.push(vault.stream, batches)).status).toBe(200)
    await running.close()
    running = await startRelay({ port: 0, dataDir: folder, writeLog: () => undefined })
    const again = new TestClient((path, init) => fetch(running.url + path, init), running.url)
    again.token = client.token
    expect((await again.request('/v1/heads')).status).toBe(401)
    await again.authenticate(vault.id, vault.device)
    expect((await again.pull()).batches).toEqual(batches)
  })

  it('takes sign-ins for its loopback names at its port and for no other (S2)', async () => {
    const vault = new TestVault()
    await enter(vault)
    const dial = async (origin: string): Promise<number> =>
      (
        await new TestClient((path, init) => fetch(running.url + path, init), origin).authenticate(
          vault.id,
          vault.device,
        )
      ).status
    expect(await dial(`http://localhost:${running.port}`)).toBe(200)
    expect(await dial(`http://localhost:${running.port + 1}`)).toBe(401)
    expect(await dial(`https://localhost:${running.port}`)).toBe(401)
  })

  it('sends the head of an event stream at once, pokes as they come, and forgets who hangs up', async () => {
    const vault = new TestVault()
    const client = await enter(vault)
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = httpRequest(
        `${running.url}/v1/events`,
        { headers: { Authorization: `Bearer ${client.token}` } },
        resolve,
      )
      request.on('error', reject)
      request.end()
    })
    // Here already, with nothing said yet.
    expect([response.statusCode, response.headers['cache-control']]).toEqual([200, 'no-store'])
    const poked = new Promise<string>((resolve) => response.once('data', (chunk: Buffer) => resolve(chunk.toString())))
    // Its own token's batches would be no news.
    await client.authenticate(vault.id, vault.device)
    await client.push(vault.stream, vault.batches(1))
    expect(await poked).toBe('b')
    expect(running.relay.load().listeners).toBe(1)
    response.destroy()
    await until(() => running.relay.load().listeners === 0)
  })

  it('refuses a declared body that is too long before it comes, and an undeclared one when it has', async () => {
    const vault = new TestVault()
    const client = await enter(vault)
    const path = `/v1/streams/${vault.stream}/batches`
    const bytesMax = PUSH_BYTES_MAX + 4 * PUSH_BATCHES_MAX
    // Read whole, and found to be no frames.
    expect((await client.request(path, { method: 'POST', body: new Uint8Array(bytesMax).fill(0xff) })).status).toBe(400)
    const declared = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { Authorization: `Bearer ${client.token}`, 'Content-Length': bytesMax + 1 }
      const request = httpRequest(running.url + path, { method: 'POST', headers }, (response) => {
        resolve(response.statusCode)
        request.destroy()
      })
      request.on('error', reject)
      request.flushHeaders()
    })
    expect(declared).toBe(413)
    let sentBytes = 0
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sentBytes += 65_536
        if (sentBytes > 64 * 1024 * 1024) controller.close()
        else controller.enqueue(new Uint8Array(65_536))
      },
    })
    // Node's fetch needs `duplex` for a streamed body; its types do not know it.
    const init = { method: 'POST', body: endless, duplex: 'half' } as RequestInit
    const status = await client.request(path, init).then(
      (response) => response.status,
      () => 'cut',
    )
    expect([413, 'cut']).toContain(status)
    await until(() => running.relay.load().bytesInFlight === 0)
  })

  it('forgets a body whose client leaves in the middle', async () => {
    const vault = new TestVault()
    const client = await enter(vault)
    const socket = connect(running.port, '127.0.0.1')
    socket.write(
      `POST /v1/streams/${vault.stream}/batches HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${client.token}\r\nContent-Length: 1000000\r\n\r\nabc`,
    )
    await until(() => running.relay.load().bytesInFlight === 1_000_000)
    socket.destroy()
    await until(() => running.relay.load().bytesInFlight === 0)
  })

  it('stops waiting at a mailbox for a client that leaves', async () => {
    const leaving = new AbortController()
    const left = fetch(`${running.url}/v1/pair/AAAAAAAAAAAAAAAAAAAAAA/1?wait=1`, { signal: leaving.signal }).catch(
      () => 'left',
    )
    await until(() => running.relay.load().waiters === 1)
    leaving.abort()
    expect(await left).toBe('left')
    await until(() => running.relay.load().waiters === 0)
    await fetch(`${running.url}/v1/pair/AAAAAAAAAAAAAAAAAAAAAA/1`, { method: 'PUT', body: 'kept' })
    expect(await (await fetch(`${running.url}/v1/pair/AAAAAAAAAAAAAAAAAAAAAA/1`)).text()).toBe('kept')
  })

  it('takes headers up to HEADER_BYTES_MAX and no more', async () => {
    const status = async (bytes: number): Promise<number> =>
      (await fetch(`${running.url}/healthz`, { headers: { 'X-Fill': 'x'.repeat(bytes) } })).status
    expect(await status(HEADER_BYTES_MAX - 1_000)).toBe(200)
    expect(await status(HEADER_BYTES_MAX)).toBe(431)
  })

  it('stops with event streams and waiting reads open', async () => {
    const vault = new TestVault()
    const client = await enter(vault)
    const events = await client.request('/v1/events')
    const waiting = fetch(`${running.url}/v1/pair/AAAAAAAAAAAAAAAAAAAAAA/1?wait=1`)
    await until(() => running.relay.load().waiters === 1)
    await running.close()
    isClosed = true
    expect(await events.text()).toBe('')
    expect((await waiting).status).toBe(404)
  })

  it('stops at once with connections open that have asked for nothing yet, or have their answer', async () => {
    const spare = connect(running.port, '127.0.0.1')
    const spareClosed = new Promise((resolve) => spare.once('close', resolve))
    await new Promise((resolve) => spare.once('connect', resolve))
    // This one stays open too, for the next request.
    await (await fetch(`${running.url}/healthz`)).text()
    const startMs = performance.now()
    await running.close()
    isClosed = true
    await spareClosed
    expect(performance.now() - startMs).toBeLessThan(STOP_GRACE_MS)
  })

  it('says that a port is in use', async () => {
    const other = join(folder, 'other')
    await expect(startRelay({ port: running.port, dataDir: other })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})
