import type { Store } from '@salus/store'
import type { ChainAt } from '@salus/wire'
import { type Replica, chainKey } from './replica.ts'

/**
 * What the relay has shown or acknowledged by now, chain by chain: later heads may not fall behind it (S18), and a
 * device that is enrolled may demand it (S26). What still waits in the outbox is left out.
 */
export async function relayFrontier(store: Store, replica: Replica): Promise<ChainAt[]> {
  // Before the outbox is read: a command may write while it is, and would seem acknowledged.
  const tips = replica.tips()
  const firstWaiting = new Map<string, number>()
  for (const row of await store.outbox()) {
    const key = chainKey(row)
    firstWaiting.set(key, Math.min(firstWaiting.get(key) ?? row.seq, row.seq))
  }
  return tips.flatMap(({ stream, device, seq: tipSeq, hash: tipHash }) => {
    const seq = Math.min(tipSeq, (firstWaiting.get(chainKey({ stream, device })) ?? tipSeq + 1) - 1)
    const hash = seq === tipSeq ? tipHash : replica.stream(stream).hashAt(device, seq)
    return hash === undefined ? [] : [{ stream, device, seq, hash }]
  })
}
