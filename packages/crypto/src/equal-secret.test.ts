import { equalBytes } from '@salus/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { equalSecret } from './equal-secret.ts'

describe('equalSecret', () => {
  it('says the same as plain equality', () => {
    // One-bit bytes and short lengths, so that equal pairs do come up.
    const fewBytes = fc.uint8Array({ max: 1, maxLength: 3 })
    fc.assert(fc.property(fewBytes, fewBytes, (a, b) => equalSecret(a, b) === equalBytes(a, b)))
  })

  it('sees a difference of one bit at any place', () => {
    const secret = new Uint8Array(32)
    for (let bit = 0; bit < 256; bit++) {
      const changed = secret.slice()
      changed[bit >> 3] = 1 << (bit & 7)
      expect(equalSecret(secret, changed)).toBe(false)
    }
    expect(equalSecret(secret, secret.slice())).toBe(true)
  })
})
