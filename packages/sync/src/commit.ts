import { type Result, assert, err, ok, utf8ToBytes } from '@salus/base'
import type { BatchRow, StoreFailed, Write } from '@salus/store'
import { BATCH_OPS_MAX, type ChainTip, type StreamId, ZERO_HASH, newestEpoch } from '@salus/wire'
import { type Hlc, nextHlc } from './hlc.ts'
import { type Op, decodeOps, encodeOpTexts, opText, withinOpBounds } from './ops.ts'
import type { ReadBatch } from './stream-state.ts'
import type { Replica } from './replica.ts'

/** Ops of one write, in the streams that they belong to. */
export type OpsByStream = ReadonlyMap<StreamId, readonly Op[]>

/** `UpdateNeeded`: the stream holds something of a later version (V7). `OpTooLarge`: one op alone exceeds a batch. */
export type CommitError =
  StoreFailed | { readonly type: 'UpdateNeeded' } | { readonly type: 'OpTooLarge' } | { readonly type: 'Contended' }

/** JSON bytes of a batch's ops; with frontier changes and a deflate that gains nothing it still fits V23. */
export const COMMIT_OPS_BYTES_MAX = 240_000
/** Another tab may win the chain this often in a row before a command gives up. */
export const COMMIT_TRIES_MAX = 16

/** What sends a command's batches on. */
export interface Sender {
  /** Whether what is written now leaves next: then it is marked as offered by the write itself (S21). */
  isSending(): boolean
  /** Batches that are durable here; called before anybody is shown them. */
  send(written: readonly BatchRow[], isOffered: boolean): void
}

const NO_SENDER: Sender = { isSending: () => false, send: () => undefined }

export interface CommitOptions {
  /** Written in the same transaction. */
  readonly meta?: Write['meta']
  /** JSON bytes of one batch's ops. */
  readonly bytesMax?: number
  readonly sender?: Sender
}

/**
 * Seals a command's ops and stores them durably, all or nothing (V36). When another tab has written meanwhile, it reads
 * that and asks `makeOps` again, so that an op names what it really replaces.
 */
export function commit(
  replica: Replica,
  makeOps: () => OpsByStream,
  { meta, bytesMax = COMMIT_OPS_BYTES_MAX, sender = NO_SENDER }: CommitOptions = {},
): Promise<Result<void, CommitError>> {
  return replica.exclusive.run(async () => {
    for (let tries = 0; tries < COMMIT_TRIES_MAX; tries++) {
      if (isBehindItsChains(replica)) {
        await replica.refresh()
        continue
      }
      const sealed = await sealAll(replica, makeOps(), bytesMax)
      if (!sealed.ok) return sealed
      if (sealed.value.length === 0) return ok()
      const rows = sealed.value.map(({ row }) => row)
      const isOffered = sender.isSending()
      const written = await replica.deps.store.write({
        batches: rows,
        isOutgoing: isOffered ? 'offered' : true,
        ...(meta === undefined ? {} : { meta }),
        ...expectsKnownCore(replica),
      })
      if (written.ok) {
        sender.send(rows, isOffered)
        replica.integrate(sealed.value)
        return ok()
      }
      if (written.error.type === 'StoreFailed') return err(written.error)
      await replica.refresh()
    }
    return err({ type: 'Contended' })
  })
}

/** Where several tabs write, one of them may have replaced this device, or taken in an entry, meanwhile (S22a, S22c). */
export function expectsKnownCore(replica: Replica): Pick<Write, 'expectsCore'> {
  return replica.deps.refreshCore === undefined ? {} : { expectsCore: replica.deps.core().head }
}

/** Another tab has written under a core entry that is not here: going on from that batch would go back (V22). */
function isBehindItsChains(replica: Replica): boolean {
  const { core, self } = replica.deps
  return [...core().streams.keys()].some((stream) => (replica.tip({ stream, device: self })?.coreSeq ?? 0) > core().seq)
}

export type Sealed = { readonly row: BatchRow; readonly read: ReadBatch }

/**
 * Seals ops in their order, and stores nothing. Ops of one stream that stand apart come to lie in batches apart (V23).
 * @param bytesMax JSON bytes of one batch's ops
 */
export async function sealAll(
  replica: Replica,
  opsOfStreams: Iterable<readonly [StreamId, readonly Op[]]>,
  bytesMax = COMMIT_OPS_BYTES_MAX,
): Promise<Result<Sealed[], CommitError>> {
  const sealed: Sealed[] = []
  const last = new Map<StreamId, { readonly tip: ChainTip; readonly clock: Hlc }>()
  for (const [stream, ops] of opsOfStreams) {
    if (replica.stream(stream).isBlocked) return err({ type: 'UpdateNeeded' })
    const groups = splitOps(ops, bytesMax)
    if (groups === undefined) return err({ type: 'OpTooLarge' })
    for (const group of groups) {
      const before = last.get(stream)
      const tip = before?.tip ?? replica.tip({ stream, device: replica.deps.self })
      const clock = before?.clock ?? replica.stream(stream).greatestHlc
      const next = await sealGroup(replica, stream, group, tip, clock, before === undefined)
      sealed.push(next.sealed)
      last.set(stream, { tip: next.sealed.row, clock: next.clock })
    }
  }
  return ok(sealed)
}

async function sealGroup(
  replica: Replica,
  stream: StreamId,
  { ops, texts }: OpGroup,
  tip: ChainTip | undefined,
  clock: Hlc,
  isFirst: boolean,
): Promise<{ readonly sealed: Sealed; readonly clock: Hlc }> {
  const { deps } = replica
  const core = deps.core()
  const base = nextHlc(deps.clock.nowMs(), clock, greatestReplaced(ops))
  const seq = (tip?.seq ?? 0) + 1
  const prevHash = tip?.hash ?? ZERO_HASH
  const frontierChanges = isFirst ? replica.stream(stream).frontierChanges(deps.self) : new Map<never, never>()
  const encoded = encodeOpTexts(base, texts)
  // What no reader takes would block this chain for good, so the writer is the first reader.
  const batch = decodeOps(encoded)
  assert(batch.ok, 'a command makes ops that every device can read')
  const { bytes, hash } = await deps.crypto.seal({
    vault: core.vault,
    stream,
    suite: core.suite,
    epoch: newestEpoch(core, stream),
    device: deps.self,
    seq,
    prevHash,
    coreHead: core.head,
    frontierChanges,
    ops: encoded,
  })
  const name = { stream, device: deps.self, seq, hash }
  return {
    sealed: {
      row: { ...name, prevHash, coreSeq: core.seq, bytes },
      read: { ...name, frontierChanges, batch: batch.value },
    },
    // A number of ops after an HLC is an HLC.
    clock: (base + ops.length - 1) as Hlc,
  }
}

/** Ops of one batch, each with its text: written once, for its size and for the batch. */
export interface OpGroup {
  readonly ops: readonly Op[]
  readonly texts: readonly string[]
}

/** Groups of ops that each keep to their bounds, and that each fit a batch (V23); undefined when one op alone does not. */
export function splitOps(ops: readonly Op[], bytesMax = COMMIT_OPS_BYTES_MAX): OpGroup[] | undefined {
  const groups: OpGroup[] = []
  let group: { readonly ops: Op[]; readonly texts: string[] } = { ops: [], texts: [] }
  let size = 0
  for (const op of ops.flatMap(withinOpBounds)) {
    const text = opText(op)
    const length = utf8ToBytes(text).length + 1
    if (length > bytesMax) return undefined
    if (group.ops.length >= BATCH_OPS_MAX || size + length > bytesMax) {
      groups.push(group)
      group = { ops: [], texts: [] }
      size = 0
    }
    group.ops.push(op)
    group.texts.push(text)
    size += length
  }
  if (group.ops.length > 0) groups.push(group)
  return groups
}

function greatestReplaced(ops: readonly Op[]): Hlc {
  let greatest = 0
  for (const op of ops) {
    for (const stamps of Object.values(op.replaces))
      for (const stamp of stamps) greatest = Math.max(greatest, stamp.hlc)
  }
  // The greatest of HLCs, or the least.
  return greatest as Hlc
}
