import { X509Certificate, createPrivateKey } from 'node:crypto'
import { type Clock, type EpochMs, type Result, epochMs, err, ok } from '@salus/base'
import {
  type CertificateDeps,
  type KeyAndCertificate,
  certifiedNames,
  createAuthority,
  issueServerCertificate,
} from './authority.ts'
import type { KeptPair, LanFolder } from './lan-folder.ts'
import type { MachineNames } from './machine-names.ts'

/** The server's certificate is renewed with this much left, days. */
export const RENEW_DAYS = 30
/** The owner is told of the authority's end with this much left, days: every phone must be gone through by hand. */
export const AUTHORITY_WARN_DAYS = 180

const DAY_MS = 86_400_000

/** Why there is no certificate; none of it is mended without the owner, since every phone would have to trust anew. */
export type LanFault =
  /** The authority's key is gone, and phones may trust it. */
  | { readonly type: 'AuthorityMissing' }
  /** Its file is no key with the certificate that belongs to it. */
  | { readonly type: 'AuthorityDamaged' }
  | { readonly type: 'AuthorityExpired' }

/** What the server needs, and what phones are shown. */
export interface LanCertificates {
  readonly server: KeyAndCertificate
  readonly authorityPem: string
  readonly authorityDer: Uint8Array<ArrayBuffer>
  /** SHA-256 of the authority's certificate in pairs of upper-case hex digits with colons, as browsers and phones show it. */
  readonly fingerprint: string
  readonly authorityEndsMs: EpochMs
  readonly serverEndsMs: EpochMs
  /** What was made anew just now. */
  readonly made: 'authority' | 'server' | 'nothing'
}

/**
 * Brings a folder to hold an authority and a server certificate that is good for the machine as it is now. The server's is
 * replaced whenever it does not cover a name or nears its end; the authority is made once.
 * @param mayMakeAuthority false while running: a folder that somebody has emptied stays empty until the next start
 */
export async function ensureLanCertificates(
  deps: CertificateDeps,
  folder: LanFolder,
  machine: MachineNames,
  mayMakeAuthority = true,
): Promise<Result<LanCertificates, LanFault>> {
  const kept = folder.read('authority')
  const isFirst = kept === 'missing' && !folder.hadAuthority()
  if (isFirst && !mayMakeAuthority) return err({ type: 'AuthorityMissing' })
  const checked = isFirst ? ok(await createAuthority(deps, machine.names[0] ?? '')) : checkAuthority(kept, deps.clock)
  if (!checked.ok) return checked
  const authority = checked.value
  if (isFirst) folder.write('authority', authority)
  const keptServer = folder.read('server')
  if (typeof keptServer !== 'string' && isServerGood(keptServer, authority, machine, deps.clock))
    return ok(describe(authority, keptServer, 'nothing'))
  const server = await issueServerCertificate(deps, authority, machine)
  folder.write('server', server)
  return ok(describe(authority, server, isFirst ? 'authority' : 'server'))
}

/** Replaces the server's certificate, good or not. */
export async function renewServerCertificate(
  deps: CertificateDeps,
  folder: LanFolder,
  machine: MachineNames,
): Promise<Result<LanCertificates, LanFault>> {
  const authority = checkAuthority(folder.read('authority'), deps.clock)
  if (!authority.ok) return authority
  const server = await issueServerCertificate(deps, authority.value, machine)
  folder.write('server', server)
  return ok(describe(authority.value, server, 'server'))
}

/** Whole days until an instant; negative after it. */
export function daysUntil(clock: Clock, endMs: EpochMs): number {
  return Math.floor((endMs - clock.nowMs()) / DAY_MS)
}

function checkAuthority(kept: KeptPair, clock: Clock): Result<KeyAndCertificate, LanFault> {
  if (kept === 'missing') return err({ type: 'AuthorityMissing' })
  const certificate = kept === 'damaged' ? undefined : readPair(kept)
  if (kept === 'damaged' || certificate === undefined || !certificate.ca) return err({ type: 'AuthorityDamaged' })
  return certificate.validToDate.getTime() <= clock.nowMs() ? err({ type: 'AuthorityExpired' }) : ok(kept)
}

function isServerGood(
  server: KeyAndCertificate,
  authority: KeyAndCertificate,
  machine: MachineNames,
  clock: Clock,
): boolean {
  const certificate = readPair(server)
  if (certificate === undefined || !certificate.verify(new X509Certificate(authority.certificatePem).publicKey))
    return false
  const leftMs = certificate.validToDate.getTime() - clock.nowMs()
  if (leftMs < RENEW_DAYS * DAY_MS || certificate.validFromDate.getTime() > clock.nowMs()) return false
  return certifiedNames(machine).every(({ type, value }) =>
    type === 'dns' ? certificate.checkHost(value) !== undefined : certificate.checkIP(value) !== undefined,
  )
}

/** Undefined unless the two belong together. */
function readPair({ keyPem, certificatePem }: KeyAndCertificate): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(certificatePem)
    return certificate.checkPrivateKey(createPrivateKey(keyPem)) ? certificate : undefined
  } catch {
    // OpenSSL's own words say nothing that the owner could use.
    return undefined
  }
}

function describe(
  authority: KeyAndCertificate,
  server: KeyAndCertificate,
  made: LanCertificates['made'],
): LanCertificates {
  const certificate = new X509Certificate(authority.certificatePem)
  return {
    server,
    authorityPem: authority.certificatePem,
    authorityDer: new Uint8Array(certificate.raw),
    fingerprint: certificate.fingerprint256,
    authorityEndsMs: epochMs(certificate.validToDate.getTime()),
    serverEndsMs: epochMs(new X509Certificate(server.certificatePem).validToDate.getTime()),
    made,
  }
}
