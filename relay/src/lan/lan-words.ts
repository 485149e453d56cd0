import type { Clock } from '@salus/base'
import { AUTHORITY_WARN_DAYS, type LanCertificates, type LanFault, daysUntil } from './lan-certificates.ts'
import { qrForTerminal } from './qr-drawing.ts'
import type { LanState } from './start-lan.ts'

/** What the owner is told when there is no certificate. */
export function describeLanFault(fault: LanFault, dataDir: string): string {
  const start = {
    AuthorityMissing: `the key of the home network's authority is not in ${dataDir}/lan.`,
    AuthorityDamaged: `the key of the home network's authority in ${dataDir}/lan is damaged.`,
    AuthorityExpired: `the home network's authority has ended.`,
  }[fault.type]
  const restore = fault.type === 'AuthorityExpired' ? '' : ' Put it back from a backup, or'
  return `${start}${restore} npm run -s relay -- lan remove, and start again with --lan: that makes a new authority, which every phone has to trust anew`
}

/** What is printed below the address and the invite. */
export function lanGreeting(state: LanState, clock: Clock, isTerminal: boolean): string {
  const others = state.origins.slice(1)
  return [
    ...(others.length === 0 ? [] : [`Also at: ${others.join('  ')}`]),
    '',
    `Phones come to trust it here, step by step: ${state.trustPage}`,
    ...(isTerminal ? [qrForTerminal(state.trustPage)] : []),
    ...describeAuthority(state.certificates, clock),
  ].join('\n')
}

/** The fingerprint to compare, and when things end. */
export function describeAuthority(certificates: LanCertificates, clock: Clock): string[] {
  const daysLeft = daysUntil(clock, certificates.authorityEndsMs)
  return [
    'Fingerprint (SHA-256) of the authority, to compare with what the phone shows before it is trusted:',
    ...groupFingerprint(certificates.fingerprint).map((line) => `    ${line}`),
    `The authority ends in ${daysLeft} days, the server's certificate in ${daysUntil(clock, certificates.serverEndsMs)}; the latter is renewed by itself.`,
    ...(daysLeft >= AUTHORITY_WARN_DAYS
      ? []
      : [
          'The authority ends soon: npm run -s relay -- lan remove, and start again with --lan, makes another. Every phone has to trust it anew.',
        ]),
  ]
}

/** A fingerprint in lines of eight pairs, for the eye. */
export function groupFingerprint(fingerprint: string): string[] {
  const pairs = fingerprint.split(':')
  return Array.from({ length: Math.ceil(pairs.length / 8) }, (_, line) => {
    const eight = pairs.slice(8 * line, 8 * line + 8)
    return `${eight.slice(0, 4).join(':')}  ${eight.slice(4).join(':')}`
  })
}
