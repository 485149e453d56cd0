import { hostname, networkInterfaces } from 'node:os'
import { isPrivateAddress } from './private-address.ts'

/** Under which names and addresses other machines of the home network reach this one. */
export interface MachineNames {
  /** Names in lower case, such as `attic.local`; may be empty. */
  readonly names: readonly string[]
  /** Private IPv4 and IPv6 addresses without loopback, the likeliest first; may be empty. */
  readonly addresses: readonly string[]
}

/** What the platform tells of itself: `os.hostname()` and `os.networkInterfaces()`. */
export interface MachineView {
  readonly hostname: string
  readonly interfaces: Readonly<
    Record<string, readonly { readonly address: string; readonly internal: boolean }[] | undefined>
  >
}

/** Addresses in one certificate; a machine with more has them for containers. */
export const ADDRESSES_MAX = 32

/** Bridges of containers and virtual machines: no phone is behind them. */
const VIRTUAL_INTERFACE = /^(docker|br-|veth|virbr|vmnet|vboxnet|lxc|lxd|podman|cni)/
/** The order of preference: what home routers give out comes first, self-given addresses come last. */
const PREFERENCE = [/^192\.168\./, /^10\./, /^172\./, /^f[cd]/]

/** Names and addresses that a certificate may hold and a phone may use. */
export function machineNames(view: MachineView): MachineNames {
  // macOS says `attic.local`, some Linux machines a whole domain name: multicast DNS uses the first label (RFC 6762 §3).
  const label = view.hostname.toLowerCase().split('.')[0] ?? ''
  const isLabel = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label) && label !== 'localhost'
  const addresses = Object.entries(view.interfaces)
    .filter(([name]) => !VIRTUAL_INTERFACE.test(name))
    .flatMap(([, held]) => held ?? [])
    .filter(({ address, internal }) => !internal && isPrivateAddress(address))
    .map(({ address }) => address)
  const sorted = [...new Set(addresses)].sort((a, b) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1))
  return { names: isLabel ? [`${label}.local`] : [], addresses: sorted.slice(0, ADDRESSES_MAX) }
}

/** This machine's own, as it is now. */
export function thisMachine(): MachineView {
  return { hostname: hostname(), interfaces: networkInterfaces() }
}

function rankOf(address: string): number {
  const rank = PREFERENCE.findIndex((pattern) => pattern.test(address))
  return rank === -1 ? PREFERENCE.length : rank
}
