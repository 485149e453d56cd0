import { type Json, type JsonObject, type Result, isArray, isJsonObject, ok } from '@salus/base'
import {
  type DeviceId,
  HASH_BYTES,
  type Hash,
  ID_BYTES,
  KEY_BYTES,
  SIGNATURE_BYTES,
  type StreamId,
  type SyntaxFault,
  malformed,
  parseBase64Url,
  parseDeviceId,
  parseHash,
  parseStreamId,
} from './ids.ts'
import { CUTS_MAX, DEVICES_ACTIVE_MAX, HEALS_MAX, STREAMS_MAX } from './limits.ts'

/** The public keys that make a device's identity, base64url (V1). */
export interface DeviceKeys {
  /** Ed25519, core log. */
  readonly c: string
  /** Ed25519, batches. */
  readonly s: string
  /** X25519. */
  readonly x: string
}

/** [stream, canary] (V14). */
export type Canary = readonly [StreamId, string]
/** [device, stream, seq, hash]: the last batch that counts (V10). */
export type Cut = readonly [DeviceId, StreamId, number, Hash]

export interface Enrolment {
  readonly device: DeviceKeys
  /** Ed25519 of {@link DeviceKeys.c} over the vault and device id, base64url (V9). */
  readonly proof: string
  readonly streams: readonly StreamId[]
}

/** New epochs of all streams (V11). */
export interface Rotation {
  readonly canaries: readonly Canary[]
  readonly links: Hash
  readonly wraps: Hash
}

export interface Genesis {
  readonly type: 'genesis'
  readonly canaries: readonly Canary[]
  readonly device: DeviceKeys
  readonly kit: DeviceKeys
  readonly minSuite: 1 | 2
  readonly nonce: string
  readonly suite: 1 | 2
  readonly wraps: Hash
}

export interface AddDevice extends Enrolment {
  readonly type: 'addDevice'
  readonly wraps: Hash
}

export interface ReplaceDevice extends Enrolment, Rotation {
  readonly type: 'replaceDevice'
  readonly cuts: readonly Cut[]
  readonly retired: DeviceId
}

export interface Settle extends Rotation {
  readonly type: 'settle'
  readonly cuts: readonly Cut[]
  readonly enrol: readonly Enrolment[]
  readonly heals: readonly Hash[]
  readonly keep: readonly DeviceId[]
}

export interface RemoveDevice extends Rotation {
  readonly type: 'removeDevice'
  readonly cuts: readonly Cut[]
  readonly removed: DeviceId
}

export type CoreBody = Genesis | AddDevice | ReplaceDevice | Settle | RemoveDevice
export type CoreEntryType = CoreBody['type']

/** Reads a body whose text was canonical; an unknown or absent member makes it malformed (V7). */
export function decodeCoreBody(type: CoreEntryType, json: Json): Result<CoreBody, SyntaxFault> {
  if (!isJsonObject(json)) return malformed('body')
  const read = new MemberReader(json)
  const body = decodeMembers(type, read)
  return read.isExact ? ok(body) : malformed(`${type} body`)
}

function decodeMembers(type: CoreEntryType, read: MemberReader): CoreBody {
  switch (type) {
    case 'genesis':
      return {
        type,
        canaries: read.canaries(),
        device: read.keys('device'),
        kit: read.keys('kit'),
        minSuite: read.suite('minSuite'),
        nonce: read.base64Url('nonce', ID_BYTES),
        suite: read.suite('suite'),
        wraps: read.hash('wraps'),
      }
    case 'addDevice':
      return { type, ...read.enrolment(), wraps: read.hash('wraps') }
    case 'replaceDevice':
      return { type, ...read.enrolment(), ...read.rotation(), cuts: read.cuts(), retired: read.deviceId('retired') }
    case 'settle':
      return {
        type,
        ...read.rotation(),
        cuts: read.cuts(),
        enrol: read.enrolments(),
        heals: read.sorted('heals', HEALS_MAX, parseHash),
        keep: read.sorted('keep', DEVICES_ACTIVE_MAX, parseDeviceId),
      }
    case 'removeDevice':
      return { type, ...read.rotation(), cuts: read.cuts(), removed: read.deviceId('removed') }
  }
}

/** Reads the members of one object and remembers whether each was well-formed and none was left over. */
class MemberReader {
  readonly #object: JsonObject
  readonly #unread: Set<string>
  #isSound = true

  constructor(object: JsonObject) {
    this.#object = object
    this.#unread = new Set(Object.keys(object))
  }

  get isExact(): boolean {
    return this.#isSound && this.#unread.size === 0
  }

  hash(name: string): Hash {
    // Nobody sees the fallback: the body is refused.
    return this.#or(parseHash(this.#member(name)), '' as Hash)
  }

  deviceId(name: string): DeviceId {
    // Nobody sees the fallback: the body is refused.
    return this.#or(parseDeviceId(this.#member(name)), '' as DeviceId)
  }

  base64Url(name: string, length: number): string {
    const text = this.#member(name)
    this.#require(parseBase64Url(text, length, name).ok)
    return typeof text === 'string' ? text : ''
  }

  suite(name: string): 1 | 2 {
    const suite = this.#member(name)
    this.#require(suite === 1 || suite === 2)
    return suite === 2 ? 2 : 1
  }

  keys(name: string): DeviceKeys {
    const read = this.#nested(this.#member(name))
    const keys = {
      c: read.base64Url('c', KEY_BYTES),
      s: read.base64Url('s', KEY_BYTES),
      x: read.base64Url('x', KEY_BYTES),
    }
    this.#require(read.isExact)
    return keys
  }

  enrolment(): Enrolment {
    return {
      device: this.keys('device'),
      proof: this.base64Url('proof', SIGNATURE_BYTES),
      streams: this.sorted('streams', STREAMS_MAX, parseStreamId),
    }
  }

  enrolments(): Enrolment[] {
    const enrolments = this.#list('enrol', DEVICES_ACTIVE_MAX).map((item) => {
      const read = this.#nested(item)
      const enrolment = read.enrolment()
      this.#require(read.isExact)
      return enrolment
    })
    return this.#ascending(enrolments, (enrolment) => enrolment.device.c)
  }

  rotation(): Rotation {
    return { canaries: this.canaries(), links: this.hash('links'), wraps: this.hash('wraps') }
  }

  canaries(): Canary[] {
    return this.#tuples('canaries', STREAMS_MAX, 1, ([stream, canary]) => {
      const id = parseStreamId(stream)
      if (!id.ok || typeof canary !== 'string' || !parseBase64Url(canary, HASH_BYTES, 'canary').ok) return undefined
      return [id.value, canary]
    })
  }

  cuts(): Cut[] {
    return this.#tuples('cuts', CUTS_MAX, 2, ([device, stream, seq, hash]) => {
      const ids = [parseDeviceId(device), parseStreamId(stream), parseHash(hash)] as const
      if (!ids[0].ok || !ids[1].ok || !ids[2].ok || !isSeq(seq)) return undefined
      return [ids[0].value, ids[1].value, seq, ids[2].value]
    })
  }

  /** Texts in strictly ascending order. */
  sorted<T extends string>(name: string, max: number, parse: (item: unknown) => Result<T, SyntaxFault>): T[] {
    return this.#ascending(
      // Nobody sees the fallback: the body is refused.
      this.#list(name, max).map((item) => this.#or(parse(item), '' as T)),
      (item) => item,
    )
  }

  #tuples<T extends readonly unknown[]>(
    name: string,
    max: number,
    keyLength: number,
    parse: (items: readonly Json[]) => T | undefined,
  ): T[] {
    const length = keyLength === 1 ? 2 : 4
    const tuples: T[] = []
    for (const item of this.#list(name, max)) {
      const tuple = isArray(item) && item.length === length ? parse(item) : undefined
      this.#require(tuple !== undefined)
      if (tuple !== undefined) tuples.push(tuple)
    }
    return this.#ascending(tuples, (tuple) => tuple.slice(0, keyLength).join(' '))
  }

  #ascending<T>(items: T[], keyOf: (item: T) => string): T[] {
    this.#require(items.every((item, i) => i === 0 || keyOf(items[i - 1] ?? item) < keyOf(item)))
    return items
  }

  #list(name: string, max: number): readonly Json[] {
    const list = this.#member(name)
    this.#require(isArray(list) && list.length <= max)
    return isArray(list) ? list.slice(0, max) : []
  }

  #nested(json: unknown): MemberReader {
    this.#require(isJsonObject(json))
    return new MemberReader(isJsonObject(json) ? json : {})
  }

  #member(name: string): unknown {
    this.#unread.delete(name)
    return this.#object[name]
  }

  #or<T>(result: Result<T, SyntaxFault>, fallback: T): T {
    this.#require(result.ok)
    return result.ok ? result.value : fallback
  }

  #require(condition: boolean): void {
    if (!condition) this.#isSound = false
  }
}

function isSeq(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 0xffffffff
}
