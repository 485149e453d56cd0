import { X509Certificate } from 'node:crypto'
import { createServer } from 'node:https'
import { epochMs, systemRandom } from '@salus/base'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  AUTHORITY_DAYS,
  BACKDATE_MS,
  type KeyAndCertificate,
  SERVER_DAYS,
  createAuthority,
  issueServerCertificate,
} from './authority.ts'
import { getOverTls } from './lan-for-tests.ts'

const NOW_MS = Date.now()
const DAY_MS = 86_400_000
const deps = { clock: { nowMs: () => epochMs(NOW_MS) }, random: systemRandom }
let authority: KeyAndCertificate
beforeAll(async () => {
  authority = await createAuthority(deps, 'attic.local')
})

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

/** Serves "ok" under a certificate for a name, and asks it by that name. */
async function ask(name: string, asNames: { names: string[]; addresses: string[] }): Promise<string> {
  const { keyPem, certificatePem } = await issueServerCertificate(deps, authority, asNames)
  const server = createServer({ key: keyPem, cert: certificatePem }, (_, response) => response.end('ok'))
  closers.push(() => void server.close())
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
  return getOverTls(`https://127.0.0.1:${port}/`, { ca: authority.certificatePem, servername: name })
}

describe('An authority', () => {
  it('lives its days from a day ago, signs certificates alone and no other authority', () => {
    const certificate = new X509Certificate(authority.certificatePem)
    expect(certificate.ca).toBe(true)
    expect(certificate.verify(certificate.publicKey)).toBe(true)
    expect(certificate.subject).toMatch(/^CN=Salus home network attic\.local [0-9a-f]{4}\nO=Salus$/)
    expect(certificate.validFromDate.getTime()).toBe(Math.floor((NOW_MS - BACKDATE_MS) / 1_000) * 1_000)
    const days = (certificate.validToDate.getTime() - certificate.validFromDate.getTime()) / DAY_MS
    expect([Math.ceil(days), days < AUTHORITY_DAYS]).toEqual([AUTHORITY_DAYS, true])
  })

  it('makes server certificates within what Apple takes, each with a serial and a key of its own', async () => {
    const machine = { names: ['attic.local'], addresses: ['192.168.1.5', 'fd00::2'] }
    const [one, two] = [
      new X509Certificate((await issueServerCertificate(deps, authority, machine)).certificatePem),
      new X509Certificate((await issueServerCertificate(deps, authority, machine)).certificatePem),
    ]
    expect(one.serialNumber).toMatch(/^[4-7][0-9A-F]{31}$/)
    expect(two.serialNumber).not.toBe(one.serialNumber)
    expect(two.publicKey.equals(one.publicKey)).toBe(false)
    expect((one.validToDate.getTime() - one.validFromDate.getTime()) / DAY_MS).toBeLessThan(SERVER_DAYS)
    expect(SERVER_DAYS).toBeLessThanOrEqual(397)
    expect([one.ca, one.keyUsage]).toEqual([false, ['1.3.6.1.5.5.7.3.1']])
    for (const name of ['attic.local', 'localhost']) expect(one.checkHost(name)).toBe(name)
    for (const address of ['192.168.1.5', 'fd00::2', '127.0.0.1', '::1']) expect(one.checkIP(address)).toBe(address)
  })

  it('is taken by OpenSSL for private names and addresses', async () => {
    expect(await ask('attic.local', { names: ['attic.local'], addresses: ['10.1.2.3', '172.31.9.9', 'fd12::1'] })).toBe(
      'ok',
    )
  })

  it.each([
    ['a public name', { names: ['bank.example'], addresses: [] }],
    ['a public name beside a private one', { names: ['attic.local', 'bank.example'], addresses: [] }],
    ['a name that only ends alike', { names: ['bank-local'], addresses: [] }],
    ['a public address', { names: ['attic.local'], addresses: ['9.9.9.9'] }],
    ['an address just outside a private range', { names: ['attic.local'], addresses: ['172.32.0.1'] }],
    ['a public IPv6 address', { names: ['attic.local'], addresses: ['2001:db8::1'] }],
  ])('is refused by OpenSSL for %s', async (_, machine) => {
    expect(await ask(machine.names[0] ?? '', machine)).toBe('permitted subtree violation')
  })
})
