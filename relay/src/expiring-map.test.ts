import { describe, expect, it } from 'vitest'
import { ExpiringMap } from './expiring-map.ts'
import { TestTime } from './testing/test-relay.ts'

describe('An expiring map', () => {
  it('forgets an entry at the millisecond of its expiry', () => {
    const time = new TestTime()
    const map = new ExpiringMap<number>(time, 100, 10)
    expect(map.set('a', 1)).toBe(time.nowMs() + 100)
    time.advance(99)
    expect(map.get('a')).toBe(1)
    time.advance(1)
    expect([map.get('a'), map.size, map.take('a')]).toEqual([undefined, 0, false])
  })

  it('gives an entry away once', () => {
    const map = new ExpiringMap<number>(new TestTime(), 100, 10)
    map.set('a', 1)
    expect([map.take('a'), map.take('a'), map.take('b')]).toEqual([true, false, false])
  })

  it('holds so many, drops the oldest and says so', () => {
    const dropped: string[] = []
    const map = new ExpiringMap<number>(new TestTime(), 100, 2, (key) => dropped.push(key))
    map.set('a', 1)
    map.set('b', 2)
    map.set('a', 3)
    map.set('c', 4)
    expect([map.get('a'), map.get('b'), map.get('c'), dropped]).toEqual([3, undefined, 4, ['b']])
  })
})
