import { type Bytes, type Result, bytesToBase64Url, concatBytes, utf8ToBytes } from '@salus/base'
import { ed25519 } from '@noble/curves/ed25519.js'
import { sha256 } from '@noble/hashes/sha2.js'
import type {
  AddDevice,
  Canary,
  CoreBody,
  DeviceKeys,
  Enrolment,
  Genesis,
  RemoveDevice,
  ReplaceDevice,
  Settle,
} from '../core-body.ts'
import { attachSignatures, coreSigningInput, encodeCoreEntry } from '../core-entry.ts'
import {
  type CoreAttachments,
  type CoreCrypto,
  type CoreRefusal,
  type CoreState,
  applyCoreEntry,
  deviceIdOfKeys,
  enrolSigningInput,
  newestEpoch,
} from '../core-log.ts'
import {
  type DeviceId,
  type Hash,
  type StreamId,
  type VaultId,
  ZERO_HASH,
  ZERO_VAULT,
  hashOf,
  streamIdOf,
} from '../ids.ts'
import { type Link, type Wrap, encodeLinks, encodeWraps } from '../wraps.ts'

/** Builds core logs for tests: the signatures are real, what is encrypted is not. */

export const testCrypto: CoreCrypto = {
  sha256: (bytes) => Uint8Array.from(sha256(bytes)),
  verifyEd25519: (publicKey, message, signature) => ed25519.verify(signature, message, publicKey, { zip215: false }),
}

/** Bytes that anybody can derive again from their name. */
export function bytesNamed(name: string, length = 32): Bytes {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, i) => sha256(utf8ToBytes(`${name} ${i}`)))
  return concatBytes(...blocks).slice(0, length)
}

export const textNamed = (name: string, length = 32): string => bytesToBase64Url(bytesNamed(name, length))
export const hashNamed = (name: string): Hash => hashOf(bytesNamed(name))
export const streamNamed = (name: string): StreamId => streamIdOf(bytesNamed(`stream ${name}`, 16))

export interface TestDevice {
  readonly id: DeviceId
  readonly keys: DeviceKeys
  /** By its `c`. */
  sign(message: Bytes): Bytes
}

export function deviceNamed(name: string): TestDevice {
  const secret = bytesNamed(`${name} core`)
  const publicKeyOf = (seed: Bytes): string => bytesToBase64Url(ed25519.getPublicKey(seed))
  const keys = { c: publicKeyOf(secret), s: publicKeyOf(bytesNamed(`${name} sign`)), x: textNamed(`${name} x25519`) }
  return {
    id: deviceIdOfKeys(testCrypto, keys),
    keys,
    sign: (message) => Uint8Array.from(ed25519.sign(message, secret)),
  }
}

/** An entry with what lies beside it, as a relay hands it out. */
export interface TestEntry {
  readonly bytes: Bytes
  readonly attachments: CoreAttachments
}

export interface Position {
  readonly vault?: VaultId
  readonly seq?: number
  readonly prevHash?: Hash
}

export function signedEntry(
  state: CoreState | undefined,
  body: CoreBody,
  signers: readonly TestDevice[],
  attachments: CoreAttachments,
  position: Position = {},
): TestEntry {
  const signedBytes = encodeCoreEntry(
    position.vault ?? state?.vault ?? ZERO_VAULT,
    position.seq ?? (state === undefined ? 0 : state.seq + 1),
    position.prevHash ?? state?.head ?? ZERO_HASH,
    body,
  )
  const message = coreSigningInput((bytes) => testCrypto.sha256(bytes), signedBytes)
  const signatures = signers.map((signer) => ({ signer: signer.id, signature: signer.sign(message) }))
  return { bytes: attachSignatures(signedBytes, signatures), attachments }
}

export function apply(state: CoreState | undefined, entry: TestEntry): Result<CoreState, CoreRefusal> {
  return applyCoreEntry(testCrypto, state, entry.bytes, entry.attachments)
}

/** The state after a valid entry. */
export function applied(state: CoreState | undefined, entry: TestEntry): CoreState {
  const result = apply(state, entry)
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.error)}`)
  return result.value
}

export const LABS = streamNamed('labs')
export const JOURNAL = streamNamed('journal')
export const STREAMS = [LABS, JOURNAL].sort()
export const KIT = deviceNamed('kit')
export const PHONE = deviceNamed('phone')
export const LAPTOP = deviceNamed('laptop')
export const WATCH = deviceNamed('watch')

export function wrapOf(stream: StreamId, epoch: number, recipient: DeviceId): Wrap {
  const name = `wrap ${stream} ${epoch} ${recipient}`
  return { stream, epoch, recipient, enc: bytesNamed(`${name} enc`), ciphertext: bytesNamed(name, 49) }
}

export function linkOf(stream: StreamId, epoch: number): Link {
  return { stream, epoch, ciphertext: bytesNamed(`link ${stream} ${epoch}`, 48) }
}

export function attach(
  wraps: readonly Wrap[],
  links?: readonly Link[],
): CoreAttachments & { readonly names: { readonly wraps: Hash; readonly links: Hash } } {
  const wrapBytes = encodeWraps(wraps)
  const linkBytes = encodeLinks(links ?? [])
  return {
    wraps: wrapBytes,
    links: links === undefined ? undefined : linkBytes,
    names: { wraps: hashOf(testCrypto.sha256(wrapBytes)), links: hashOf(testCrypto.sha256(linkBytes)) },
  }
}

export interface GenesisOptions {
  readonly streams?: readonly StreamId[]
  readonly body?: Partial<Genesis>
  readonly wraps?: readonly Wrap[]
  readonly signers?: readonly TestDevice[]
  readonly position?: Position
}

/** Genesis by the phone and the kit, for two streams. */
export function genesisEntry(options: GenesisOptions = {}): TestEntry {
  const streams = options.streams ?? STREAMS
  const attachments = attach(
    options.wraps ?? streams.flatMap((stream) => [wrapOf(stream, 0, PHONE.id), wrapOf(stream, 0, KIT.id)]),
  )
  const body: Genesis = {
    type: 'genesis',
    canaries: streams.map((stream) => canaryOf(stream, 0)),
    device: PHONE.keys,
    kit: KIT.keys,
    minSuite: 1,
    nonce: textNamed('nonce', 16),
    suite: 1,
    wraps: attachments.names.wraps,
    ...options.body,
  }
  return signedEntry(undefined, body, options.signers ?? [PHONE, KIT], attachments, options.position)
}

export function enrolmentOf(state: CoreState, device: TestDevice, streams: readonly StreamId[] = STREAMS): Enrolment {
  return {
    device: device.keys,
    proof: bytesToBase64Url(device.sign(enrolSigningInput(state.vault, device.id))),
    streams,
  }
}

export interface AddOptions {
  readonly body?: Partial<AddDevice>
  readonly wraps?: readonly Wrap[]
  readonly signers?: readonly TestDevice[]
  readonly position?: Position
}

export function addDeviceEntry(
  state: CoreState,
  device: TestDevice,
  streams: readonly StreamId[],
  options: AddOptions = {},
): TestEntry {
  const attachments = attach(
    options.wraps ?? streams.map((stream) => wrapOf(stream, newestEpoch(state, stream), device.id)),
  )
  const body: AddDevice = {
    type: 'addDevice',
    ...enrolmentOf(state, device, streams),
    wraps: attachments.names.wraps,
    ...options.body,
  }
  return signedEntry(state, body, options.signers ?? [PHONE], attachments, options.position)
}

/** Who receives every stream's new key: the device and what it holds. */
export type Recipients = readonly (readonly [TestDevice, readonly StreamId[]])[]

export interface RotationOptions<Body> {
  readonly body?: Partial<Body>
  readonly wraps?: readonly Wrap[]
  readonly links?: readonly Link[]
  readonly signers?: readonly TestDevice[]
  readonly attachments?: CoreAttachments
}

/** The phone is replaced by `device`; `others` stay. */
export function replaceDeviceEntry(
  state: CoreState,
  device: TestDevice,
  streams: readonly StreamId[],
  others: Recipients = [],
  options: RotationOptions<ReplaceDevice> = {},
): TestEntry {
  const rotation = rotationOf(state, [[device, streams], ...others], options)
  const body: ReplaceDevice = {
    type: 'replaceDevice',
    ...enrolmentOf(state, device, streams),
    ...rotation.members,
    cuts: [],
    retired: PHONE.id,
    ...options.body,
  }
  return signedEntry(state, body, options.signers ?? [PHONE], options.attachments ?? rotation.attachments)
}

/** The kit keeps `kept` and enrols `enrolled`. */
export function settleEntry(
  state: CoreState,
  kept: Recipients,
  enrolled: Recipients,
  options: RotationOptions<Settle> = {},
): TestEntry {
  const rotation = rotationOf(state, [...kept, ...enrolled], options)
  const body: Settle = {
    type: 'settle',
    ...rotation.members,
    cuts: [],
    enrol: enrolled
      .map(([device, streams]) => enrolmentOf(state, device, streams))
      .sort((a, b) => (a.device.c < b.device.c ? -1 : 1)),
    heals: [],
    keep: kept.map(([device]) => device.id).sort(),
    ...options.body,
  }
  return signedEntry(state, body, options.signers ?? [KIT], options.attachments ?? rotation.attachments)
}

/** The laptop removes the watch; `left` stay. */
export function removeDeviceEntry(
  state: CoreState,
  left: Recipients,
  options: RotationOptions<RemoveDevice> = {},
): TestEntry {
  const rotation = rotationOf(state, left, options)
  const body: RemoveDevice = {
    type: 'removeDevice',
    ...rotation.members,
    cuts: [],
    removed: WATCH.id,
    ...options.body,
  }
  return signedEntry(state, body, options.signers ?? [LAPTOP], options.attachments ?? rotation.attachments)
}

export function rotationWraps(state: CoreState, recipients: Recipients): Wrap[] {
  return [...state.streams.keys()].flatMap((stream) => {
    const holders = recipients.filter(([, streams]) => streams.includes(stream)).map(([device]) => device.id)
    return [KIT.id, ...holders].map((recipient) => wrapOf(stream, newestEpoch(state, stream) + 1, recipient))
  })
}

export function rotationLinks(state: CoreState): Link[] {
  return [...state.streams.keys()].map((stream) => linkOf(stream, newestEpoch(state, stream) + 1))
}

function rotationOf(
  state: CoreState,
  recipients: Recipients,
  given: { wraps?: readonly Wrap[]; links?: readonly Link[] },
) {
  const { names, ...attachments } = attach(
    given.wraps ?? rotationWraps(state, recipients),
    given.links ?? rotationLinks(state),
  )
  const canaries = [...state.streams.keys()].sort().map((stream) => canaryOf(stream, newestEpoch(state, stream) + 1))
  return { attachments, members: { canaries, links: names.links, wraps: names.wraps } }
}

export function canaryOf(stream: StreamId, epoch: number): Canary {
  return [stream, textNamed(`canary ${stream} ${epoch}`)]
}
