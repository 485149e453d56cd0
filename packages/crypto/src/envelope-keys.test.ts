import { type Bytes, bytesToHex } from '@salus/base'
import { describe, expect, it } from 'vitest'
import { deriveEnvelopeKeys, hedgedSalt } from './envelope-keys.ts'
import { LABELS } from './labels.ts'

const [streamKey, salt, headerHash] = [filled(1), filled(2), filled(3)]

describe('deriveEnvelopeKeys (V19)', () => {
  it('every input changes both the key and the commitment', () => {
    const derived = [
      deriveEnvelopeKeys(streamKey, salt, LABELS.batch, headerHash),
      deriveEnvelopeKeys(filled(9), salt, LABELS.batch, headerHash),
      deriveEnvelopeKeys(streamKey, filled(9), LABELS.batch, headerHash),
      deriveEnvelopeKeys(streamKey, salt, LABELS.chunk, headerHash),
      deriveEnvelopeKeys(streamKey, salt, LABELS.batch, filled(9)),
    ]
    const values = derived.flatMap(({ key, commitment }) => [bytesToHex(key), bytesToHex(commitment)])
    expect(new Set(values).size).toBe(10)
    expect(streamKey).toEqual(filled(1))
  })
})

describe('hedgedSalt (V21)', () => {
  const [random, header, plaintext] = [filled(4), filled(5), filled(6)]

  it('a generator that repeats itself still salts other headers and plaintexts otherwise', () => {
    const salts = [
      hedgedSalt(streamKey, random, header, plaintext),
      hedgedSalt(streamKey, random, filled(9), plaintext),
      hedgedSalt(streamKey, random, header, filled(9)),
      hedgedSalt(streamKey, filled(9), header, plaintext),
      hedgedSalt(filled(9), random, header, plaintext),
    ]
    expect(new Set(salts.map(bytesToHex)).size).toBe(5)
    expect(streamKey).toEqual(filled(1))
  })

  it('the same batch with the same random bytes is the same ciphertext again, never another under one key', () => {
    expect(hedgedSalt(streamKey, random, header, plaintext)).toEqual(hedgedSalt(streamKey, random, header, plaintext))
  })
})

function filled(byte: number): Bytes {
  return new Uint8Array(32).fill(byte)
}
