import type { Store } from '@salus/store'
import type { Life, Scheduler } from './scheduler.ts'

/** A device's disk with a gate before and after each access: at each of them a crash may fall. */
export function gatedStore(store: Store, scheduler: Scheduler, life: Life): Store {
  const gated = async <T>(access: () => Promise<T>): Promise<T> => {
    await scheduler.gate(life)
    const outcome = await access()
    await scheduler.gate(life)
    return outcome
  }
  return {
    write: (write) => gated(() => store.write(write)),
    meta: (name) => gated(() => store.meta(name)),
    core: () => gated(() => store.core()),
    tips: () => gated(() => store.tips()),
    batches: async function* (stream, after) {
      await scheduler.gate(life)
      for await (const page of store.batches(stream, after)) {
        await scheduler.gate(life)
        yield page
      }
    },
    chain: (name, fromSeq) => gated(() => store.chain(name, fromSeq)),
    outbox: () => gated(() => store.outbox()),
    markOffered: (rows) => gated(() => store.markOffered(rows)),
    acknowledge: (rows) => gated(() => store.acknowledge(rows)),
    alarms: () => gated(() => store.alarms()),
    raise: (alarm) => gated(() => store.raise(alarm)),
    destroy: () => gated(() => store.destroy()),
    close: () => store.close(),
  }
}
