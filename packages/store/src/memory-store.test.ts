import { describe, expect, test } from 'vitest'
import { PHONE_LABS, batchesOf } from './contract-rows.ts'
import { STORE_CONTRACT, type StoreUnderTest } from './contract.ts'
import { MemoryDisk, createMemoryStore } from './memory-store.ts'

describe('the store in memory keeps the contract', () => {
  test.each(STORE_CONTRACT)('$title', async ({ run }) => {
    await run(async (): Promise<StoreUnderTest> => {
      const disk = new MemoryDisk()
      return {
        store: createMemoryStore(disk),
        reopen: async () => createMemoryStore(disk),
        refuseMeta: async () => {
          disk.isFull = true
        },
      }
    })
  })
})

describe('the store in memory', () => {
  test('a crash between any two awaits leaves all of a write or nothing', async () => {
    const disk = new MemoryDisk()
    const store = createMemoryStore(disk)
    const write = store.write({ batches: batchesOf(PHONE_LABS, 1, 3), isOutgoing: true })
    let isResolved = false
    void write.then(() => (isResolved = true))
    const sizes = new Set<number>()
    while (!isResolved) {
      const crashed = new MemoryDisk()
      crashed.content = store.snapshot()
      const after = createMemoryStore(crashed)
      const [tips, outbox] = [await after.tips(), await after.outbox()]
      expect(outbox.length).toBe(tips[0]?.seq ?? 0)
      sizes.add(outbox.length)
    }
    expect([...sizes]).toEqual([0, 3])
  })

  test('restore puts a disk back, and later writes leave the snapshot alone', async () => {
    const store = createMemoryStore()
    await store.write({ batches: batchesOf(PHONE_LABS, 1, 1) })
    const snapshot = store.snapshot()
    await store.write({ batches: batchesOf(PHONE_LABS, 2, 1) })
    store.restore(snapshot)
    expect((await store.tips())[0]?.seq).toBe(1)
    expect(await store.write({ batches: batchesOf(PHONE_LABS, 2, 1) })).toEqual({ ok: true })
  })

  test('destroying the database closes the other tabs', async () => {
    const disk = new MemoryDisk()
    const [one, other] = [createMemoryStore(disk), createMemoryStore(disk)]
    await one.destroy()
    expect(await other.write({ batches: batchesOf(PHONE_LABS, 1, 1) })).toEqual({
      ok: false,
      error: { type: 'StoreFailed', reason: 'Closed' },
    })
  })
})
