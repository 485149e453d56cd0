import { expect, test } from 'vitest'
import { loadLater } from './load-later.ts'

test('is loaded once, however many ask', async () => {
  let loads = 0
  const desk = loadLater(() => Promise.resolve(++loads))
  expect(await Promise.all([desk(), desk()])).toEqual([1, 1])
  expect(await desk()).toBe(1)
})

test('a load that failed is told to whoever asked, and tried again by the next', async () => {
  let loads = 0
  const desk = loadLater(() => (++loads === 1 ? Promise.reject(new Error('no network')) : Promise.resolve(loads)))
  await expect(Promise.all([desk(), desk()])).rejects.toThrow('no network')
  expect(await desk()).toBe(2)
})
