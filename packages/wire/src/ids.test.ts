import { bytesToBase64Url } from '@salus/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ZERO_HASH,
  ZERO_VAULT,
  deviceIdOf,
  hashOf,
  idBytes,
  parseBase64Url,
  parseDeviceId,
  parseHash,
  parseStreamId,
  parseVaultId,
  streamIdOf,
  vaultIdOf,
} from './ids.ts'
import { exactBytes } from './testing/arbitraries.ts'

describe.each([
  { name: 'vault id', length: 32, make: vaultIdOf, parse: parseVaultId },
  { name: 'stream id', length: 16, make: streamIdOf, parse: parseStreamId },
  { name: 'device id', length: 16, make: deviceIdOf, parse: parseDeviceId },
  { name: 'hash', length: 32, make: hashOf, parse: parseHash },
])('a $name', ({ name, length, make, parse }) => {
  it('round-trips between bytes and text', () => {
    fc.assert(
      fc.property(exactBytes(length), (bytes) => {
        const id = make(bytes)
        expect(parse(id)).toEqual({ ok: true, value: id })
        expect(idBytes(id)).toEqual(bytes)
      }),
    )
  })

  it('is refused in any other length, spelling or type', () => {
    const text = bytesToBase64Url(new Uint8Array(length).fill(0xff))
    const shorter = bytesToBase64Url(new Uint8Array(length - 1))
    const longer = bytesToBase64Url(new Uint8Array(length + 1))
    const trailingBits = `${text.slice(0, -1)}_`
    const values = [
      shorter,
      longer,
      trailingBits,
      `${text}=`,
      ` ${text.slice(1)}`,
      `+${text.slice(1)}`,
      '',
      7,
      null,
      undefined,
      [text],
    ]
    for (const value of values)
      expect(parse(value), String(value)).toEqual({ ok: false, error: { type: 'Malformed', what: name } })
  })
})

it('zero ids are zeros', () => {
  expect(idBytes(ZERO_HASH)).toEqual(new Uint8Array(32))
  expect(idBytes(ZERO_VAULT)).toEqual(new Uint8Array(32))
})

it('base64url text is measured in bytes', () => {
  fc.assert(
    fc.property(fc.nat(70), fc.nat(70), (length, asked) => {
      expect(parseBase64Url(bytesToBase64Url(new Uint8Array(length)), asked, 'key').ok).toBe(length === asked)
    }),
  )
})
