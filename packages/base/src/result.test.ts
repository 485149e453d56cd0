import { expect, it } from 'vitest'
import { assert, assertNever, present } from './assert.ts'
import { epochMs, systemClock } from './clock.ts'
import { systemRandom } from './random.ts'
import { err, ok } from './result.ts'

it('a result is plain data, which survives a structured clone', () => {
  const results = [ok(), ok(7), err({ type: 'WrongPassphrase' })]
  expect(structuredClone(results)).toEqual([
    { ok: true, value: undefined },
    { ok: true, value: 7 },
    { ok: false, error: { type: 'WrongPassphrase' } },
  ])
})

it('a broken invariant throws and names itself, never the value', () => {
  expect(() => assert(false, 'tips ascend')).toThrow('Invariant broken: tips ascend')
  expect(() => assert(true, 'tips ascend')).not.toThrow()
  expect(() => present(undefined, 'a first row')).toThrow('Invariant broken: a first row')
  expect(() => present(null, 'a first row')).toThrow('Invariant broken: a first row')
  expect([present(0, ''), present('', ''), present(false, '')]).toEqual([0, '', false])
  // A value that the types rule out.
  expect(() => assertNever('ferritin 30' as never)).toThrow('Unhandled case: string')
})

it("the platform's clock and generator are wired", () => {
  const before = Date.now()
  const now = systemClock.nowMs()
  expect(now).toBeGreaterThanOrEqual(before)
  expect(now).toBeLessThanOrEqual(Date.now())
  expect(epochMs(1_700_000_000_000)).toBe(1_700_000_000_000)
  const [first, second] = [systemRandom.bytes(32), systemRandom.bytes(32)]
  expect(first).toHaveLength(32)
  expect(first).not.toEqual(second)
})
