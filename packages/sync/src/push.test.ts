import { type Bytes, err, ok } from '@salus/base'
import { type BatchRow } from '@salus/store'
import { createMemoryStore } from '@salus/store/memory'
import { type Hash, PUSH_BATCHES_MAX, PUSH_BYTES_MAX, ZERO_HASH } from '@salus/wire'
import { describe, expect, it } from 'vitest'
import { A, JOURNAL, LABS, TestWorld } from './devices-for-tests.ts'
import { hashNamed } from './plain-vault-for-tests.ts'
import { pushOutbox } from './push.ts'
import type { Transport } from './transport.ts'

const CURSOR = 'AAAAAAAAAAA.1'

async function storeWith(sizes: readonly number[], stream = LABS) {
  const store = createMemoryStore()
  let prevHash: Hash = ZERO_HASH
  const batches = sizes.map((size, i): BatchRow => {
    const row = {
      stream,
      device: A,
      seq: i + 1,
      hash: hashNamed(String(i)),
      prevHash,
      coreSeq: 0,
      bytes: new Uint8Array(size),
    }
    prevHash = row.hash
    return row
  })
  await store.write({ batches, isOutgoing: true })
  return store
}

function recording(answer: (batches: readonly Bytes[]) => Awaited<ReturnType<Transport['push']>> = () => ok(CURSOR)) {
  const requests: { count: number; bytes: number }[] = []
  const transport: Transport = {
    ...new TestWorld().relay.transport(),
    push: async (_stream, batches) => {
      requests.push({ count: batches.length, bytes: batches.reduce((sum, bytes) => sum + bytes.length + 4, 0) })
      return answer(batches)
    },
  }
  return { transport, requests }
}

describe('emptying the outbox (S6, S21)', () => {
  it('keeps to the batches of one request, and needs one more for one more', async () => {
    const { transport, requests } = recording()
    for (const [count, expected] of [
      [PUSH_BATCHES_MAX, 2],
      [PUSH_BATCHES_MAX + 1, 3],
    ] as const) {
      requests.length = 0
      const store = await storeWith(Array.from({ length: count }, () => 100))
      expect(await pushOutbox(store, transport)).toEqual(ok(count))
      // A store's page holds 512 rows.
      expect(requests).toHaveLength(expected)
      expect(Math.max(...requests.map((request) => request.count))).toBeLessThanOrEqual(PUSH_BATCHES_MAX)
      expect(await store.outbox()).toEqual([])
    }
  })

  it('keeps to the bytes of one request, frames’ lengths counted', async () => {
    const size = PUSH_BYTES_MAX / 16 - 4
    const { transport, requests } = recording()
    expect(await pushOutbox(await storeWith(Array.from({ length: 16 }, () => size)), transport)).toEqual(ok(16))
    expect(requests).toEqual([{ count: 16, bytes: PUSH_BYTES_MAX }])
    requests.length = 0
    await pushOutbox(await storeWith([...Array.from({ length: 15 }, () => size), size + 1]), transport)
    expect(requests.map((request) => request.count)).toEqual([15, 1])
  })

  it('acknowledged is what the relay has; the rest waits, offered', async () => {
    const store = await storeWith(Array.from({ length: 600 }, () => 100))
    let requests = 0
    const { transport } = recording(() => (++requests === 1 ? ok(CURSOR) : err({ type: 'Unreachable' })))
    expect(await pushOutbox(store, transport)).toEqual(err({ type: 'Unreachable' }))
    const waiting = await store.outbox()
    expect([waiting.length, waiting.every((row) => row.isOffered)]).toEqual([600 - 512, true])
    expect(await pushOutbox(store, recording().transport)).toEqual(ok(88))
  })

  it('a chain that another tab has sealed anew is left for the next time, the others go', async () => {
    const store = await storeWith([100])
    await store.write({
      batches: [
        {
          stream: JOURNAL,
          device: A,
          seq: 1,
          hash: hashNamed('j'),
          prevHash: ZERO_HASH,
          coreSeq: 0,
          bytes: new Uint8Array(9),
        },
      ],
      isOutgoing: true,
    })
    const stale = {
      ...Object.fromEntries(Object.entries(store)),
      outbox: async () =>
        (await store.outbox()).map((row) => (row.stream === LABS ? { ...row, hash: hashNamed('older') } : row)),
      markOffered: store.markOffered.bind(store),
      chain: store.chain.bind(store),
      acknowledge: store.acknowledge.bind(store),
    }
    const { transport, requests } = recording()
    expect(await pushOutbox(stale as never, transport)).toEqual(ok(1))
    expect(requests).toHaveLength(1)
    expect((await store.outbox()).map((row) => row.stream)).toEqual([LABS])
  })

  it('nothing waits, nothing is sent', async () => {
    const { transport, requests } = recording()
    expect(await pushOutbox(createMemoryStore(), transport)).toEqual(ok(0))
    expect(requests).toEqual([])
  })
})
