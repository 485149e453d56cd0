import { expect, it } from 'vitest'
import { OPEN_AT_ONCE, openInOrder, readAhead } from './open-in-order.ts'

it.each([0, 1, OPEN_AT_ONCE - 1, OPEN_AT_ONCE, OPEN_AT_ONCE + 1, 3 * OPEN_AT_ONCE])(
  'opens %i items in their order, never more than OPEN_AT_ONCE at a time',
  async (count) => {
    let open = 0
    let openMost = 0
    const opened: number[] = []
    const items = Array.from({ length: count }, (_, index) => index)
    for await (const item of openInOrder(items, async (index) => {
      openMost = Math.max(openMost, ++open)
      // Later items are done first.
      for (let turns = 0; turns < 40 - (index % 32); turns++) await Promise.resolve()
      open--
      return index
    }))
      opened.push(item)
    expect(opened).toEqual(items)
    expect(openMost).toBe(Math.min(count, OPEN_AT_ONCE))
  },
)

it('reads one page ahead and no more', async () => {
  let read = 0
  const source = async function* () {
    for (let page = 1; page <= 4; page++) {
      read = page
      yield page
    }
  }
  const seen: [number, number][] = []
  for await (const page of readAhead(source())) {
    await new Promise((resolve) => setImmediate(resolve))
    seen.push([page, read])
  }
  expect(seen).toEqual([
    [1, 2],
    [2, 3],
    [3, 4],
    [4, 4],
  ])
})

it('a page that cannot be read fails whoever waits for it, after the pages before it', async () => {
  const source = async function* () {
    yield 1
    throw new Error('the disk is gone')
  }
  const seen: number[] = []
  const reading = async (): Promise<void> => {
    for await (const page of readAhead(source())) {
      await new Promise((resolve) => setImmediate(resolve))
      seen.push(page)
    }
  }
  await expect(reading()).rejects.toThrow('the disk is gone')
  expect(seen).toEqual([1])
})
