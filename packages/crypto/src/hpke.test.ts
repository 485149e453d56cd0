import { type Bytes, equalBytes, systemRandom } from '@salus/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hpkeOpen, hpkeSeal } from './hpke.ts'
import { x25519KeysFromSeed } from './x25519.ts'

const ENGINES = [crypto.subtle, null]
const anyBytes = fc.uint8Array({ maxLength: 100 }).map((bytes): Bytes => Uint8Array.from(bytes))
const anySeed = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes): Bytes => Uint8Array.from(bytes))

describe('HPKE base mode', () => {
  it('what one engine seals, every engine opens, for its recipient alone', async () => {
    await fc.assert(
      fc.asyncProperty(anySeed, anySeed, anyBytes, anyBytes, anyBytes, async (seed, other, info, aad, plaintext) => {
        const recipient = x25519KeysFromSeed(seed)
        // Seeds that differ in clamped bits only are one key (RFC 7748 §5).
        fc.pre(!equalBytes(recipient.publicKey, x25519KeysFromSeed(other).publicKey))
        for (const sealer of ENGINES) {
          const sealed = await hpkeSeal(recipient.publicKey, info, aad, plaintext, systemRandom, sealer)
          if (!sealed.ok) throw new Error('keys from seeds have no low order')
          const { enc, ciphertext } = sealed.value
          for (const opener of ENGINES) {
            const opened = await hpkeOpen(recipient.secretKey, enc, info, aad, ciphertext, opener)
            expect(opened).toEqual({ ok: true, value: plaintext })
            const stolen = await hpkeOpen(other, enc, info, aad, ciphertext, opener)
            expect(stolen).toEqual({ ok: false, error: { type: 'OpenFailed' } })
          }
        }
      }),
      { numRuns: 20 },
    )
  })

  it('seals anew each time: a one-time key is never used twice', async () => {
    const { publicKey } = x25519KeysFromSeed(new Uint8Array(32).fill(1))
    const empty = new Uint8Array()
    const [first, second] = [
      await hpkeSeal(publicKey, empty, empty, empty, systemRandom),
      await hpkeSeal(publicKey, empty, empty, empty, systemRandom),
    ]
    expect(first).not.toEqual(second)
  })

  it("wipes the one-time secret that it drew, and nothing of the caller's", async () => {
    const recipient = x25519KeysFromSeed(new Uint8Array(32).fill(1))
    const drawn = new Uint8Array(32).fill(2)
    const sealed = await hpkeSeal(recipient.publicKey, drawn.slice(), drawn.slice(), drawn.slice(), {
      bytes: () => drawn,
    })
    if (!sealed.ok) throw new Error('keys from seeds have no low order')
    expect(drawn).toEqual(new Uint8Array(32))
    const secretKey = recipient.secretKey.slice()
    await hpkeOpen(secretKey, sealed.value.enc, drawn, drawn, sealed.value.ciphertext)
    expect(secretKey).toEqual(recipient.secretKey)
  })

  it("a recipient's secret of another length is the caller's bug", async () => {
    const empty = new Uint8Array()
    await expect(hpkeOpen(new Uint8Array(31), new Uint8Array(32), empty, empty, empty)).rejects.toThrow(
      'Invariant broken',
    )
  })
})
