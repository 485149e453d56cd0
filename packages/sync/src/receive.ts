import type { Bytes } from '@salus/base'
import type { BatchRow, StoreFailed } from '@salus/store'
import { type ChainTip, type Envelope, type Hash, type PlacementFault, checkPlacement, decodeEnvelope } from '@salus/wire'
import type { Alarm } from './alarm.ts'
import { type Replica, batchHash, chainKey, readBatch } from './replica.ts'
import type { ReadBatch } from './stream-state.ts'

export interface Received {
  readonly alarms: readonly Alarm[]
  /** Batches that are new and stored. */
  readonly stored: number
  /** A batch names a core entry that is not here: pull the core, then ask again. */
  readonly needsCore: boolean
  /** A chain has a hole: ask for it by name. */
  readonly hasGap: boolean
  readonly failure: StoreFailed | undefined
}

interface Accepted {
  readonly row: BatchRow
  readonly read: ReadBatch
}

/**
 * Checks what the relay sent, batch by batch (S17), stores what is sound together with the cursor in one transaction,
 * and merges it. What is not sound is neither stored nor merged; it becomes an alarm.
 */
export function receive(replica: Replica, batches: readonly Bytes[], meta: Readonly<Record<string, Bytes>> = {}): Promise<Received> {
  return replica.exclusive.run(async () => {
    const checked = await checkAll(replica, batches)
    const rows = checked.accepted.map(({ row }) => row)
    const written = await replica.deps.store.write({ batches: rows, meta })
    if (!written.ok) {
      // Another tab stored the same batches first: they are read from the store instead.
      if (written.error.type === 'HeadMoved') await replica.refresh()
      const failure = written.error.type === 'StoreFailed' ? written.error : undefined
      return { ...checked, stored: 0, failure }
    }
    replica.integrate(checked.accepted)
    return { ...checked, stored: rows.length, failure: undefined }
  })
}

async function checkAll(replica: Replica, batches: readonly Bytes[]) {
  const accepted: Accepted[] = []
  const alarms: Alarm[] = []
  const tips = new Map<string, ChainTip>()
  let needsCore = false
  let hasGap = false
  for (const prepared of await prepareAll(replica, batches)) {
    const outcome = settle(replica, prepared, tips)
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

interface Prepared {
  readonly envelope: Envelope
  readonly hash: Hash
  readonly isSigned: boolean
  readonly read: Awaited<ReturnType<typeof readBatch>>
}

/** The costly steps need no order: they run side by side, and their outcome is judged in order afterwards. */
async function prepareAll(replica: Replica, batches: readonly Bytes[]): Promise<(Prepared | undefined)[]> {
  const { crypto, core } = replica.deps
  return Promise.all(
    batches.map(async (bytes) => {
      const decoded = decodeEnvelope(bytes)
      if (!decoded.ok) return undefined
      const hash = batchHash(crypto, bytes)
      const isSigned = await crypto.verify(core(), decoded.value)
      // What its author did not sign is not worth opening.
      const read = isSigned ? await readBatch(crypto, decoded.value, hash) : ({ ok: false, error: { type: 'SignatureWrong' } } as const)
      return { envelope: decoded.value, hash, isSigned, read }
    }),
  )
}

type Outcome =
  | { readonly type: 'accepted'; readonly accepted: Accepted }
  | { readonly type: 'alarm'; readonly alarm: Alarm }
  | { readonly type: 'gap' | 'core' | 'void' }

function settle(replica: Replica, prepared: Prepared | undefined, tips: ReadonlyMap<string, ChainTip>): Outcome {
  const atMs = replica.deps.clock.nowMs()
  if (prepared === undefined) {
    return { type: 'alarm', alarm: { type: 'Forged', atMs, stream: null, device: null, seq: null, detail: 'NotAnEnvelope' } }
  }
  const { envelope, hash, isSigned, read } = prepared
  const { stream, device, seq } = envelope.header
  const alarm = (type: Alarm['type'], detail: string): Outcome => ({
    type: 'alarm',
    // Without a good signature nothing proves that the device had a part in it.
    alarm: { type, atMs, stream, device: isSigned ? device : null, seq, detail },
  })
  const tip = tips.get(chainKey({ stream, device })) ?? replica.tip({ stream, device })
  if (seq <= (tip?.seq ?? 0)) {
    const known = seq === tip?.seq ? tip.hash : replica.stream(stream).hashAt(device, seq)
    if (known === undefined || known === hash) return { type: 'void' }
    return isSigned ? alarm('Fork', 'ChainFork') : alarm('Forged', 'SignatureWrong')
  }
  const placed = checkPlacement(replica.deps.core(), envelope.header, hash, tip)
  if (!placed.ok) return misplaced(placed.error, isSigned, alarm)
  if (!read.ok) return alarm('Forged', read.error.type)
  const row: BatchRow = { stream, device, seq, hash, prevHash: envelope.header.prevHash, coreSeq: placed.value, bytes: envelope.bytes }
  return { type: 'accepted', accepted: { row, read: read.value } }
}

function misplaced(fault: PlacementFault, isSigned: boolean, alarm: (type: Alarm['type'], detail: string) => Outcome): Outcome {
  switch (fault.type) {
    case 'ChainGap':
      return { type: 'gap' }
    case 'UnknownCoreHead':
      return { type: 'core' }
    // It does not exist (V10): whoever serves it achieves nothing.
    case 'BeyondCut':
      return { type: 'void' }
    case 'ChainFork':
      return isSigned ? alarm('Fork', fault.type) : alarm('Forged', fault.type)
    default:
      return alarm('Forged', fault.type)
  }
}
