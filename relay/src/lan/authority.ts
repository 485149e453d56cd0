import 'reflect-metadata'
import { createPrivateKey } from 'node:crypto'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'
import type { Clock, Random } from '@salus/base'
import type { MachineNames } from './machine-names.ts'
import { createNameConstraints } from './name-constraints.ts'

/** A certificate and its key, both as PEM. */
export interface KeyAndCertificate {
  readonly keyPem: string
  readonly certificatePem: string
}

export interface CertificateDeps {
  readonly clock: Clock
  readonly random: Random
}

/** How long an authority lives, days: making phones trust another is work for people. */
export const AUTHORITY_DAYS = 3_650
/**
 * How long the server's certificate lives, days. Apple takes 398 at most from its own roots and 825 from those that
 * people add (support.apple.com/102028 and /103769); within the shorter of both it is right everywhere.
 */
export const SERVER_DAYS = 397
/** Certificates begin this much earlier: a phone's clock may be behind. */
export const BACKDATE_MS = 86_400_000

const DAY_MS = 86_400_000
/** RFC 5280 §4.1.2.2 allows 20 octets. */
const SERIAL_BYTES = 16
const CURVE = { name: 'ECDSA', namedCurve: 'P-256' } as const
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' } as const

/** Makes an authority of its own key, bound to private names ({@link createNameConstraints}). */
export async function createAuthority(deps: CertificateDeps, machine: string): Promise<KeyAndCertificate> {
  const keys = await crypto.subtle.generateKey(CURVE, true, ['sign', 'verify'])
  const serialNumber = createSerial(deps.random)
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber,
      // The digits tell two authorities of one machine apart in a phone's settings.
      name: [{ CN: [`Salus home network ${machine.slice(0, 32)} ${serialNumber.slice(-4)}`] }, { O: ['Salus'] }],
      ...lifetime(deps.clock, AUTHORITY_DAYS),
      keys,
      signingAlgorithm: SIGNATURE,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        await SubjectKeyIdentifierExtension.create(keys.publicKey),
        createNameConstraints(),
      ],
    },
    crypto,
  )
  return { keyPem: await keyToPem(keys.privateKey), certificatePem: `${certificate.toString('pem')}\n` }
}

/** Makes a key and has the authority certify it for a machine's names, its addresses and loopback. */
export async function issueServerCertificate(
  deps: CertificateDeps,
  authority: KeyAndCertificate,
  machine: MachineNames,
): Promise<KeyAndCertificate> {
  const issuer = new X509Certificate(authority.certificatePem)
  const signingKey = await pemToKey(authority.keyPem)
  const keys = await crypto.subtle.generateKey(CURVE, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.create(
    {
      serialNumber: createSerial(deps.random),
      subject: [{ CN: ['Salus'] }],
      issuer: issuer.subjectName,
      ...lifetime(deps.clock, SERVER_DAYS),
      publicKey: keys.publicKey,
      signingKey,
      signingAlgorithm: SIGNATURE,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        new SubjectAlternativeNameExtension(certifiedNames(machine)),
        await SubjectKeyIdentifierExtension.create(keys.publicKey),
        await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      ],
    },
    crypto,
  )
  return { keyPem: await keyToPem(keys.privateKey), certificatePem: `${certificate.toString('pem')}\n` }
}

/** All that a server's certificate stands for, in its order. */
export function certifiedNames(machine: MachineNames): { readonly type: 'dns' | 'ip'; readonly value: string }[] {
  return [
    ...[...machine.names, 'localhost'].map((value) => ({ type: 'dns' as const, value })),
    ...[...machine.addresses, '127.0.0.1', '::1'].map((value) => ({ type: 'ip' as const, value })),
  ]
}

function lifetime(clock: Clock, days: number): { notBefore: Date; notAfter: Date } {
  const notBeforeMs = clock.nowMs() - BACKDATE_MS
  // Both ends count (RFC 5280 §4.1.2.5): a second less keeps within the number of days.
  return { notBefore: new Date(notBeforeMs), notAfter: new Date(notBeforeMs + days * DAY_MS - 1_000) }
}

/** Random, positive and of full length: the first bit 0, the second 1. */
function createSerial(random: Random): string {
  const bytes = Buffer.from(random.bytes(SERIAL_BYTES))
  bytes.writeUInt8((bytes.readUInt8(0) & 0x7f) | 0x40, 0)
  return bytes.toString('hex')
}

async function keyToPem(key: CryptoKey): Promise<string> {
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', key))
  return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
    .export({ format: 'pem', type: 'pkcs8' })
    .toString()
}

async function pemToKey(pem: string): Promise<CryptoKey> {
  const pkcs8 = createPrivateKey(pem).export({ format: 'der', type: 'pkcs8' })
  return crypto.subtle.importKey('pkcs8', new Uint8Array(pkcs8), CURVE, false, ['sign'])
}
