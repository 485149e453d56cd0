import { concatBytes, utf8ToBytes } from '@salus/base'
import { expect, it } from 'vitest'
import { authSigningInput } from './auth.ts'
import { vaultIdOf } from './ids.ts'
import { SIGNATURE_LABELS } from './signature-labels.ts'

it('a token request signs label, vault, origin and nonce, the origin with its length (S2)', () => {
  const vault = vaultIdOf(new Uint8Array(32).fill(1))
  const nonce = new Uint8Array(32).fill(2)
  expect(authSigningInput(vault, 'https://relay.example', nonce)).toEqual(
    concatBytes(
      utf8ToBytes('salus/v1/auth'),
      new Uint8Array(32).fill(1),
      Uint8Array.of(0, 21),
      utf8ToBytes('https://relay.example'),
      nonce,
    ),
  )
})

it('an origin is measured in bytes, up to 65,535', () => {
  const sign = (origin: string) => authSigningInput(vaultIdOf(new Uint8Array(32)), origin, new Uint8Array(32))
  expect(sign('é').slice(45, 47)).toEqual(Uint8Array.of(0, 2))
  expect(sign('a'.repeat(65_535)).slice(45, 47)).toEqual(Uint8Array.of(0xff, 0xff))
  expect(() => sign('a'.repeat(65_536))).toThrow()
})

it('no signature label is the beginning of another, so no signed bytes mean two things', () => {
  const labels = Object.values(SIGNATURE_LABELS)
  for (const [i, one] of labels.entries()) {
    for (const [j, other] of labels.entries()) if (i !== j) expect(other.startsWith(one), `${one} ${other}`).toBe(false)
  }
})
