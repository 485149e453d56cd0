import { describe, expect, it } from 'vitest'
import { createBoundedCache } from './bounded-cache.ts'

describe('a bounded cache', () => {
  it('computes once for a key that stays', () => {
    const cache = createBoundedCache<number>(2)
    let computed = 0
    for (let i = 0; i < 3; i++) cache.getOrCompute('a', () => ++computed)
    expect(computed).toBe(1)
  })

  it('holds the maximum and, one above, forgets the key unused for longest', () => {
    const cache = createBoundedCache<string>(3)
    for (const key of ['a', 'b', 'c']) cache.getOrCompute(key, () => key)
    cache.getOrCompute('a', () => 'never')
    expect(cache.size()).toBe(3)
    cache.getOrCompute('d', () => 'd')
    expect(cache.size()).toBe(3)
    expect(cache.getOrCompute('a', () => 'again')).toBe('a')
    expect(cache.getOrCompute('b', () => 'again')).toBe('again')
  })

  it('remembers null and undefined as values', () => {
    const cache = createBoundedCache<null | undefined>(2)
    cache.getOrCompute('a', () => null)
    cache.getOrCompute('b', () => undefined)
    const fail = () => {
      throw new Error('computed again')
    }
    expect(cache.getOrCompute('a', fail)).toBeNull()
    expect(cache.getOrCompute('b', fail)).toBeUndefined()
  })

  it('keeps nothing of a computation that throws', () => {
    const cache = createBoundedCache<number>(2)
    expect(() =>
      cache.getOrCompute('a', () => {
        throw new Error('no value')
      }),
    ).toThrow('no value')
    expect(cache.getOrCompute('a', () => 1)).toBe(1)
  })
})
