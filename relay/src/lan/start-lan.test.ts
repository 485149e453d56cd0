import { mkdtempSync, rmSync } from 'node:fs'
import { connect as connectTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TLSSocket, connect } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { STOP_GRACE_MS } from '../limits.ts'
import { TestClient } from '../testing/test-relay.ts'
import { TestVault } from '../testing/test-vault.ts'
import { getOverTls, testMachine } from './lan-for-tests.ts'
import { type RunningLan, startLan } from './start-lan.ts'

let dataDir = ''
let lan: RunningLan
let isClosed = false
let addresses = ['192.168.1.5']
const log: string[] = []
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'salus-lan-'))
  addresses = ['192.168.1.5']
  isClosed = false
  const options = { port: 0, host: '127.0.0.1', dataDir, writeLog: (line: string) => void log.push(line) }
  const started = await startLan(options, 0, {
    isHostChosen: true,
    machine: () => testMachine(...addresses),
    isNameKnown: async () => true,
  })
  if (!started.ok) throw new Error(started.error.type)
  lan = started.value
})
afterEach(async () => {
  if (!isClosed) await lan.close()
  rmSync(dataDir, { recursive: true, force: true })
})

const ca = (): string => lan.state().certificates.authorityPem
const ask = (options: Parameters<typeof getOverTls>[1]): Promise<string> =>
  getOverTls(`${lan.relay.url}/healthz`, options)
const page = (path: string, init?: RequestInit): Promise<Response> =>
  fetch(`http://127.0.0.1:${new URL(lan.state().trustPage).port}${path}`, init)

describe('A home network', () => {
  it('is served over TLS 1.3 to who trusts the authority, and to nobody else', async () => {
    expect(JSON.parse(await ask({ ca: ca() }))).toMatchObject({ status: 'ok' })
    expect(JSON.parse(await ask({ ca: ca(), servername: 'attic.local' }))).toMatchObject({ status: 'ok' })
    expect(await ask({})).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE')
    expect(await ask({ ca: ca(), servername: 'cellar.local' })).toBe('ERR_TLS_CERT_ALTNAME_INVALID')
    expect(await ask({ ca: ca(), maxVersion: 'TLSv1.2' })).toBe('EPROTO')
  })

  it('prefers a name that the network knows, and takes sign-ins for each of its addresses (S2)', async () => {
    const { port } = lan.relay
    expect(lan.state().origins).toEqual([`https://attic.local:${port}`, `https://192.168.1.5:${port}`])
    const vault = new TestVault()
    const dial = (origin: string): TestClient =>
      new TestClient(async (path, init) => lan.relay.relay.app.request(path, init), origin)
    const client = dial(`https://attic.local:${port}`)
    expect((await client.createVault(await lan.relay.invite(), vault.genesis)).status).toBe(201)
    for (const host of ['attic.local', '192.168.1.5', 'localhost', '127.0.0.1', '[::1]'])
      expect((await dial(`https://${host}:${port}`).authenticate(vault.id, vault.device)).status).toBe(200)
    for (const origin of [`http://localhost:${port}`, `https://cellar.local:${port}`, 'https://attic.local'])
      expect((await dial(origin).authenticate(vault.id, vault.device)).status).toBe(401)
  })

  it('takes a new address into its certificate while running, and still refuses TLS 1.2', async () => {
    const before = lan.state().certificates
    addresses = ['192.168.1.77']
    await lan.check()
    const { certificates, origins } = lan.state()
    expect(certificates.fingerprint).toBe(before.fingerprint)
    expect(origins).toContain(`https://192.168.1.77:${lan.relay.port}`)
    const subject = await new Promise<string | undefined>((resolve, reject) => {
      const socket: TLSSocket = connect({ port: lan.relay.port, host: '127.0.0.1', ca: ca() }, () => {
        resolve(socket.getPeerCertificate().subjectaltname)
        socket.end()
      }).on('error', reject)
    })
    expect(subject).toContain('192.168.1.77')
    expect(await ask({ ca: ca(), maxVersion: 'TLSv1.2' })).toBe('EPROTO')
    rmSync(join(dataDir, 'lan'), { recursive: true })
    await lan.check()
    expect(log.at(-1)).toContain('AuthorityMissing')
    expect(JSON.parse(await ask({ ca: ca() }))).toMatchObject({ status: 'ok' })
  })

  it('shows on its plain page the steps and the certificate, and nothing of app or relay', async () => {
    const shown = await page('/', { headers: { 'Accept-Language': 'fr, de-CH;q=0.8, en;q=0.5' } })
    const policy = shown.headers.get('content-security-policy') ?? ''
    expect([
      shown.headers.get('content-language'),
      policy.startsWith("default-src 'none'; style-src 'sha256-"),
    ]).toEqual(['de', true])
    expect(policy).not.toMatch(/unsafe|script-src/)
    const html = await shown.text()
    expect(html).not.toMatch(/<script|<link|<img|\sstyle=|\son[a-z]+=/i)
    expect(html).toContain(`https://attic.local:${lan.relay.port}`)
    // Who can change this page could change a fingerprint on it too.
    expect(html).not.toContain(lan.state().certificates.fingerprint.slice(0, 11))
    expect(html).not.toContain('#invite=')
    expect((await page('/en')).headers.get('content-language')).toBe('en')
    const certificate = await page('/salus-home.crt')
    expect(certificate.headers.get('content-type')).toBe('application/x-x509-ca-cert')
    expect(new Uint8Array(await certificate.arrayBuffer())).toEqual(lan.state().certificates.authorityDer)
    for (const path of ['/healthz', '/v1/heads', '/index.html', '/lan/authority-secret.pem', '//', '/salus-home.crt/'])
      expect([path, (await page(path)).status]).toEqual([path, 404])
    expect((await page('/', { method: 'POST', body: 'x' })).status).toBe(405)
  })

  it('stops at once with connections open that are idle, or in the middle of a handshake', async () => {
    const unfinished = connectTcp(lan.relay.port, '127.0.0.1')
    await new Promise((resolve) => unfinished.once('connect', resolve))
    const idle = await new Promise<TLSSocket>((resolve) => {
      const socket = connect({ port: lan.relay.port, host: '127.0.0.1', ca: ca() }, () => resolve(socket))
    })
    const gone = [unfinished, idle].map(
      (socket) => new Promise((resolve) => socket.once('close', resolve).on('error', () => undefined)),
    )
    const startMs = performance.now()
    await lan.close()
    isClosed = true
    await Promise.all(gone)
    expect(performance.now() - startMs).toBeLessThan(STOP_GRACE_MS)
  })
})
