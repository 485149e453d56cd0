import {
  type Bytes,
  type Result,
  canonicalJson,
  err,
  isArray,
  ok,
  parseCanonicalJson,
  utf8ToBytes,
  bytesToUtf8,
  type Json,
} from '@salus/base'
import type { ChainName, Store, StoreFailed } from '@salus/store'
import { type CoreState, type DeviceId, type StreamId, decodeEnvelope, parseDeviceId, parseStreamId } from '@salus/wire'
import { COMMIT_TRIES_MAX, type CommitError, commit, expectsKnownCore } from './commit.ts'
import { REISSUED_OPS_BYTES_MAX, reissueOps, type UnsyncedBatch } from './reissue.ts'
import { chainFrom } from './chain-rows.ts'
import { type Replica, batchHash, readBatch } from './replica.ts'

/** Meta name of the list of what is set aside, as JSON `[[stream, device, from seq, to seq], …]`. */
const META_SET_ASIDE = 'aside'
/** Meta name of one batch that is set aside, verbatim. */
const batchName = ({ stream, device }: ChainName, seq: number): string => `aside ${stream} ${device} ${seq}`

/** The end of a removed device's chain, taken out of the vault and kept beside it, still encrypted (S22b). */
export interface SetAside extends ChainName {
  readonly fromSeq: number
  readonly toSeq: number
}

/** The last batch of a chain that counts (V10); undefined for a device that is active. */
export function cutSeqOf(core: CoreState, { stream, device }: ChainName): number | undefined {
  const known = core.devices.get(device)
  return known?.untilSeq === undefined ? undefined : (known.cuts?.get(stream)?.seq ?? 0)
}

/**
 * Takes what was merged beyond a cut out of chain and state, and keeps it beside them (S22b). For a caller that holds
 * `replica.exclusive`.
 * @returns whether anything was taken out
 */
export async function setAsideBeyondCuts(replica: Replica): Promise<Result<boolean, StoreFailed>> {
  const { store, self } = replica.deps
  let hasTaken = false
  for (let tries = 0; tries < COMMIT_TRIES_MAX;) {
    const core = replica.deps.core()
    // Of its own chain a device is not the judge: who removed it, or copied it, has a say in S22.
    const beyond = replica.tips().find((tip) => tip.device !== self && (cutSeqOf(core, tip) ?? tip.seq) < tip.seq)
    if (beyond === undefined) return ok(hasTaken)
    const { stream, device } = beyond
    const fromSeq = (cutSeqOf(core, beyond) ?? 0) + 1
    const rows = await chainFrom(store, beyond, fromSeq)
    const before = (await setAsideChains(store)).filter((chain) => chain.stream !== stream || chain.device !== device)
    const written = await store.write({
      ...expectsKnownCore(replica),
      forsakes: [{ stream, device, fromSeq, tip: beyond.hash }],
      meta: {
        ...Object.fromEntries(rows.map((row) => [batchName(row, row.seq), row.bytes])),
        [META_SET_ASIDE]: encodeChains([...before, { stream, device, fromSeq, toSeq: beyond.seq }]),
      },
    })
    if (!written.ok && written.error.type === 'StoreFailed') return err(written.error)
    if (written.ok) {
      hasTaken = true
      await replica.reload(stream)
    } else {
      // Another tab may have done it: what is read from the disk tells. Only such a try counts, for chains are many.
      tries++
      await replica.refresh()
    }
  }
  return ok(hasTaken)
}

/** What waits for the owner's word. */
export async function setAsideChains(store: Store): Promise<SetAside[]> {
  return decodeChains(await store.meta(META_SET_ASIDE))
}

/**
 * Issues what a removed device wrote beyond its cut anew, as this device's own ops at their own clocks (S22b); in the
 * same transaction it is set aside no longer. A batch that does not open, or holds something of a later version, stays.
 * @returns how many ops were issued
 */
export async function reissueSetAside(replica: Replica, device: DeviceId): Promise<Result<number, CommitError>> {
  const { store, self } = replica.deps
  const chains = (await setAsideChains(store)).filter((chain) => chain.device === device)
  const read: SetAsideBatch[] = []
  for (const chain of chains) read.push(...(await readSetAside(replica, chain)))
  if (read.length === 0) return ok(0)
  const ops = reissueOps(read, device, self)
  const byStream = new Map<StreamId, (typeof ops)[number][1][number][]>()
  for (const [stream, some] of ops) byStream.set(stream, [...(byStream.get(stream) ?? []), ...some])
  const issued = await commit(replica, () => byStream, {
    meta: await withoutBatches(store, device, new Set(read.map(({ stream, seq }) => `${stream} ${seq}`))),
    bytesMax: REISSUED_OPS_BYTES_MAX,
  })
  return issued.ok ? ok(ops.reduce((sum, [, some]) => sum + some.length, 0)) : issued
}

/** Drops what a removed device wrote beyond its cut, for good. */
export async function dropSetAside(replica: Replica, device: DeviceId): Promise<Result<void, StoreFailed>> {
  return replica.exclusive.run(async () => {
    const { store } = replica.deps
    const written = await store.write({ meta: await withoutBatches(store, device) })
    return written.ok || written.error.type !== 'StoreFailed' ? ok() : err(written.error)
  })
}

/** A batch that is set aside, opened. */
export interface SetAsideBatch extends UnsyncedBatch {
  readonly seq: number
}

/** What is set aside of one chain, as far as this build reads it: to be shown or issued anew. */
export async function readSetAside(replica: Replica, chain: SetAside): Promise<SetAsideBatch[]> {
  const { store, crypto } = replica.deps
  const batches: SetAsideBatch[] = []
  for (let seq = chain.fromSeq; seq <= chain.toSeq; seq++) {
    const bytes = await store.meta(batchName(chain, seq))
    const envelope = bytes === undefined ? undefined : decodeEnvelope(bytes)
    if (envelope?.ok !== true) continue
    const read = await readBatch(crypto, envelope.value, await batchHash(crypto, envelope.value.bytes))
    if (read.ok && read.value.batch !== undefined) batches.push({ stream: chain.stream, seq, batch: read.value.batch })
  }
  return batches
}

/**
 * What a write puts down so that a device's batches are set aside no longer.
 * @param gone `stream seq` of each; all of the device's when left out
 */
async function withoutBatches(
  store: Store,
  device: DeviceId,
  gone?: ReadonlySet<string>,
): Promise<Record<string, Bytes | undefined>> {
  const chains = await setAsideChains(store)
  const left: SetAside[] = []
  const dropped: string[] = []
  for (const chain of chains) {
    if (chain.device !== device) {
      left.push(chain)
      continue
    }
    const kept: number[] = []
    for (let seq = chain.fromSeq; seq <= chain.toSeq; seq++) {
      const isHere = (await store.meta(batchName(chain, seq))) !== undefined
      if (gone === undefined || gone.has(`${chain.stream} ${seq}`)) dropped.push(batchName(chain, seq))
      else if (isHere) kept.push(seq)
    }
    const [fromSeq] = kept
    const toSeq = kept.at(-1)
    if (fromSeq !== undefined && toSeq !== undefined) left.push({ ...chain, fromSeq, toSeq })
  }
  return {
    ...Object.fromEntries(dropped.map((name) => [name, undefined])),
    [META_SET_ASIDE]: left.length === 0 ? undefined : encodeChains(left),
  }
}

function encodeChains(chains: readonly SetAside[]): Bytes {
  return utf8ToBytes(
    canonicalJson(chains.map(({ stream, device, fromSeq, toSeq }): Json => [stream, device, fromSeq, toSeq])),
  )
}

function decodeChains(bytes: Bytes | undefined): SetAside[] {
  const text = bytes === undefined ? undefined : bytesToUtf8(bytes)
  const json = text?.ok === true ? parseCanonicalJson(text.value) : undefined
  const rows: readonly Json[] = json?.ok === true && isArray(json.value) ? json.value : []
  return rows.flatMap((row) => {
    if (!isArray(row)) return []
    const [stream, device, fromSeq, toSeq] = [parseStreamId(row[0]), parseDeviceId(row[1]), row[2], row[3]]
    return stream.ok && device.ok && typeof fromSeq === 'number' && typeof toSeq === 'number'
      ? [{ stream: stream.value, device: device.value, fromSeq, toSeq }]
      : []
  })
}
