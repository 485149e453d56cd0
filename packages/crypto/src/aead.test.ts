import { type Bytes, equalBytes } from '@salus/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AEAD_TAG_BYTES, type Suite, aeadNonceBytes, openAead, sealAead, zeroNonce } from './aead.ts'

const SUITES: readonly Suite[] = [1, 2]
const ENGINES = [crypto.subtle, null]
const anyBytes = fc.uint8Array({ maxLength: 300 }).map((bytes): Bytes => Uint8Array.from(bytes))
const anyKey = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes): Bytes => Uint8Array.from(bytes))
const anyNonceOf = (suite: Suite) => anyKey.map((bytes) => bytes.slice(0, aeadNonceBytes(suite)))

describe.each(SUITES)('suite %i', (suite) => {
  it('what one engine seals, every engine opens', async () => {
    await fc.assert(
      fc.asyncProperty(anyKey, anyNonceOf(suite), anyBytes, anyBytes, async (key, nonce, plaintext, aad) => {
        for (const sealer of ENGINES) {
          const sealed = await sealAead(suite, key, nonce, plaintext, aad, sealer)
          expect(sealed).toHaveLength(plaintext.length + AEAD_TAG_BYTES)
          for (const opener of ENGINES) {
            expect(await openAead(suite, key, nonce, sealed, aad, opener)).toEqual({ ok: true, value: plaintext })
          }
        }
      }),
      { numRuns: 50 },
    )
  })

  it('any changed bit of key, nonce, ciphertext, tag or AAD is the one OpenFailed', async () => {
    const someBytes = anyBytes.filter((bytes) => bytes.length > 0)
    await fc.assert(
      fc.asyncProperty(
        anyKey,
        anyNonceOf(suite),
        someBytes,
        someBytes,
        fc.nat(3),
        fc.nat(),
        async (key, nonce, plaintext, aad, part, bit) => {
          const sealed = await sealAead(suite, key, nonce, plaintext, aad)
          flipBit([key, nonce, sealed, aad][part] ?? key, bit)
          for (const subtle of ENGINES) {
            const opened = await openAead(suite, key, nonce, sealed, aad, subtle)
            expect(opened).toEqual({ ok: false, error: { type: 'OpenFailed' } })
          }
        },
      ),
      { numRuns: 100 },
    )
  })

  it("a key or nonce of another length is the caller's bug", async () => {
    const [key, nonce, empty] = [new Uint8Array(32), zeroNonce(suite), new Uint8Array()]
    await expect(sealAead(suite, key.slice(1), nonce, empty, empty)).rejects.toThrow('Invariant broken')
    await expect(sealAead(suite, key, nonce.slice(1), empty, empty)).rejects.toThrow('Invariant broken')
    await expect(openAead(suite, key.slice(1), nonce, new Uint8Array(16), empty)).rejects.toThrow('Invariant broken')
    await expect(openAead(suite, key, nonce.slice(1), new Uint8Array(16), empty)).rejects.toThrow('Invariant broken')
  })

  it('leaves its inputs as they were', async () => {
    const [key, nonce, plaintext, aad] = [filled(32), filled(aeadNonceBytes(suite)), filled(40), filled(7)]
    for (const subtle of ENGINES) {
      const sealed = await sealAead(suite, key, nonce, plaintext, aad, subtle)
      const before = sealed.slice()
      await openAead(suite, key, nonce, sealed, aad, subtle)
      expect([key, nonce, plaintext, aad]).toEqual([filled(32), filled(aeadNonceBytes(suite)), filled(40), filled(7)])
      expect(equalBytes(sealed, before)).toBe(true)
    }
  })
})

it('an engine that fails for another reason than the tag is not taken for a forgery', async () => {
  const broken = subtleWith({ decrypt: () => Promise.reject(new DOMException('', 'InvalidAccessError')) })
  await expect(openAead(1, filled(32), filled(12), filled(20), filled(1), broken)).rejects.toThrow(DOMException)
})

it('less than a tag is refused before an engine sees it, whatever it would call that', async () => {
  const picky = subtleWith({ decrypt: () => Promise.reject(new DOMException('', 'DataError')) })
  const opened = await openAead(1, filled(32), filled(12), filled(AEAD_TAG_BYTES - 1), filled(1), picky)
  expect(opened).toEqual({ ok: false, error: { type: 'OpenFailed' } })
})

function subtleWith(replacement: Partial<SubtleCrypto>): SubtleCrypto {
  // A test double of the two methods used; the interface has a dozen more.
  return { importKey: crypto.subtle.importKey.bind(crypto.subtle), ...replacement } as SubtleCrypto
}

function filled(length: number): Bytes {
  return new Uint8Array(length).fill(7)
}

function flipBit(bytes: Bytes, position: number): void {
  const bit = position % (8 * bytes.length)
  bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
}
