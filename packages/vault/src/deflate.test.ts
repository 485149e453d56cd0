import { type Bytes, concatBytes, systemRandom } from '@salus/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deflateRaw, inflateRaw } from './deflate.ts'

const FAILED = { ok: false, error: { type: 'InflateFailed' } }

describe('raw deflate (V17, V23)', () => {
  it('gives back what was deflated', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 20_000 }), async (drawn) => {
        const bytes: Bytes = Uint8Array.from(drawn)
        expect(await inflateRaw(await deflateRaw(bytes), bytes.length)).toEqual({ ok: true, value: bytes })
      }),
      { numRuns: 50 },
    )
  })

  it('stops one byte above its bound and not at it, for a bomb as for a text', async () => {
    const boundMax = 8 * 1024 * 1024
    for (const size of [5_000, boundMax]) {
      const bomb = await deflateRaw(new Uint8Array(size))
      expect((await inflateRaw(bomb, size)).ok).toBe(true)
      expect(await inflateRaw(bomb, size - 1)).toEqual(FAILED)
    }
  })

  it('refuses a stream that was cut, one with bytes after its end, and noise', async () => {
    const deflated = await deflateRaw(systemRandom.bytes(10_000))
    for (const length of [0, 1, 5_000, deflated.length - 1])
      expect(await inflateRaw(deflated.slice(0, length), 20_000), String(length)).toEqual(FAILED)
    expect(await inflateRaw(concatBytes(deflated, new Uint8Array(1)), 20_000)).toEqual(FAILED)
    expect(await inflateRaw(new Uint8Array(64).fill(0xff), 20_000)).toEqual(FAILED)
  })
})
