import { BlockList, isIP } from 'node:net'

/** A range of addresses: its first one and how many leading bits count. */
export interface AddressRange {
  readonly family: 'ipv4' | 'ipv6'
  readonly address: string
  readonly prefixBits: number
}

/**
 * What no router of the internet forwards: loopback (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3), private networks (RFC 1918 §3,
 * RFC 4193 §3) and addresses that a machine without DHCP gives itself (RFC 3927 §2.1).
 */
export const PRIVATE_RANGES: readonly AddressRange[] = [
  { family: 'ipv4', address: '10.0.0.0', prefixBits: 8 },
  { family: 'ipv4', address: '172.16.0.0', prefixBits: 12 },
  { family: 'ipv4', address: '192.168.0.0', prefixBits: 16 },
  { family: 'ipv4', address: '169.254.0.0', prefixBits: 16 },
  { family: 'ipv4', address: '127.0.0.0', prefixBits: 8 },
  { family: 'ipv6', address: 'fc00::', prefixBits: 7 },
  { family: 'ipv6', address: '::1', prefixBits: 128 },
]

const PRIVATE = new BlockList()
for (const { family, address, prefixBits } of PRIVATE_RANGES) PRIVATE.addSubnet(address, prefixBits, family)

/** Whether a text is an address within {@link PRIVATE_RANGES}. */
export function isPrivateAddress(address: string): boolean {
  const version = isIP(address)
  return version !== 0 && PRIVATE.check(address, version === 4 ? 'ipv4' : 'ipv6')
}
