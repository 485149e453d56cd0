import { createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto'
import { type Bytes, concatBytes, hexToBytes, isZero } from '@salus/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { x25519KeysFromSeed, x25519SharedSecret } from './x25519.ts'

const anySeed = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes): Bytes => Uint8Array.from(bytes))

describe('X25519', () => {
  it("both sides compute one secret, and it is OpenSSL's", () => {
    fc.assert(
      fc.property(anySeed, anySeed, (first, second) => {
        const [a, b] = [x25519KeysFromSeed(first), x25519KeysFromSeed(second)]
        const shared = x25519SharedSecret(a.secretKey, b.publicKey)
        expect(shared).toEqual(x25519SharedSecret(b.secretKey, a.publicKey))
        expect(shared).toEqual({ ok: true, value: opensslSharedSecret(a.secretKey, b.publicKey) })
      }),
      { numRuns: 30 },
    )
  })

  it('never gives an all-zero secret', () => {
    const smallU = fc.integer({ min: 0, max: 30 }).map((u) => {
      const publicKey = new Uint8Array(32)
      publicKey[0] = u
      return publicKey
    })
    fc.assert(
      fc.property(anySeed, smallU, (seed, publicKey) => {
        const shared = x25519SharedSecret(seed, publicKey)
        expect(shared.ok).toBe((publicKey[0] ?? 0) > 1)
        if (shared.ok) expect(isZero(shared.value)).toBe(false)
      }),
      { numRuns: 50 },
    )
  })

  it('copies the seed, so that the caller can wipe its own', () => {
    const seed = new Uint8Array(32).fill(5)
    const { secretKey } = x25519KeysFromSeed(seed)
    seed.fill(0)
    expect(secretKey).toEqual(new Uint8Array(32).fill(5))
  })

  it("a key of another length is the caller's bug", () => {
    const key = new Uint8Array(32).fill(9)
    expect(() => x25519KeysFromSeed(key.slice(1))).toThrow('Invariant broken')
    expect(() => x25519SharedSecret(key.slice(1), key)).toThrow('Invariant broken')
    expect(() => x25519SharedSecret(key, key.slice(1))).toThrow('Invariant broken')
  })
})

function opensslSharedSecret(secretKey: Bytes, publicKey: Bytes): Bytes {
  const privateKey = createPrivateKey({
    key: derKey('302e020100300506032b656e04220420', secretKey),
    format: 'der',
    type: 'pkcs8',
  })
  const peer = createPublicKey({ key: derKey('302a300506032b656e032100', publicKey), format: 'der', type: 'spki' })
  return Uint8Array.from(diffieHellman({ privateKey, publicKey: peer }))
}

/** A raw key behind its fixed DER header (RFC 8410 §4 and §7). */
function derKey(headerHex: string, key: Bytes): Buffer {
  const header = hexToBytes(headerHex)
  if (!header.ok) throw new Error('a DER header in hex')
  return Buffer.from(concatBytes(header.value, key))
}
