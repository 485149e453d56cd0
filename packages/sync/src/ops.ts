import {
  type Bytes,
  type Json,
  type JsonObject,
  type Result,
  bytesToUtf8,
  canonicalJson,
  err,
  isArray,
  isJsonObject,
  ok,
  parseCanonicalJson,
  parseJson,
  utf8ToBytes,
} from '@salus/base'
import { BATCH_OPS_MAX, parseDeviceId } from '@salus/wire'
import { type Hlc, type Stamp, compareStamps, isHlc } from './hlc.ts'

/** Stamps that one field of an op replaces. */
export const REPLACED_STAMPS_MAX = 256
/** Fields of one op (V24). */
export const OP_FIELDS_MAX = 128

/** Field → the stamps whose values this op supersedes, or a tombstone marks dead. */
export type Replaces = Readonly<Record<string, readonly Stamp[]>>

interface OpBase {
  readonly id: string
  readonly kind: string
  readonly version: number
  readonly replaces: Replaces
  /** Its own clock, where that is not base + index (re-issued ops). */
  readonly hlc?: Hlc
}

export interface PatchOp extends OpBase {
  readonly type: 'patch'
  readonly fields: JsonObject
}

export interface TombstoneOp extends OpBase {
  readonly type: 'tombstone'
}

export type Op = PatchOp | TombstoneOp

export interface OpBatch {
  readonly base: Hlc
  readonly ops: readonly Op[]
}

/** `UnknownVerb`: of a later version, kept and merged by later builds (V7). The others: no build may take it. */
export type OpsFault = { readonly type: 'UnknownVerb' | 'NotCanonical' | 'MalformedOps' }

const NAME = /^[A-Za-z0-9._-]{1,64}$/

/** Is this text allowed as a record's id or kind (V24)? */
export function isOpName(text: string): boolean {
  return NAME.test(text)
}

/**
 * The op as one or several that keep to {@link OP_FIELDS_MAX} and {@link REPLACED_STAMPS_MAX} and together do the same
 * (V24): a record of many fields is deleted by several tombstones.
 */
export function withinOpBounds(op: Op): readonly Op[] {
  const fields = op.type === 'patch' ? Object.entries(op.fields) : []
  const names = Object.entries(op.replaces)
  const hasRoom = fields.length <= OP_FIELDS_MAX && names.length <= OP_FIELDS_MAX
  if (hasRoom && names.every(([, stamps]) => stamps.length <= REPLACED_STAMPS_MAX)) return [op]
  const parts = names.flatMap(([field, stamps]) =>
    slices(stamps, REPLACED_STAMPS_MAX).map((slice) => [field, slice] as const),
  )
  // One field's slices may not share an op, for its members would overwrite each other.
  const replaces = slicesBy(parts, OP_FIELDS_MAX, ([field]) => field).map((slice) => Object.fromEntries(slice))
  const values = slices(fields, OP_FIELDS_MAX).map((slice) => Object.fromEntries(slice))
  return Array.from({ length: Math.max(replaces.length, values.length) }, (_, i) => ({
    ...op,
    replaces: replaces[i] ?? {},
    ...(op.type === 'patch' ? { fields: values[i] ?? {} } : {}),
  }))
}

function slices<T>(list: readonly T[], lengthMax: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / lengthMax) }, (_, i) =>
    list.slice(i * lengthMax, (i + 1) * lengthMax),
  )
}

/** Slices in which no name stands twice; equal names must be neighbours. */
function slicesBy<T>(list: readonly T[], lengthMax: number, nameOf: (item: T) => string): T[][] {
  const made: T[][] = []
  let last: T[] = []
  for (const item of list) {
    const before = last.at(-1)
    if (before === undefined || last.length === lengthMax || nameOf(before) === nameOf(item)) made.push((last = []))
    last.push(item)
  }
  return made
}

/** Canonical JSON of V24. */
export function encodeOps(batch: OpBatch): Bytes {
  return encodeOpTexts(batch.base, batch.ops.map(opText))
}

/** The same of ops that are written already. */
export function encodeOpTexts(base: Hlc, texts: readonly string[]): Bytes {
  return utf8ToBytes(`{"b":${String(base)},"o":[${texts.join(',')}]}`)
}

/** Canonical JSON of one op. */
export function opText(op: Op): string {
  return canonicalJson(opJson(op))
}

/** The JSON of one op; its length tells whether it still fits a batch. */
export function opJson(op: Op): JsonObject {
  return {
    ...(op.type === 'patch' ? { f: op.fields } : { d: 1 }),
    i: op.id,
    k: op.kind,
    ...(Object.keys(op.replaces).length > 0 ? { r: replacesJson(op.replaces) } : {}),
    ...(op.hlc === undefined ? {} : { t: op.hlc }),
    v: op.version,
  }
}

/**
 * Refuses every spelling but the canonical one, and tells what is unknown from what is wrong.
 * @param isKept these very bytes lay on this device's disk, where only what was canonical is put: not looked at again
 */
export function decodeOps(bytes: Bytes, isKept = false): Result<OpBatch, OpsFault> {
  const text = bytesToUtf8(bytes)
  const json = !text.ok ? text : isKept ? parseKept(text.value) : parseCanonicalJson(text.value)
  if (!json.ok) return err({ type: 'NotCanonical' })
  if (!isJsonObject(json.value)) return err({ type: 'MalformedOps' })
  const { b, o, ...unknown } = json.value
  if (Object.keys(unknown).length > 0) return err({ type: 'UnknownVerb' })
  if (!isHlc(b) || !isArray(o) || o.length < 1 || o.length > BATCH_OPS_MAX) return err({ type: 'MalformedOps' })
  if (!isHlc(b + (o.length - 1))) return err({ type: 'MalformedOps' })
  const ops: Op[] = []
  for (const item of o) {
    const op = decodeOp(item)
    if (!op.ok) return op
    ops.push(op.value)
  }
  return ok({ base: b, ops })
}

function parseKept(text: string): Result<Json, { readonly type: 'NotJson' }> {
  try {
    return ok(parseJson(text))
  } catch {
    return err({ type: 'NotJson' })
  }
}

const OP_MEMBERS: ReadonlySet<string> = new Set(['d', 'f', 'i', 'k', 'r', 't', 'v'])

function decodeOp(json: Json): Result<Op, OpsFault> {
  if (!isJsonObject(json)) return err({ type: 'MalformedOps' })
  for (const name in json) if (!OP_MEMBERS.has(name)) return err({ type: 'UnknownVerb' })
  // No object inherits a member of one letter.
  const { d, f, i, k, r, t, v } = json
  const isPatch = f !== undefined
  if (d !== undefined && d !== 1) return err({ type: 'UnknownVerb' })
  if (typeof i !== 'string' || typeof k !== 'string' || !isOpName(i) || !isRepeatedName(k))
    return err({ type: 'MalformedOps' })
  if (typeof v !== 'number' || !Number.isInteger(v) || v < 1) return err({ type: 'MalformedOps' })
  if (isPatch === (d !== undefined) || (t !== undefined && !isHlc(t))) return err({ type: 'MalformedOps' })
  const replaces = decodeReplaces(r)
  if (replaces === undefined) return err({ type: 'MalformedOps' })
  const own = t === undefined ? undefined : { hlc: t }
  if (!isPatch) return ok({ type: 'tombstone', id: i, kind: k, version: v, replaces, ...own })
  if (!isJsonObject(f) || !hasFieldNames(f)) return err({ type: 'MalformedOps' })
  return ok({ type: 'patch', id: i, kind: k, version: v, replaces, fields: f, ...own })
}

function hasFieldNames(fields: JsonObject): boolean {
  let count = 0
  for (const name in fields) if (++count > OP_FIELDS_MAX || !isRepeatedName(name)) return false
  return true
}

/** Kinds and fields come again and again: what has been found good is remembered, up to this many. */
const NAMES_KNOWN_MAX = 1_024
const knownNames = new Set<string>()

function isRepeatedName(text: string): boolean {
  if (knownNames.has(text)) return true
  if (!isOpName(text)) return false
  if (knownNames.size < NAMES_KNOWN_MAX) knownNames.add(text)
  return true
}

const REPLACES_NOTHING: Replaces = {}

function decodeReplaces(json: Json | undefined): Replaces | undefined {
  if (json === undefined) return REPLACES_NOTHING
  if (!isJsonObject(json)) return undefined
  const fields = Object.entries(json)
  if (fields.length === 0 || fields.length > OP_FIELDS_MAX) return undefined
  const replaces: [string, readonly Stamp[]][] = []
  for (const [field, list] of fields) {
    if (!isOpName(field) || !isArray(list) || list.length === 0 || list.length > REPLACED_STAMPS_MAX) return undefined
    const stamps: Stamp[] = []
    for (const item of list) {
      if (!isArray(item) || item.length !== 2 || !isHlc(item[0])) return undefined
      const device = parseDeviceId(item[1])
      if (!device.ok) return undefined
      const stamp = { hlc: item[0], device: device.value }
      const previous = stamps.at(-1)
      if (previous !== undefined && compareStamps(previous, stamp) >= 0) return undefined
      stamps.push(stamp)
    }
    replaces.push([field, stamps])
  }
  // Not by assignment: a field may bear the name of a member that every object inherits.
  return Object.fromEntries(replaces)
}

/** Ascending, none twice: one set of stamps has one spelling. */
function replacesJson(replaces: Replaces): JsonObject {
  return Object.fromEntries(
    Object.entries(replaces).map(([field, stamps]) => {
      const sorted = [...stamps].sort(compareStamps)
      const distinct = sorted.filter((stamp, i) => i === 0 || compareStamps(sorted[i - 1] ?? stamp, stamp) < 0)
      return [field, distinct.map((stamp): Json => [stamp.hlc, stamp.device])]
    }),
  )
}
