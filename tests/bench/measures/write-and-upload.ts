import type { Store } from '@salus/store'
import { benchPlatform, openBenchVault, valueOf } from '../bench-platform.ts'
import { workloadOps, workloadRecords } from '../workload.ts'

export interface Upload {
  /** From the first record's op to all of it durable on this device. */
  readonly savedMs: number
  /** From the first record's op to the relay's acknowledgement of the last batch. */
  readonly uploadedMs: number
  /** Sizes of the sealed batches, bytes. */
  readonly batchBytes: readonly number[]
}

/** W1: writes the workload through the vault's own road, and waits until the relay has acknowledged all of it. */
export async function writeAndUpload(store: Store, count: number, seed = 1): Promise<Upload> {
  const records = workloadRecords(count, seed)
  let onLink = (): void => undefined
  const vault = await openBenchVault(benchPlatform(store), store, (change) => {
    if (change.type === 'link') onLink()
  })
  await vault.loop?.full()
  const startMs = performance.now()
  const stream = vault.streamId('labs')
  valueOf(await vault.commit(() => new Map([[stream, workloadOps(records)]])))
  const savedMs = performance.now() - startMs
  await new Promise<void>((resolve) => {
    onLink = () => {
      if (vault.waiting.batches === 0) resolve()
    }
    onLink()
  })
  const uploadedMs = performance.now() - startMs
  const batchBytes: number[] = []
  for await (const rows of store.batches(stream)) batchBytes.push(...rows.map((row) => row.bytes.length))
  await vault.close()
  return { savedMs, uploadedMs, batchBytes }
}
