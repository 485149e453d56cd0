import { type Bytes, type Result, base64UrlToBytes, concatBytes, err, ok, utf8ToBytes } from '@salus/base'
import type { Cut, DeviceKeys, Enrolment, Genesis, Rotation } from './core-body.ts'
import { type CoreEntry, type UnknownEntry, coreSigningInput, decodeCoreEntry } from './core-entry.ts'
import type { Suite } from './envelope.ts'
import {
  type DeviceId,
  type Hash,
  ID_BYTES,
  type StreamId,
  type SyntaxFault,
  type VaultId,
  ZERO_HASH,
  ZERO_VAULT,
  deviceIdOf,
  hashOf,
  idBytes,
  vaultIdOf,
} from './ids.ts'
import { CORE_ENTRIES_MAX, DEVICES_ACTIVE_MAX } from './limits.ts'
import { SIGNATURE_LABELS } from './signature-labels.ts'
import { decodeLinks, decodeWraps } from './wraps.ts'

/** What the pure rules need from a platform's cryptography: node:crypto on the relay, noble on devices. */
export interface CoreCrypto {
  sha256(bytes: Uint8Array): Bytes
  /** Strict Ed25519 (V20). */
  verifyEd25519(publicKey: Bytes, message: Bytes, signature: Bytes): boolean
}

export interface CoreDevice {
  readonly id: DeviceId
  readonly keys: DeviceKeys
  readonly streams: ReadonlySet<StreamId>
  /** Seq of the entry that enrolled it. */
  readonly sinceSeq: number
  /** Seq of the entry that ended it; absent while it is active. */
  readonly untilSeq?: number
  /** Its last batch that counts, per stream; only once ended (V10). A stream without one counts nothing. */
  readonly cuts?: ReadonlyMap<StreamId, { readonly seq: number; readonly hash: Hash }>
}

export interface CoreStream {
  readonly id: StreamId
  /** canaries[e] belongs to epoch e (V14). */
  readonly canaries: readonly string[]
  /** epochSinceSeq[e] = seq of the entry that began epoch e. */
  readonly epochSinceSeq: readonly number[]
}

/** All that a valid core log says at its head. Never changed in place. */
export interface CoreState {
  readonly vault: VaultId
  readonly suite: Suite
  readonly minSuite: Suite
  readonly seq: number
  readonly head: Hash
  readonly seqOfHash: ReadonlyMap<Hash, number>
  readonly kit: { readonly id: DeviceId; readonly keys: DeviceKeys }
  readonly devices: ReadonlyMap<DeviceId, CoreDevice>
  readonly streams: ReadonlyMap<StreamId, CoreStream>
  /** Heads of forked branches that a settle on this log has healed (S20). */
  readonly healed: ReadonlySet<Hash>
}

/** The bytes beside an entry; undefined where they were dropped (V7). */
export interface CoreAttachments {
  readonly wraps: Bytes | undefined
  readonly links: Bytes | undefined
}

/** Which rule an entry breaks. */
export type CoreRule =
  | 'signature'
  | 'signer'
  | 'position'
  | 'full'
  | 'proof'
  | 'deviceKnown'
  | 'streams'
  | 'wraps'
  | 'links'
  | 'canaries'
  | 'cuts'
  | 'keep'
  | 'suite'
  | 'limit'
export type CoreRefusal = SyntaxFault | UnknownEntry | { readonly type: 'CoreRuleBroken'; readonly rule: CoreRule }

const broken = (rule: CoreRule): { ok: false; error: CoreRefusal } => err({ type: 'CoreRuleBroken', rule })

/** Device id = Hash(x | s | c)[0..16] (V1). */
export function deviceIdOfKeys(crypto: CoreCrypto, keys: DeviceKeys): DeviceId {
  const hash = crypto.sha256(concatBytes(keyBytes(keys.x), keyBytes(keys.s), keyBytes(keys.c)))
  return deviceIdOf(hash.subarray(0, ID_BYTES))
}

/** What `proof` signs (V9). */
export function enrolSigningInput(vault: VaultId, device: DeviceId): Bytes {
  return concatBytes(utf8ToBytes(SIGNATURE_LABELS.enrol), idBytes(vault), idBytes(device))
}

export function isActive(device: CoreDevice | undefined): device is CoreDevice {
  return device !== undefined && device.untilSeq === undefined
}

export function isFull(state: Pick<CoreState, 'streams'>, device: CoreDevice): boolean {
  return device.streams.size === state.streams.size
}

/**
 * Appends one entry to a valid log, or names the rule that it breaks (V15). Signatures are checked before anything else.
 * @param state the log so far; undefined before genesis
 */
export function applyCoreEntry(
  crypto: CoreCrypto,
  state: CoreState | undefined,
  bytes: Bytes,
  attachments: CoreAttachments,
): Result<CoreState, CoreRefusal> {
  const entry = decodeCoreEntry(bytes)
  if (!entry.ok) return entry
  if (state === undefined) return applyGenesis(crypto, entry.value, attachments)
  if (!haveSigned(crypto, entry.value, (signer) => keysOfSigner(state, signer))) return broken('signature')
  if (entry.value.vault !== state.vault || entry.value.seq !== state.seq + 1 || entry.value.prevHash !== state.head)
    return broken('position')
  if (state.seq + 1 >= CORE_ENTRIES_MAX) return broken('limit')
  const changed = applyBody(crypto, state, entry.value, attachments)
  if (!changed.ok) return changed
  const head = hashOf(crypto.sha256(bytes))
  const seqOfHash = new Map(state.seqOfHash).set(head, entry.value.seq)
  return ok({ ...changed.value, seq: entry.value.seq, head, seqOfHash })
}

function applyGenesis(
  crypto: CoreCrypto,
  entry: CoreEntry,
  attachments: CoreAttachments,
): Result<CoreState, CoreRefusal> {
  const genesis = entry.body
  if (genesis.type !== 'genesis') return broken('position')
  if (hasBytes(attachments.links)) return broken('links')
  const device = deviceIdOfKeys(crypto, genesis.device)
  const kit = deviceIdOfKeys(crypto, genesis.kit)
  const keysOf = (signer: DeviceId): DeviceKeys | undefined =>
    signer === device ? genesis.device : signer === kit ? genesis.kit : undefined
  if (device === kit || entry.signatures.length !== 2 || !haveSigned(crypto, entry, keysOf)) return broken('signature')
  if (entry.vault !== ZERO_VAULT || entry.seq !== 0 || entry.prevHash !== ZERO_HASH) return broken('position')
  if (genesis.suite < genesis.minSuite) return broken('suite')
  if (genesis.canaries.length < 1) return broken('streams')
  const streams = firstEpochs(genesis)
  const first: CoreDevice = { id: device, keys: genesis.device, streams: new Set(streams.keys()), sinceSeq: 0 }
  const head = hashOf(crypto.sha256(entry.bytes))
  const state: CoreState = {
    vault: vaultIdOf(idBytes(head)),
    suite: genesis.suite,
    minSuite: genesis.minSuite,
    seq: 0,
    head,
    seqOfHash: new Map([[head, 0]]),
    kit: { id: kit, keys: genesis.kit },
    devices: new Map([[device, first]]),
    streams,
    healed: new Set(),
  }
  const wraps = checkWraps(crypto, genesis.wraps, attachments.wraps, expectedWraps(state, [...state.streams.keys()]))
  return wraps.ok ? ok(state) : wraps
}

/** Only a rotation has links: nothing that no body names is kept beside an entry (V7). */
function hasBytes(links: Bytes | undefined): boolean {
  return links !== undefined && links.length > 0
}

function firstEpochs(genesis: Genesis): Map<StreamId, CoreStream> {
  return new Map(genesis.canaries.map(([id, canary]) => [id, { id, canaries: [canary], epochSinceSeq: [0] }]))
}

function applyBody(
  crypto: CoreCrypto,
  state: CoreState,
  entry: CoreEntry,
  attachments: CoreAttachments,
): Result<CoreState, CoreRefusal> {
  const { body } = entry
  switch (body.type) {
    case 'genesis':
      return broken('position')
    case 'addDevice': {
      if (!isSignedByOne(entry, (signer) => isFullDevice(state, signer))) return broken('signer')
      if (hasBytes(attachments.links)) return broken('links')
      const enrolled = enrol(crypto, state, body, entry.seq)
      if (!enrolled.ok) return enrolled
      const added = enrolled.value.id
      const expected = body.streams.map((stream) => wrapName(stream, newestEpoch(state, stream), added))
      const wraps = checkWraps(crypto, body.wraps, attachments.wraps, expected)
      return wraps.ok ? ok(enrolled.value.state) : wraps
    }
    case 'replaceDevice': {
      const mayReplace = (signer: DeviceId): boolean =>
        signer === body.retired || signer === state.kit.id || isFullDevice(state, signer)
      if (!isSignedByOne(entry, mayReplace)) return broken('signer')
      return replaceAll(crypto, state, entry.seq, attachments, body, [body.retired], [body])
    }
    case 'removeDevice': {
      const mayRemove = (signer: DeviceId): boolean =>
        signer !== body.removed && (signer === state.kit.id || isFullDevice(state, signer))
      if (!isSignedByOne(entry, mayRemove)) return broken('signer')
      return replaceAll(crypto, state, entry.seq, attachments, body, [body.removed], [])
    }
    case 'settle': {
      if (!isSignedByOne(entry, (signer) => signer === state.kit.id)) return broken('signer')
      const active = [...state.devices.values()].filter(isActive).map((device) => device.id)
      if (body.keep.some((id) => !active.includes(id))) return broken('keep')
      const dropped = active.filter((id) => !body.keep.includes(id))
      const settled = replaceAll(crypto, state, entry.seq, attachments, body, dropped, body.enrol)
      return settled.ok ? ok({ ...settled.value, healed: new Set([...state.healed, ...body.heals]) }) : settled
    }
  }
}

/** Ends devices, enrols others and rotates every stream: the common road of types 3, 4 and 5 (V11). */
function replaceAll(
  crypto: CoreCrypto,
  state: CoreState,
  seq: number,
  attachments: CoreAttachments,
  body: Rotation & { readonly cuts: readonly Cut[] },
  ended: readonly DeviceId[],
  enrolments: readonly Enrolment[],
): Result<CoreState, CoreRefusal> {
  const cut = endDevices(state, ended, body.cuts, seq)
  if (!cut.ok) return cut
  let next = cut.value
  for (const enrolment of enrolments) {
    const enrolled = enrol(crypto, next, enrolment, seq)
    if (!enrolled.ok) return enrolled
    next = enrolled.value.state
  }
  if (![...next.devices.values()].some((device) => isActive(device) && isFull(next, device))) return broken('full')
  return rotate(crypto, next, body, seq, attachments)
}

function endDevices(
  state: CoreState,
  ended: readonly DeviceId[],
  cuts: readonly Cut[],
  seq: number,
): Result<CoreState, CoreRefusal> {
  const devices = new Map(state.devices)
  for (const id of ended) {
    const device = devices.get(id)
    if (!isActive(device)) return broken('deviceKnown')
    devices.set(id, { ...device, untilSeq: seq, cuts: new Map() })
  }
  for (const [id, stream, cutSeq, hash] of cuts) {
    const device = devices.get(id)
    if (device?.untilSeq !== seq || device.cuts === undefined || !device.streams.has(stream)) return broken('cuts')
    devices.set(id, { ...device, cuts: new Map(device.cuts).set(stream, { seq: cutSeq, hash }) })
  }
  return ok({ ...state, devices })
}

function enrol(
  crypto: CoreCrypto,
  state: CoreState,
  enrolment: Enrolment,
  seq: number,
): Result<{ readonly state: CoreState; readonly id: DeviceId }, CoreRefusal> {
  const id = deviceIdOfKeys(crypto, enrolment.device)
  if (id === state.kit.id || state.devices.has(id)) return broken('deviceKnown')
  if (
    !crypto.verifyEd25519(keyBytes(enrolment.device.c), enrolSigningInput(state.vault, id), keyBytes(enrolment.proof))
  )
    return broken('proof')
  if (enrolment.streams.length === 0 || enrolment.streams.some((stream) => !state.streams.has(stream)))
    return broken('streams')
  if ([...state.devices.values()].filter(isActive).length >= DEVICES_ACTIVE_MAX) return broken('limit')
  const device: CoreDevice = { id, keys: enrolment.device, streams: new Set(enrolment.streams), sinceSeq: seq }
  return ok({ id, state: { ...state, devices: new Map(state.devices).set(id, device) } })
}

function rotate(
  crypto: CoreCrypto,
  state: CoreState,
  rotation: Rotation,
  seq: number,
  attachments: CoreAttachments,
): Result<CoreState, CoreRefusal> {
  if (rotation.canaries.length !== state.streams.size) return broken('canaries')
  const streams = new Map<StreamId, CoreStream>()
  for (const [id, canary] of rotation.canaries) {
    const stream = state.streams.get(id)
    if (stream === undefined) return broken('canaries')
    streams.set(id, { id, canaries: [...stream.canaries, canary], epochSinceSeq: [...stream.epochSinceSeq, seq] })
  }
  const next = { ...state, streams }
  const wraps = checkWraps(crypto, rotation.wraps, attachments.wraps, expectedWraps(next, [...streams.keys()]))
  if (!wraps.ok) return wraps
  const links = checkLinks(crypto, rotation.links, attachments.links, next)
  return links.ok ? ok(next) : links
}

/** The names of the wraps that exactly the entitled need: every active holder and the kit (V12). */
function expectedWraps(state: CoreState, streams: readonly StreamId[]): string[] {
  const active = [...state.devices.values()].filter(isActive)
  return streams.flatMap((stream) => {
    const recipients = [
      state.kit.id,
      ...active.filter((device) => device.streams.has(stream)).map((device) => device.id),
    ]
    return recipients.map((recipient) => wrapName(stream, newestEpoch(state, stream), recipient))
  })
}

function checkWraps(
  crypto: CoreCrypto,
  named: Hash,
  bytes: Bytes | undefined,
  expected: readonly string[],
): Result<void, CoreRefusal> {
  if (bytes === undefined) return ok()
  if (hashOf(crypto.sha256(bytes)) !== named) return broken('wraps')
  const wraps = decodeWraps(bytes)
  if (!wraps.ok) return wraps
  return isSameSet(
    wraps.value.map((wrap) => wrapName(wrap.stream, wrap.epoch, wrap.recipient)),
    expected,
  )
    ? ok()
    : broken('wraps')
}

function checkLinks(
  crypto: CoreCrypto,
  named: Hash,
  bytes: Bytes | undefined,
  state: CoreState,
): Result<void, CoreRefusal> {
  if (bytes === undefined) return ok()
  if (hashOf(crypto.sha256(bytes)) !== named) return broken('links')
  const links = decodeLinks(bytes)
  if (!links.ok) return links
  return isSameSet(
    links.value.map((link) => `${link.stream} ${String(link.epoch)}`),
    [...state.streams.keys()].map((stream) => `${stream} ${String(newestEpoch(state, stream))}`),
  )
    ? ok()
    : broken('links')
}

function isSameSet(found: readonly string[], expected: readonly string[]): boolean {
  const set = new Set(found)
  return found.length === expected.length && set.size === expected.length && expected.every((name) => set.has(name))
}

const wrapName = (stream: StreamId, epoch: number, recipient: DeviceId): string =>
  `${stream} ${String(epoch)} ${recipient}`

/** The stream's epoch at the log's head. */
export function newestEpoch(state: Pick<CoreState, 'streams'>, stream: StreamId): number {
  return (state.streams.get(stream)?.canaries.length ?? 0) - 1
}

function isFullDevice(state: CoreState, id: DeviceId): boolean {
  const device = state.devices.get(id)
  return isActive(device) && isFull(state, device)
}

function isSignedByOne(entry: CoreEntry, isEntitled: (signer: DeviceId) => boolean): boolean {
  const [first] = entry.signatures
  return entry.signatures.length === 1 && first !== undefined && isEntitled(first.signer)
}

function keysOfSigner(state: CoreState, signer: DeviceId): DeviceKeys | undefined {
  if (signer === state.kit.id) return state.kit.keys
  const device = state.devices.get(signer)
  return isActive(device) ? device.keys : undefined
}

function haveSigned(
  crypto: CoreCrypto,
  entry: CoreEntry,
  keysOf: (signer: DeviceId) => DeviceKeys | undefined,
): boolean {
  const message = coreSigningInput((bytes) => crypto.sha256(bytes), entry.signedBytes)
  return entry.signatures.every(({ signer, signature }) => {
    const keys = keysOf(signer)
    return keys !== undefined && crypto.verifyEd25519(keyBytes(keys.c), message, signature)
  })
}

/** Bytes of a key or proof that the body's decoder has checked. */
function keyBytes(text: string): Bytes {
  const bytes = base64UrlToBytes(text)
  if (!bytes.ok) throw new Error('Invariant broken: decoded keys are base64url')
  return bytes.value
}
