import { ZERO_HASH, hashOf } from '@salus/wire'
import { describe, expect, it } from 'vitest'
import { TestSigner } from '../testing/test-vault.ts'
import { chainStep } from './chain-step.ts'
import { coreStep } from './core-step.ts'

const hash = (fill: number) => hashOf(new Uint8Array(32).fill(fill))
const device = new TestSigner().id

describe('the next batch of a chain (S6)', () => {
  const tip = { seq: 3, hash: hash(3), coreSeq: 0 }
  const batch = { device, seq: 4, prevHash: hash(3), hash: hash(4), coreSeq: 0, bytes: new Uint8Array(1) }
  const step = (change: Partial<typeof batch>) => chainStep(tip, { ...batch, ...change }, () => hash(3), 0)

  it('has the next seq and the tip’s hash; one alone is not enough', () => {
    expect(step({})).toBe('next')
    expect(step({ seq: 5 })).toMatchObject({ type: 'ChainBroken' })
    expect(step({ prevHash: hash(9) })).toMatchObject({ type: 'ChainBroken' })
    expect(chainStep(undefined, { ...batch, seq: 2, prevHash: ZERO_HASH }, () => undefined, 0)).toMatchObject({
      type: 'ChainBroken',
    })
  })
})

describe('the next entry of a core log (S5)', () => {
  const head = { seq: 3, hash: hash(3) }
  const row = {
    seq: 4,
    hash: hash(4),
    prevHash: hash(3),
    entry: new Uint8Array(1),
    wraps: new Uint8Array(),
    links: new Uint8Array(),
  }

  it('has the next seq and the head’s hash; one alone is not enough', () => {
    expect(coreStep({ head, bytes: 0 }, row, 1_000).ok).toBe(true)
    const moved = { ok: false, error: { type: 'HeadMoved', head } }
    expect(coreStep({ head, bytes: 0 }, { ...row, seq: 5 }, 1_000)).toEqual(moved)
    expect(coreStep({ head, bytes: 0 }, { ...row, prevHash: hash(9) }, 1_000)).toEqual(moved)
  })
})
