import { type Clock, type Random, type Result, ok, systemClock, systemRandom } from '@salus/base'
import { type RunningRelay, type StartOptions, type TlsIdentity, startRelay } from '../start-relay.ts'
import { type Timer, systemTimer } from '../timer.ts'
import { certifiedHosts, isNameKnown, reachableHosts, urlHost } from './lan-addresses.ts'
import { type LanCertificates, type LanFault, ensureLanCertificates } from './lan-certificates.ts'
import { LanFolder } from './lan-folder.ts'
import { type MachineNames, type MachineView, machineNames, thisMachine } from './machine-names.ts'
import { CERTIFICATE_PATH, type TrustServer, startTrustServer } from './trust-server.ts'

/** Between two looks at the machine's addresses and the certificate's end, milliseconds. */
export const LAN_CHECK_MS = 60_000

/** Tests pass their own. */
export interface LanDeps {
  readonly clock: Clock
  readonly random: Random
  readonly timer: Timer
  readonly machine: () => MachineView
  readonly isNameKnown: (machine: MachineNames) => Promise<boolean>
}

/** What is served now. */
export interface LanState {
  readonly certificates: LanCertificates
  /** Where phones find the app, the best first. */
  readonly origins: readonly string[]
  /** The plain page's address: by an address where there is one, since not every phone finds names. */
  readonly trustPage: string
}

export interface RunningLan {
  readonly relay: RunningRelay
  state(): LanState
  /** Looks at the addresses and the certificate now, as the timer does. */
  check(): Promise<void>
  close(): Promise<void>
}

const SYSTEM: LanDeps = {
  clock: systemClock,
  random: systemRandom,
  timer: systemTimer,
  machine: thisMachine,
  isNameKnown,
}

/** Starts app and relay over TLS 1.3 for a home network, and the plain page beside it. @throws the servers' errors */
export async function startLan(
  options: StartOptions,
  trustPort: number,
  { isHostChosen, ...deps }: { readonly isHostChosen: boolean } & Partial<LanDeps>,
): Promise<Result<RunningLan, LanFault>> {
  const { clock, random, timer, machine: view, isNameKnown: asksForName } = { ...SYSTEM, ...deps }
  const writeLog = options.writeLog ?? ((line: string): void => void process.stderr.write(`${line}\n`))
  const folder = new LanFolder(options.dataDir)
  let machine = machineNames(view())
  let isKnown = await asksForName(machine)
  const ensured = await ensureLanCertificates({ clock, random }, folder, machine)
  if (!ensured.ok) return ensured
  let certificates = ensured.value
  const { relay, host } = await listenOnAll(options, isHostChosen, tlsIdentity(certificates, machine))
  let page: TrustServer
  const state = (): LanState => {
    const hosts = reachableHosts(machine, isKnown)
    return {
      certificates,
      origins: hosts.map((name) => new URL(`https://${name}:${relay.port}`).origin),
      trustPage: `http://${urlHost(machine.addresses[0] ?? hosts[0] ?? 'localhost')}:${page.port}/`,
    }
  }
  try {
    page = await startTrustServer(host, trustPort, () => ({
      origins: state().origins,
      authorityEndsMs: certificates.authorityEndsMs,
      authorityDer: certificates.authorityDer,
      certificatePath: CERTIFICATE_PATH,
    }))
  } catch (error) {
    await relay.close()
    throw error
  }

  const check = async (): Promise<void> => {
    const now = machineNames(view())
    const checked = await ensureLanCertificates({ clock, random }, folder, now, false)
    if (!checked.ok) return writeLog(`salus-lan the certificate cannot be looked after: ${checked.error.type}`)
    ;[machine, isKnown] = [now, await asksForName(now)]
    if (checked.value.server.certificatePem === certificates.server.certificatePem) return
    certificates = checked.value
    relay.changeTls(tlsIdentity(certificates, machine))
    writeLog(`salus-lan another certificate is in use, for ${certifiedHosts(machine).join(' ')}`)
  }
  let cancel = (): void => undefined
  const plan = (): void => {
    cancel = timer.after(LAN_CHECK_MS, () => {
      check().then(plan, (error: unknown) => {
        writeLog(
          `salus-lan the certificate cannot be looked after: ${error instanceof Error ? error.message : 'unknown'}`,
        )
        plan()
      })
    })
  }
  plan()
  return ok({
    relay,
    state,
    check,
    close: async () => {
      cancel()
      await Promise.all([relay.close(), page.close()])
    },
  })
}

/** On both families of addresses; on IPv4 alone where the machine has no IPv6. */
async function listenOnAll(
  options: StartOptions,
  isHostChosen: boolean,
  tls: TlsIdentity,
): Promise<{ relay: RunningRelay; host: string }> {
  const host = options.host ?? '::'
  try {
    return { relay: await startRelay({ ...options, host, tls }), host }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (isHostChosen || (code !== 'EAFNOSUPPORT' && code !== 'EADDRNOTAVAIL')) throw error
    return { relay: await startRelay({ ...options, host: '0.0.0.0', tls }), host: '0.0.0.0' }
  }
}

function tlsIdentity({ server }: LanCertificates, machine: MachineNames): TlsIdentity {
  return { ...server, hosts: certifiedHosts(machine) }
}
