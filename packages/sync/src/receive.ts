import type { Bytes } from '@salus/base'
import type { BatchRow, StoreFailed } from '@salus/store'
import {
  type ChainTip,
  type CoreState,
  type DeviceId,
  type Envelope,
  type Hash,
  type PlacementFault,
  checkPlacement,
  decodeEnvelope,
} from '@salus/wire'
import type { Alarm } from './alarm.ts'
import { openInOrder } from './open-in-order.ts'
import { type Replica, batchHash, chainKey, readBatch } from './replica.ts'
import type { ReadBatch } from './stream-state.ts'

export interface Received {
  readonly alarms: readonly Alarm[]
  /** Batches that are new and stored. */
  readonly stored: number
  /** A batch names a core entry that is not here: pull the core, then ask again. `meta` was not written. */
  readonly needsCore: boolean
  /** A chain has a hole: ask for it by name. */
  readonly hasGap: boolean
  /** The batches are stored, and `meta` with them unless {@link needsCore}. */
  readonly isKept: boolean
  /** This device may not continue its own chains from here on (S22). */
  readonly isRetired: boolean
  readonly failure: StoreFailed | undefined
}

interface Accepted {
  readonly row: BatchRow
  readonly read: ReadBatch
}

/** Other tabs may store batches first this often in a row before a page is left for the next pull. */
export const RECEIVE_TRIES_MAX = 8

/** Name of the mark that a device may not continue its own chains (S22). It lasts: a restart must not forget it. */
export const retiredName = (self: DeviceId): string => `retired:${self}`

/**
 * Checks what the relay sent, batch by batch (S17), stores what is sound together with `meta`, the cursor, in one
 * transaction, and merges it. What is not sound is neither stored nor merged; it becomes an alarm. A batch that this
 * device has signed and its disk does not know marks it as retired in the same transaction. What others have signed is
 * flushed later: a power cut takes batches and cursor back together, and the relay has them still.
 */
export function receive(
  replica: Replica,
  batches: readonly Bytes[],
  meta: Readonly<Record<string, Bytes>> = {},
): Promise<Received> {
  return replica.exclusive.run(async () => {
    for (let tries = 1; ; tries++) {
      const { accepted, ...checked } = await checkAll(replica, batches)
      const rows = accepted.map(({ row }) => row)
      const { self, store } = replica.deps
      const isRetired =
        rows.some((row) => row.device === self) ||
        checked.alarms.some((alarm) => alarm.type === 'Fork' && alarm.device === self)
      const written = await store.write({
        batches: rows,
        meta: { ...(checked.needsCore ? {} : meta), ...(isRetired ? { [retiredName(self)]: new Uint8Array(1) } : {}) },
        isFlushedLater: !isRetired,
      })
      if (written.ok) {
        replica.integrate(accepted)
        return { ...checked, isKept: true, isRetired, stored: rows.length, failure: undefined }
      }
      const notKept = { ...checked, isKept: false, isRetired: false, stored: 0 }
      if (written.error.type === 'StoreFailed') return { ...notKept, failure: written.error }
      // Another tab has stored some of them first: those are read from the disk, and the rest is looked at again.
      await replica.refresh()
      if (tries === RECEIVE_TRIES_MAX) return { ...notKept, needsCore: false, hasGap: true, failure: undefined }
    }
  })
}

async function checkAll(replica: Replica, batches: readonly Bytes[]) {
  // One core for all steps: another that is adopted meanwhile would judge what this one has prepared.
  const core = replica.deps.core()
  const accepted: Accepted[] = []
  const alarms: Alarm[] = []
  const tips = new Map<string, ChainTip>()
  let needsCore = false
  let hasGap = false
  // The costly steps need no order: they run side by side, and their outcome is judged in order.
  for await (const prepared of openInOrder(batches, (bytes) => prepare(replica, core, bytes))) {
    const outcome = judge(replica, core, prepared, tips)
    switch (outcome.type) {
      case 'accepted':
        tips.set(chainKey(outcome.accepted.row), outcome.accepted.row)
        accepted.push(outcome.accepted)
        break
      case 'alarm':
        alarms.push(outcome.alarm)
        break
      case 'gap':
        hasGap = true
        break
      case 'core':
        needsCore = true
        break
      case 'void':
        break
    }
  }
  return { accepted, alarms, needsCore, hasGap }
}

type Prepared =
  | { readonly type: 'malformed' }
  | { readonly type: 'known' }
  | {
      readonly type: 'new'
      readonly envelope: Envelope
      readonly hash: Hash
      readonly isSigned: boolean
      readonly read: Awaited<ReturnType<typeof readBatch>>
    }

async function prepare(replica: Replica, core: CoreState, bytes: Bytes): Promise<Prepared> {
  const { crypto } = replica.deps
  const decoded = decodeEnvelope(bytes)
  if (!decoded.ok) return { type: 'malformed' }
  const envelope = decoded.value
  const { stream, device, seq } = envelope.header
  const hash = await batchHash(crypto, bytes)
  if (replica.streams.get(stream)?.hashAt(device, seq) === hash) return { type: 'known' }
  const isSigned = await crypto.verify(core, envelope)
  // What its author did not sign is not worth opening.
  const read = isSigned
    ? await readBatch(crypto, envelope, hash)
    : ({ ok: false, error: { type: 'SignatureWrong' } } as const)
  return { type: 'new', envelope, hash, isSigned, read }
}

type Outcome =
  | { readonly type: 'accepted'; readonly accepted: Accepted }
  | { readonly type: 'alarm'; readonly alarm: Alarm }
  | { readonly type: 'gap' | 'core' | 'void' }

function judge(replica: Replica, core: CoreState, prepared: Prepared, tips: ReadonlyMap<string, ChainTip>): Outcome {
  const atMs = replica.deps.clock.nowMs()
  if (prepared.type === 'known') return { type: 'void' }
  if (prepared.type === 'malformed') {
    return {
      type: 'alarm',
      alarm: { type: 'Forged', atMs, stream: null, device: null, seq: null, detail: 'NotAnEnvelope' },
    }
  }
  const { envelope, hash, isSigned, read } = prepared
  const { stream, device, seq, coreHead } = envelope.header
  const alarm = (type: Alarm['type'], detail: string): Outcome => ({
    type: 'alarm',
    // Without a good signature nothing proves that the device had a part in it.
    alarm: { type, atMs, stream, device: isSigned ? device : null, seq, detail },
  })
  // An author that is not enrolled here may be so in an entry that is not here: then nothing can be said yet.
  if (!core.devices.has(device) && !core.seqOfHash.has(coreHead)) return { type: 'core' }
  if (!isSigned) return alarm('Forged', core.devices.has(device) ? 'SignatureWrong' : 'NotItsAuthor')
  const tip = tips.get(chainKey({ stream, device })) ?? replica.tip({ stream, device })
  if (tip !== undefined && seq <= tip.seq) {
    const known = seq === tip.seq ? tip.hash : replica.streams.get(stream)?.hashAt(device, seq)
    return known === undefined || known === hash ? { type: 'void' } : alarm('Fork', 'ChainFork')
  }
  const placed = checkPlacement(core, envelope.header, hash, tip)
  if (!placed.ok) return misplaced(placed.error, alarm)
  if (!read.ok) return alarm('Forged', read.error.type)
  const row: BatchRow = {
    stream,
    device,
    seq,
    hash,
    prevHash: envelope.header.prevHash,
    coreSeq: placed.value,
    bytes: envelope.bytes,
  }
  return { type: 'accepted', accepted: { row, read: read.value } }
}

/** Signed by its author, and yet not where it may be. */
function misplaced(fault: PlacementFault, alarm: (type: Alarm['type'], detail: string) => Outcome): Outcome {
  switch (fault.type) {
    case 'ChainGap':
      return { type: 'gap' }
    case 'UnknownCoreHead':
      return { type: 'core' }
    // It does not exist (V10): whoever serves it achieves nothing.
    case 'BeyondCut':
      return { type: 'void' }
    case 'ChainFork':
      return alarm('Fork', fault.type)
    case 'ForeignVault':
    case 'UnknownStream':
    case 'CoreHeadWentBack':
    case 'WrongEpoch':
    case 'WrongSuite':
    case 'NotItsAuthor':
      return alarm('Forged', fault.type)
  }
}
