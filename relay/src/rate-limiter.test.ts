import { describe, expect, it } from 'vitest'
import { RateLimiter, rateKey } from './rate-limiter.ts'
import { TestTime } from './testing/test-relay.ts'

describe('A rate limit', () => {
  it('lets a burst through, refuses one more and refills with time', () => {
    const time = new TestTime()
    const limiter = new RateLimiter(time, { burst: 2, perSecond: 0.5 }, 10)
    const take = (): string => limiter.take('192.0.2.1')
    expect([take(), take(), take(), take()]).toEqual(['taken', 'taken', 'firstRefused', 'refused'])
    expect(limiter.take('192.0.2.2')).toBe('taken')
    time.advance(1_999)
    expect(take()).toBe('refused')
    time.advance(1)
    expect([take(), take()]).toEqual(['taken', 'firstRefused'])
    time.advance(1_000_000)
    expect([take(), take(), take()]).toEqual(['taken', 'taken', 'firstRefused'])
  })

  it('counts so many addresses and forgets the first', () => {
    const limiter = new RateLimiter(new TestTime(), { burst: 1, perSecond: 0 }, 2)
    for (const address of ['a', 'b', 'c']) limiter.take(address)
    expect(limiter.addressesCounted).toBe(2)
    expect(limiter.take('c')).toBe('firstRefused')
    expect(limiter.take('a')).toBe('taken')
  })

  it('counts an IPv6 /64 as one address and a mapped IPv4 as itself', () => {
    expect(rateKey('2001:db8:1:2:3:4:5:6')).toBe(rateKey('2001:db8:1:2::9'))
    expect(rateKey('2001:db8:1:2::9')).not.toBe(rateKey('2001:db8:1:3::9'))
    expect(rateKey('2001:db8::1')).toBe('2001:db8:0:0::/64')
    expect(rateKey('::1')).toBe('0:0:0:0::/64')
    expect(rateKey('fe80::1%eth0')).toBe('fe80:0:0:0::/64')
    expect(rateKey('::ffff:192.0.2.7')).toBe('192.0.2.7')
    expect(rateKey('192.0.2.7')).toBe('192.0.2.7')
  })
})
