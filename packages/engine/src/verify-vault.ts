import { type ChainTip, checkPlacement, decodeEnvelope, hashOf } from '@salus/wire'
import { sha256 } from '@salus/crypto'
import { chainKey, decodeOps } from '@salus/sync'
import { openBatch, readCore, verifyBatch } from '@salus/vault'
import type { VerifyReport } from './view-types.ts'
import type { OpenVault } from './open-vault.ts'

/** Checks the core log and every batch on this device again, as if a relay had just sent them. */
export async function verifyVault(vault: OpenVault): Promise<VerifyReport> {
  const { store } = vault.deps
  const rows = await store.core()
  const core = readCore(rows)
  const faults: string[] = []
  if (!core.ok || core.value === undefined)
    return { batches: 0, coreEntries: rows.length, frontier: [], faults: ['core log does not verify'] }
  const tips = new Map<string, ChainTip>()
  let batches = 0
  for (const stream of core.value.streams.keys()) {
    for await (const page of store.batches(stream)) {
      for (const row of page) {
        batches++
        const name = `${row.stream}/${row.device}/${String(row.seq)}`
        const envelope = decodeEnvelope(row.bytes)
        const hash = hashOf(sha256(row.bytes))
        if (!envelope.ok || hash !== row.hash) {
          faults.push(`${name}: not the batch that was stored`)
          // What follows is judged by the batch that stood here, so that the damage is named once.
          tips.set(chainKey(row), { seq: row.seq, hash: row.hash, coreSeq: row.coreSeq })
          continue
        }
        const placed = checkPlacement(core.value, envelope.value.header, hash, tips.get(chainKey(row)))
        if (!placed.ok) faults.push(`${name}: ${placed.error.type}`)
        if (!(await verifyBatch(core.value, envelope.value))) faults.push(`${name}: signature`)
        const opened = await openBatch(vault.core.keyring, envelope.value)
        if (!opened.ok) faults.push(`${name}: ${opened.error.type}`)
        else if (!decodeOps(opened.value.ops).ok) faults.push(`${name}: ops`)
        tips.set(chainKey(row), { seq: row.seq, hash, coreSeq: row.coreSeq })
      }
    }
  }
  const stored = await store.tips()
  for (const tip of stored)
    if (tips.get(chainKey(tip))?.hash !== tip.hash) faults.push(`${tip.stream}/${tip.device}: frontier`)
  const frontier = stored.map(({ stream, device, seq, hash }) => ({ stream, device, seq, hash }))
  return { batches, coreEntries: rows.length, frontier, faults }
}
