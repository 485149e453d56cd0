import { Extension } from '@peculiar/x509'
import { type AddressRange, PRIVATE_RANGES } from './private-address.ts'

/** `id-ce-nameConstraints` (RFC 5280 §4.2.1.10). */
const NAME_CONSTRAINTS = '2.5.29.30'

/**
 * Names that the public name system never gives to anybody: multicast DNS (RFC 6762 §3), this machine itself (RFC 6761
 * §6.3). The bare host name is not among them: a machine that is called `app` would take all of the top level `app`.
 */
const PRIVATE_NAMES = ['local', 'localhost']

/** Tags of a GeneralName (RFC 5280 §4.2.1.6). */
const DNS_NAME = 0x82
const IP_ADDRESS = 0x87
const PERMITTED_SUBTREES = 0xa0
const SEQUENCE = 0x30

/**
 * Binds an authority to names and addresses that exist inside a home only, so that who steals its key can play no bank.
 * Critical, as RFC 5280 demands: who does not understand it refuses the authority instead of trusting it with all names.
 */
export function createNameConstraints(): Extension {
  const names = PRIVATE_NAMES.map((name) => subtree(DNS_NAME, Buffer.from(name, 'ascii')))
  const ranges = PRIVATE_RANGES.map((range) => subtree(IP_ADDRESS, rangeBytes(range)))
  return new Extension(NAME_CONSTRAINTS, true, der(SEQUENCE, [der(PERMITTED_SUBTREES, [...names, ...ranges])]))
}

function subtree(tag: number, content: Uint8Array): Uint8Array<ArrayBuffer> {
  return der(SEQUENCE, [der(tag, [content])])
}

/** Tag, length and content (X.690 §8.1), for contents below 64 KiB. */
function der(tag: number, contents: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = contents.reduce((sum, content) => sum + content.length, 0)
  const lengthBytes = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >>> 8, length & 0xff]
  return new Uint8Array(Buffer.concat([Uint8Array.from([tag, ...lengthBytes]), ...contents]))
}

/** The address followed by its mask. */
function rangeBytes({ family, address, prefixBits }: AddressRange): Uint8Array {
  const bytes = family === 'ipv4' ? ipv4Bytes(address) : ipv6Bytes(address)
  const mask = bytes.map((_, index) => 0xff & ~(0xff >>> Math.min(8, Math.max(0, prefixBits - 8 * index))))
  return Uint8Array.from([...bytes, ...mask])
}

function ipv4Bytes(address: string): number[] {
  return address.split('.').map(Number)
}

/** Of an address with at most one `::` and no embedded IPv4. */
function ipv6Bytes(address: string): number[] {
  const [head = '', tail = ''] = address.split('::')
  const groupsOf = (text: string): string[] => (text === '' ? [] : text.split(':'))
  const [first, last] = [groupsOf(head), groupsOf(tail)]
  const groups = [...first, ...Array.from({ length: 8 - first.length - last.length }, () => '0'), ...last]
  return groups.flatMap((group) => {
    const value = Number.parseInt(group, 16)
    return [value >>> 8, value & 0xff]
  })
}
