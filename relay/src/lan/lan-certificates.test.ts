import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EpochMs, epochMs, systemRandom } from '@salus/base'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type LanCertificates, RENEW_DAYS, ensureLanCertificates, renewServerCertificate } from './lan-certificates.ts'
import { LanFolder, PEM_BYTES_MAX } from './lan-folder.ts'

const DAY_MS = 86_400_000
const MACHINE = { names: ['attic.local'], addresses: ['192.168.1.5'] }
let dataDir = ''
let folder: LanFolder
let nowMs: EpochMs
const deps = { clock: { nowMs: () => nowMs }, random: systemRandom }
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'salus-lan-'))
  folder = new LanFolder(dataDir)
  nowMs = epochMs(Date.now())
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

async function ensure(machine = MACHINE): Promise<LanCertificates> {
  const ensured = await ensureLanCertificates(deps, folder, machine)
  if (!ensured.ok) throw new Error(ensured.error.type)
  return ensured.value
}
const file = (name: string): string => join(folder.path, name)
const modeOf = (path: string): number => statSync(path).mode & 0o777

describe('The certificates of a home network', () => {
  it('are made once, and their keys are for the owner alone', async () => {
    const first = await ensure()
    expect(first.made).toBe('authority')
    expect(first.fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/)
    expect(readdirSync(folder.path).sort()).toEqual(['authority-secret.pem', 'authority.crt', 'server-secret.pem'])
    expect([folder.path, file('authority-secret.pem'), file('server-secret.pem')].map(modeOf)).toEqual([
      0o700, 0o600, 0o600,
    ])
    expect(readFileSync(file('authority.crt'), 'utf8')).not.toContain('PRIVATE')
    expect(await ensure()).toEqual({ ...first, made: 'nothing' })
  })

  it(`renews the server's with less than ${RENEW_DAYS} days left, from the same authority`, async () => {
    const first = await ensure()
    nowMs = epochMs(first.serverEndsMs - RENEW_DAYS * DAY_MS)
    expect((await ensure()).made).toBe('nothing')
    nowMs = epochMs(nowMs + 1)
    const renewed = await ensure()
    expect([renewed.made, renewed.fingerprint]).toEqual(['server', first.fingerprint])
    expect(renewed.server).not.toEqual(first.server)
  })

  it("renews the server's for a new address or name, and not when one is gone", async () => {
    await ensure()
    expect((await ensure({ ...MACHINE, addresses: ['192.168.1.5', '192.168.1.6'] })).made).toBe('server')
    expect((await ensure()).made).toBe('nothing')
    expect((await ensure({ ...MACHINE, names: ['cellar.local'] })).made).toBe('server')
  })

  it("replaces a server's certificate that is damaged, missing or another authority's", async () => {
    await ensure()
    const foreign = new LanFolder(join(dataDir, 'other'))
    await ensureLanCertificates(deps, foreign, MACHINE)
    writeFileSync(file('server-secret.pem'), readFileSync(join(foreign.path, 'server-secret.pem')))
    expect((await ensure()).made).toBe('server')
    writeFileSync(file('server-secret.pem'), 'nonsense')
    expect((await ensure()).made).toBe('server')
    rmSync(file('server-secret.pem'))
    expect((await ensure()).made).toBe('server')
  })

  it('renews when the owner says so', async () => {
    const first = await ensure()
    const renewed = await renewServerCertificate(deps, folder, MACHINE)
    expect(renewed.ok && renewed.value.server.certificatePem !== first.server.certificatePem).toBe(true)
  })

  it('never makes another authority in place of one that phones may trust', async () => {
    const first = await ensure()
    const kept = readFileSync(file('authority-secret.pem'), 'utf8')
    const fault = async (): Promise<unknown> => {
      const ensured = await ensureLanCertificates(deps, folder, MACHINE)
      return ensured.ok ? ensured.value.made : ensured.error.type
    }
    rmSync(file('authority-secret.pem'))
    expect(await fault()).toBe('AuthorityMissing')
    writeFileSync(file('authority-secret.pem'), 'nonsense')
    expect(await fault()).toBe('AuthorityDamaged')
    // Another's key with this one's certificate.
    const [key = ''] = first.server.keyPem.split('-----BEGIN CERT')
    writeFileSync(file('authority-secret.pem'), `${key}\n${first.authorityPem}`)
    expect(await fault()).toBe('AuthorityDamaged')
    writeFileSync(file('authority-secret.pem'), kept.padEnd(PEM_BYTES_MAX + 1, '\n'))
    expect(await fault()).toBe('AuthorityDamaged')
    writeFileSync(file('authority-secret.pem'), kept.padEnd(PEM_BYTES_MAX, '\n'))
    expect(await fault()).toBe('nothing')
    nowMs = first.authorityEndsMs
    expect(await fault()).toBe('AuthorityExpired')
    folder.remove()
    expect(await ensureLanCertificates(deps, folder, MACHINE, false)).toMatchObject({
      error: { type: 'AuthorityMissing' },
    })
    expect(await fault()).toBe('authority')
  })

  it('closes a key file that a restore has left open to others', async () => {
    await ensure()
    const text = readFileSync(file('authority-secret.pem'))
    rmSync(file('authority-secret.pem'))
    writeFileSync(file('authority-secret.pem'), text, { mode: 0o644 })
    await ensure()
    expect(modeOf(file('authority-secret.pem'))).toBe(0o600)
  })
})
