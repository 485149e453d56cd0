import { lookup } from 'node:dns/promises'
import { certifiedNames } from './authority.ts'
import type { MachineNames } from './machine-names.ts'

/** How long a name may take to be found, milliseconds. */
export const NAME_LOOKUP_MS = 2_000

/** A host as it stands in an address. */
export function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

/** All hosts that the server's certificate names. */
export function certifiedHosts(machine: MachineNames): string[] {
  return certifiedNames(machine).map(({ value }) => urlHost(value))
}

/**
 * The hosts that a phone may use, the best first. A name outlives a change of addresses, and what a browser keeps belongs
 * to one address: so the name comes first, if the network knows it.
 */
export function reachableHosts(machine: MachineNames, isNameKnown: boolean): string[] {
  const hosts = isNameKnown ? [...machine.names, ...machine.addresses] : [...machine.addresses, ...machine.names]
  return hosts.length === 0 ? ['localhost'] : hosts.map(urlHost)
}

/** Whether the first of a machine's names leads to one of its own addresses, as multicast DNS answers. */
export async function isNameKnown(machine: MachineNames): Promise<boolean> {
  const [name] = machine.names
  if (name === undefined) return false
  let giveUp: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<[]>((resolve) => (giveUp = setTimeout(() => resolve([]), NAME_LOOKUP_MS)))
  // A name that is not found is the ordinary case on Linux without a multicast DNS service.
  const found = await Promise.race([lookup(name, { all: true }).catch(() => []), late])
  clearTimeout(giveUp)
  return found.some(({ address }) => machine.addresses.includes(address))
}
