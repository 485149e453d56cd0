import { type Json, isArray, isJsonObject } from '@salus/base'
import { DEVICE_NAME_KIND, IMPORT_KIND } from '@salus/domain'
import {
  type Op,
  type ReadBatch,
  RecordState,
  type Stamp,
  chainFrom,
  compareStamps,
  hlcPlus,
  hlcToMs,
  isFromFuture,
  readBatch,
  stampText,
} from '@salus/sync'
import { decodeEnvelope } from '@salus/wire'
import type { BatchRow } from '@salus/store'
import type { OpenVault } from '../open-vault.ts'
import { CHANGES_MAX, type ChangeView, type ChangesView, type DeletedView, type HistoryView } from '../view-types.ts'
import { type ViewContext, valueText } from './conflict-view.ts'
import { recordLine } from './record-line.ts'
import { rangeText } from './result-view.ts'

/** Batches of a chain that are read at a time, from its end. */
const TAIL_ROWS = 64
/** A save of more records than this is told as one change. */
const APART_MAX = 3
/** Kinds that are shown where their own screens are. */
const HIDDEN_KINDS: ReadonlySet<string> = new Set([DEVICE_NAME_KIND, IMPORT_KIND])

interface Stamped {
  readonly op: Op
  readonly stamp: Stamp
}

/** The newest changes of all records, read from the ends of all chains: who, which device, when, from what to what. */
export async function changesView(vault: OpenVault, limit: number, context: ViewContext): Promise<ChangesView> {
  const count = Math.min(Math.max(1, Math.floor(limit)), CHANGES_MAX)
  const changes: { readonly stamp: Stamp; readonly view: ChangeView }[] = []
  for (const chain of vault.replica.tips()) {
    let found = 0
    for (let toSeq = chain.seq; toSeq > 0 && found < count; toSeq -= TAIL_ROWS) {
      const fromSeq = Math.max(1, toSeq - TAIL_ROWS + 1)
      const rows = await chainFrom(vault.deps.store, chain, fromSeq, toSeq)
      for (const read of await readRows(vault, rows)) {
        const views = changesOfBatch(vault, read, context)
        found += views.length
        changes.push(...views)
      }
    }
  }
  changes.sort((a, b) => compareStamps(b.stamp, a.stamp))
  return { changes: changes.slice(0, count).map(({ view }) => view) }
}

/** All that was ever written to one record; null when there is none. */
export async function historyView(vault: OpenVault, id: string, context: ViewContext): Promise<HistoryView | null> {
  const found = recordWith(vault, id)
  if (found === undefined) return null
  const ops = await opsOf(vault, id)
  const changes = ops.toReversed().map((stamped) => changeOf(found, stamped, context))
  return { id, ...recordLine(found), isDeleted: found.isDeleted, changes }
}

/** The record as it stood after the change of this stamp; undefined when there is no such change. */
export async function recordAt(vault: OpenVault, id: string, stamp: string): Promise<RecordState | undefined> {
  const ops = await opsOf(vault, id)
  const end = ops.findIndex((known) => stampText(known.stamp) === stamp)
  const [first, ...others] = ops.slice(0, end + 1)
  if (first === undefined) return undefined
  // Who had seen which tombstone tells of a revival, which is of no matter to what the fields were.
  const originOf = ({ stamp: of }: Stamped) => ({ stamp: of, seq: 0, hasSeen: () => true })
  const record = new RecordState(first.op, originOf(first))
  for (const stamped of others) record.apply(stamped.op, originOf(stamped))
  return record
}

/** What was deleted and can be restored, newest first. */
export function deletedView(vault: OpenVault, { nameOfDevice }: ViewContext): DeletedView {
  const found = [...vault.replica.streams.values()].flatMap((state) =>
    [...state.records.values()].flatMap((record) => {
      const last = record.isDeleted && !HIDDEN_KINDS.has(record.kind) ? record.tombstones.at(-1) : undefined
      return last === undefined ? [] : [{ record, last }]
    }),
  )
  found.sort((a, b) => compareStamps(b.last, a.last))
  return {
    count: found.length,
    records: found.slice(0, CHANGES_MAX).map(({ record, last }) => ({
      id: record.id,
      ...recordLine(record),
      atMs: hlcToMs(last.hlc),
      deviceName: nameOfDevice(last.device),
    })),
  }
}

/** Every op on a record in the order of their stamps, from the sealed batches themselves. */
async function opsOf(vault: OpenVault, id: string): Promise<Stamped[]> {
  const found: Stamped[] = []
  for (const state of vault.replica.streams.values()) {
    if (!state.records.has(id)) continue
    for await (const rows of vault.deps.store.batches(state.id))
      for (const read of await readRows(vault, rows))
        found.push(...stampedOps(read).filter((stamped) => stamped.op.id === id))
  }
  return found.sort((a, b) => compareStamps(a.stamp, b.stamp))
}

async function readRows(vault: OpenVault, rows: readonly BatchRow[]): Promise<ReadBatch[]> {
  const reads = await Promise.all(
    rows.map(async (row) => {
      const envelope = decodeEnvelope(row.bytes)
      return envelope.ok ? readBatch(vault.replica.deps.crypto, envelope.value, row.hash) : envelope
    }),
  )
  return reads.flatMap((read) => (read.ok ? [read.value] : []))
}

function stampedOps({ device, batch }: ReadBatch): Stamped[] {
  return (batch?.ops ?? []).map((op, index) => ({
    op,
    stamp: { hlc: op.hlc ?? hlcPlus(batchBase(batch), index), device },
  }))
}

function batchBase(batch: ReadBatch['batch']) {
  if (batch === undefined) throw new Error('Invariant broken: ops are of a batch')
  return batch.base
}

function changesOfBatch(vault: OpenVault, read: ReadBatch, context: ViewContext) {
  const ops = stampedOps(read)
  const known = ops.flatMap((stamped) => {
    const record = recordWith(vault, stamped.op.id)
    return record === undefined || HIDDEN_KINDS.has(record.kind) ? [] : [{ stamped, record }]
  })
  const [first] = known
  if (first === undefined) return []
  if (known.length <= APART_MAX)
    return known.map(({ stamped, record }) => ({
      stamp: stamped.stamp,
      view: changeOf(record, stamped, context),
    }))
  const { stamp } = first.stamped
  const view: ChangeView = {
    ...whenAndWho(stamp, context),
    kind: first.record.kind,
    name: '',
    value: '',
    recordId: null,
    act: 'several',
    records: new Set(known.map(({ record }) => record.id)).size,
    fields: [],
  }
  return [{ stamp, view }]
}

function changeOf(record: RecordState, { op, stamp }: Stamped, context: ViewContext): ChangeView {
  const revisions = record.revisions()
  const named = (field: string): string | null => {
    const stamps = Object.hasOwn(op.replaces, field) ? (op.replaces[field] ?? []) : []
    const before = revisions.filter(
      (known) => known.field === field && stamps.some((other) => compareStamps(other, known.revision.stamp) === 0),
    )
    return before.length === 0 ? null : before.map(({ revision }) => textOf(field, revision.value)).join(' / ')
  }
  const fields =
    op.type === 'tombstone'
      ? []
      : [...new Set([...Object.keys(op.fields), ...Object.keys(op.replaces)])].map((field) => {
          const value = Object.hasOwn(op.fields, field) ? op.fields[field] : undefined
          return { field, from: named(field), to: value === undefined ? null : textOf(field, value) }
        })
  return {
    ...whenAndWho(stamp, context),
    ...recordLine(record),
    ...valueThen(op),
    recordId: record.id,
    act: actOf(record, op, stamp),
    records: 1,
    fields: fields.filter(({ from, to }) => from !== to),
  }
}

/** What the save itself gave as the record's value; what it did not touch is told as it is now. */
function valueThen(op: Op): { readonly value?: string } {
  if (op.type === 'tombstone') return {}
  const value = op.fields['value'] ?? op.fields['amount']
  return value === undefined ? {} : { value: valueText(value) }
}

/** A field's value in words; an interval as it is printed. */
function textOf(field: string, value: Json): string {
  if (field !== 'range' || !isArray(value)) return valueText(value)
  return value.map(intervalText).join('; ')
}

function intervalText(json: Json): string {
  const { text, low, high } = isJsonObject(json) ? json : {}
  return rangeText({
    ...(typeof text === 'string' ? { text } : {}),
    ...(typeof low === 'string' ? { low } : {}),
    ...(typeof high === 'string' ? { high } : {}),
  })
}

function actOf(record: RecordState, op: Op, stamp: Stamp): ChangeView['act'] {
  if (op.type === 'tombstone') return 'deleted'
  const isFirst = record.revisions().every(({ revision }) => compareStamps(stamp, revision.stamp) <= 0)
  if (isFirst) return 'made'
  // One save gives all its fields one stamp: only the same field's value is the one that it replaced.
  const isRestore = record
    .revisions()
    .some(
      ({ field, revision }) =>
        revision.isDead &&
        Object.hasOwn(op.replaces, field) &&
        (op.replaces[field] ?? []).some((other) => compareStamps(other, revision.stamp) === 0) &&
        record.tombstones.some((tombstone) => compareStamps(tombstone, stamp) < 0),
    )
  return isRestore ? 'restored' : 'changed'
}

function whenAndWho(stamp: Stamp, { nameOfDevice, nowMs }: ViewContext) {
  return {
    stamp: stampText(stamp),
    atMs: hlcToMs(stamp.hlc),
    deviceName: nameOfDevice(stamp.device),
    isFromFuture: isFromFuture(stamp.hlc, nowMs),
  }
}

function recordWith(vault: OpenVault, id: string): RecordState | undefined {
  for (const state of vault.replica.streams.values()) {
    const record = state.records.get(id)
    if (record !== undefined) return record
  }
  return undefined
}
