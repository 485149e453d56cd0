import { createHash } from 'node:crypto'
import { concatBytes } from '@salus/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSha256, digestSha256, sha256 } from './sha256.ts'

const anyParts = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 6 })

describe('SHA-256', () => {
  it('equals OpenSSL on any input, however it is cut into parts', () => {
    fc.assert(
      fc.property(anyParts, (parts) => {
        const expected = Uint8Array.from(
          createHash('sha256')
            .update(concatBytes(...parts))
            .digest(),
        )
        expect(sha256(...parts)).toEqual(expected)
        const incremental = createSha256()
        for (const part of parts) incremental.update(part)
        expect(incremental.digest()).toEqual(expected)
      }),
    )
  })

  it('is the same by Web Crypto and without it, at any length', async () => {
    const lengths = fc.constantFrom(0, 1, 2_047, 2_048, 2_049, 40_000)
    await fc.assert(
      fc.asyncProperty(lengths, fc.nat(255), async (length, byte) => {
        const view = new Uint8Array(length + 3).fill(byte).subarray(3)
        expect(await digestSha256(view)).toEqual(sha256(view))
        expect(await digestSha256(view, null)).toEqual(sha256(view))
      }),
    )
  })

  it('an incremental hash is spent after its digest', () => {
    const hash = createSha256().update(new Uint8Array(3))
    hash.digest()
    expect(() => hash.update(new Uint8Array(1))).toThrow()
    expect(() => hash.digest()).toThrow()
  })
})
