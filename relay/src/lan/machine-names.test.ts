import { describe, expect, it } from 'vitest'
import { ADDRESSES_MAX, machineNames } from './machine-names.ts'
import { isPrivateAddress } from './private-address.ts'
import { testMachine } from './lan-for-tests.ts'

describe('The names of a machine', () => {
  it('are its multicast name and its private addresses, the likeliest first', () => {
    const machine = machineNames(
      testMachine('fd00::2', '169.254.1.1', '10.0.0.2', '192.168.1.5', '9.9.9.9', '2001:db8::1', 'fe80::1'),
    )
    expect(machine).toEqual({
      names: ['attic.local'],
      addresses: ['192.168.1.5', '10.0.0.2', 'fd00::2', '169.254.1.1'],
    })
  })

  it('leave out bridges of containers and what is no host name', () => {
    const view = { hostname: 'my_machine', interfaces: { docker0: [{ address: '172.17.0.1', internal: false }] } }
    expect(machineNames(view)).toEqual({ names: [], addresses: [] })
    expect(machineNames({ ...view, hostname: 'Attic.local' }).names).toEqual(['attic.local'])
    expect(machineNames({ ...view, hostname: 'localhost' }).names).toEqual([])
  })

  it(`hold ${ADDRESSES_MAX} addresses and no more`, () => {
    const addresses = (count: number): string[] => Array.from({ length: count }, (_, i) => `10.0.0.${i}`)
    expect(machineNames(testMachine(...addresses(ADDRESSES_MAX))).addresses).toHaveLength(ADDRESSES_MAX)
    expect(machineNames(testMachine(...addresses(ADDRESSES_MAX + 1))).addresses).toHaveLength(ADDRESSES_MAX)
  })

  it('count as private to the last address of each range', () => {
    for (const address of [
      '10.255.255.255',
      '172.16.0.0',
      '172.31.255.255',
      '192.168.0.0',
      'fdff::1',
      '::1',
      '127.9.9.9',
    ])
      expect([address, isPrivateAddress(address)]).toEqual([address, true])
    for (const address of ['11.0.0.0', '172.15.255.255', '172.32.0.0', '192.169.0.0', 'fe00::1', '::2', 'x', ''])
      expect([address, isPrivateAddress(address)]).toEqual([address, false])
  })
})
