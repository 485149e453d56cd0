import { createHmac } from 'node:crypto'
import { concatBytes } from '@salus/base'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { hmacSha256 } from './hmac-sha256.ts'

it('HMAC-SHA-256 equals OpenSSL for any key and any parts', () => {
  const anyParts = fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 4 })
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 150 }), anyParts, (key, parts) => {
      const expected = createHmac('sha256', key)
        .update(concatBytes(...parts))
        .digest()
      expect(hmacSha256(key, ...parts)).toEqual(Uint8Array.from(expected))
    }),
  )
})
