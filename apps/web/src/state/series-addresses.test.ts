import { beforeEach, expect, test } from 'vitest'
import { seriesAddresses } from './series-addresses.svelte.ts'

beforeEach(() => seriesAddresses.forget())

test('an address leads back to its series and tells nothing of its name', async () => {
  const series = ['testosterone-total', ':my own marker', ':ö?#/ %']
  await seriesAddresses.learn(series, '41c2 9be0 77aa 03d5 e1f8')
  for (const name of series) {
    const address = seriesAddresses.addressOf(name)
    expect(address).toMatch(/^[A-Za-z0-9_-]{16}$/)
    expect(seriesAddresses.seriesOf(address ?? '')).toBe(name)
  }
  expect(seriesAddresses.isComplete).toBe(true)
})

test('the same series has the same address after a lock, and another in another record', async () => {
  await seriesAddresses.learn(['shbg'], 'a')
  const first = seriesAddresses.addressOf('shbg')
  seriesAddresses.forget()
  expect(seriesAddresses.seriesOf(first ?? '')).toBeUndefined()
  await seriesAddresses.learn(['shbg'], 'a')
  expect(seriesAddresses.addressOf('shbg')).toBe(first)
  seriesAddresses.forget()
  await seriesAddresses.learn(['shbg'], 'b')
  expect(seriesAddresses.addressOf('shbg')).not.toBe(first)
})
