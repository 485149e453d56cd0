import { type Bytes, type Random, type Result, bytesToBase64Url, ok, present } from '@salus/base'
import { AEAD_KEY_BYTES, sha256, signEd25519 } from '@salus/crypto'
import {
  type AddDevice,
  type Canary,
  type CoreBody,
  type CoreDevice,
  type CoreState,
  type Cut,
  type DeviceId,
  type DeviceKeys,
  type Enrolment,
  type Hash,
  ID_BYTES,
  type Link,
  type StreamId,
  type Suite,
  type VaultId,
  type Wrap,
  ZERO_HASH,
  ZERO_VAULT,
  attachSignatures,
  coreSigningInput,
  deviceIdOfKeys,
  encodeCoreEntry,
  encodeLinks,
  encodeWraps,
  hashOf,
  isActive,
  newestEpoch,
  streamIdOf,
  vaultIdOf,
} from '@salus/wire'
import { coreCrypto } from './core-crypto.ts'
import { type Device, proveEnrolment } from './device.ts'
import { CATEGORIES, type Category, type Keyring, type StreamKeys } from './keyring.ts'
import { canaryOf, sealLink, wrapStreamKey } from './stream-key-wrapping.ts'

/** A new entry with what lies beside it, ready to be offered to the relay. */
export interface WrittenEntry {
  readonly entry: Bytes
  readonly wraps: Bytes
  readonly links: Bytes
  readonly hash: Hash
}

/** Who signs; a kit is a device on paper. */
export type Signer = Pick<Device, 'id' | 'secrets'>

/** Somebody's X25519 key is one of the few that share no secret: the entry is not written. */
export type LowOrderPublicKey = { readonly type: 'LowOrderPublicKey' }

interface Recipient {
  readonly id: DeviceId
  readonly keys: DeviceKeys
}

const NO_BYTES: Bytes = new Uint8Array()

/** Entry 0: the first device, the kit, and every stream's first key (V6, V8). */
export async function writeGenesis(
  device: Device,
  kit: Device,
  suite: Suite,
  random: Random,
): Promise<
  Result<{ readonly written: WrittenEntry; readonly vault: VaultId; readonly keyring: Keyring }, LowOrderPublicKey>
> {
  const keyring = new Map<StreamId, StreamKeys>()
  for (const category of CATEGORIES) {
    keyring.set(streamIdOf(random.bytes(ID_BYTES)), { category, epochs: new Map([[0, random.bytes(AEAD_KEY_BYTES)]]) })
  }
  const recipients: Recipient[] = [device, kit]
  const wraps: Wrap[] = []
  const canaries: Canary[] = []
  for (const [stream, { category, epochs }] of keyring) {
    const key = present(epochs.get(0), 'genesis makes epoch 0')
    canaries.push([stream, canaryOf(ZERO_VAULT, stream, 0, key)])
    const wrapped = await wrapForAll(
      { vault: ZERO_VAULT, stream, epoch: 0, prevHash: ZERO_HASH },
      key,
      category,
      recipients,
      random,
    )
    if (!wrapped.ok) return wrapped
    wraps.push(...wrapped.value)
  }
  const encodedWraps = encodeWraps(wraps)
  const body: CoreBody = {
    type: 'genesis',
    canaries: canaries.sort(byFirst),
    device: device.keys,
    kit: kit.keys,
    minSuite: suite,
    nonce: bytesToBase64Url(random.bytes(ID_BYTES)),
    suite,
    wraps: hashOf(sha256(encodedWraps)),
  }
  const written = sign(encodeCoreEntry(ZERO_VAULT, 0, ZERO_HASH, body), [device, kit], encodedWraps, NO_BYTES)
  return ok({ written, vault: vaultIdOf(sha256(written.entry)), keyring })
}

/** Enrols one device with the newest key of each stream granted to it. */
export async function writeAddDevice(
  core: CoreState,
  keyring: Keyring,
  enrolment: Enrolment,
  signer: Signer,
  random: Random,
): Promise<Result<WrittenEntry, LowOrderPublicKey>> {
  const recipient: Recipient = { id: deviceIdOfKeys(coreCrypto, enrolment.device), keys: enrolment.device }
  const wraps: Wrap[] = []
  for (const stream of enrolment.streams) {
    const epoch = newestEpoch(core, stream)
    const keys = present(keyring.get(stream), 'a full device holds every stream')
    const place = { vault: core.vault, stream, epoch, prevHash: core.head }
    const wrapped = await wrapForAll(
      place,
      present(keys.epochs.get(epoch), 'newest key'),
      keys.category,
      [recipient],
      random,
    )
    if (!wrapped.ok) return wrapped
    wraps.push(...wrapped.value)
  }
  const encodedWraps = encodeWraps(wraps)
  const body: AddDevice = { type: 'addDevice', ...enrolment, wraps: hashOf(sha256(encodedWraps)) }
  return ok(sign(encodeCoreEntry(core.vault, core.seq + 1, core.head, body), [signer], encodedWraps, NO_BYTES))
}

export interface Succession {
  /** Devices that end; each with a cut for every stream where it has written (V10). */
  readonly ended: readonly DeviceId[]
  readonly cuts: readonly Cut[]
  readonly enrolled: Device
}

export interface Removal {
  readonly removed: DeviceId
  /** Where each of its chains ends (V10). */
  readonly cuts: readonly Cut[]
}

/** A full device ends another one, and every stream gets a key that the ended one never sees (V8, type 5). */
export async function writeRemoveDevice(
  core: CoreState,
  keyring: Keyring,
  { removed, cuts }: Removal,
  signer: Signer,
  random: Random,
): Promise<Result<{ readonly written: WrittenEntry; readonly keyring: Keyring }, LowOrderPublicKey>> {
  const rotated = await rotateAll(core, keyring, { ended: [removed] }, random)
  if (!rotated.ok) return rotated
  const { rotation, wraps, links, keyring: next } = rotated.value
  const body: CoreBody = { type: 'removeDevice', ...rotation, cuts: [...cuts].sort(byFirstTwo), removed }
  return ok({
    written: sign(encodeCoreEntry(core.vault, core.seq + 1, core.head, body), [signer], wraps, links),
    keyring: next,
  })
}

/** A device retires its own id and goes on under a new one (V8, type 3). */
export async function writeReplaceDevice(
  core: CoreState,
  keyring: Keyring,
  succession: Succession,
  signer: Signer,
  random: Random,
): Promise<Result<{ readonly written: WrittenEntry; readonly keyring: Keyring }, LowOrderPublicKey>> {
  const rotated = await rotateAll(core, keyring, succession, random)
  if (!rotated.ok) return rotated
  const { rotation, wraps, links, keyring: next } = rotated.value
  const body: CoreBody = {
    type: 'replaceDevice',
    ...rotation,
    ...enrolmentOf(core, succession.enrolled),
    cuts: [...succession.cuts].sort(byFirstTwo),
    retired: present(succession.ended[0], 'one device is retired'),
  }
  return ok({
    written: sign(encodeCoreEntry(core.vault, core.seq + 1, core.head, body), [signer], wraps, links),
    keyring: next,
  })
}

/** The kit's word (V8, type 4): in recovery it keeps nobody and enrols the device that it was typed into. */
export async function writeSettle(
  core: CoreState,
  keyring: Keyring,
  succession: Succession & { readonly heals: readonly Hash[] },
  kit: Signer,
  random: Random,
): Promise<Result<{ readonly written: WrittenEntry; readonly keyring: Keyring }, LowOrderPublicKey>> {
  const rotated = await rotateAll(core, keyring, succession, random)
  if (!rotated.ok) return rotated
  const { rotation, wraps, links, keyring: next } = rotated.value
  const body: CoreBody = {
    type: 'settle',
    ...rotation,
    cuts: [...succession.cuts].sort(byFirstTwo),
    enrol: [enrolmentOf(core, succession.enrolled)],
    heals: [...succession.heals].sort(),
    keep: keptDevices(core, succession)
      .map((device) => device.id)
      .sort(),
  }
  return ok({
    written: sign(encodeCoreEntry(core.vault, core.seq + 1, core.head, body), [kit], wraps, links),
    keyring: next,
  })
}

/** A full enrolment of a device that proves its keys (V9). */
export function enrolmentOf(core: Pick<CoreState, 'vault' | 'streams'>, device: Device): Enrolment {
  return { device: device.keys, proof: proveEnrolment(device, core.vault), streams: [...core.streams.keys()].sort() }
}

/** Who is left and who comes: they get the new keys. */
type Heirs = Pick<Succession, 'ended'> & Partial<Pick<Succession, 'enrolled'>>

async function rotateAll(core: CoreState, keyring: Keyring, heirs: Heirs, random: Random) {
  const enrolled = heirs.enrolled === undefined ? [] : [heirs.enrolled]
  const wraps: Wrap[] = []
  const links: Link[] = []
  const canaries: Canary[] = []
  const next = new Map<StreamId, StreamKeys>()
  for (const stream of [...core.streams.keys()].sort()) {
    const keys = present(keyring.get(stream), 'who rotates holds every stream')
    const epoch = newestEpoch(core, stream) + 1
    const key = random.bytes(AEAD_KEY_BYTES)
    const kept = keptDevices(core, heirs).filter((device) => device.streams.has(stream))
    const place = { vault: core.vault, stream, epoch, prevHash: core.head }
    const wrapped = await wrapForAll(place, key, keys.category, [core.kit, ...enrolled, ...kept], random)
    if (!wrapped.ok) return wrapped
    wraps.push(...wrapped.value)
    links.push(await sealLink(core.vault, stream, epoch, key, present(keys.epochs.get(epoch - 1), 'previous key')))
    canaries.push([stream, canaryOf(core.vault, stream, epoch, key)])
    next.set(stream, { category: keys.category, epochs: new Map(keys.epochs).set(epoch, key) })
  }
  const encoded = { wraps: encodeWraps(wraps), links: encodeLinks(links) }
  const rotation = { canaries, links: hashOf(sha256(encoded.links)), wraps: hashOf(sha256(encoded.wraps)) }
  return ok({ rotation, ...encoded, keyring: next })
}

function keptDevices(core: CoreState, { ended }: Pick<Heirs, 'ended'>): CoreDevice[] {
  return [...core.devices.values()].filter((device) => isActive(device) && !ended.includes(device.id))
}

async function wrapForAll(
  place: { readonly vault: VaultId; readonly stream: StreamId; readonly epoch: number; readonly prevHash: Hash },
  key: Bytes,
  category: Category,
  recipients: readonly Recipient[],
  random: Random,
): Promise<Result<Wrap[], LowOrderPublicKey>> {
  const wraps: Wrap[] = []
  for (const recipient of recipients) {
    const wrap = await wrapStreamKey(place, { key, category }, recipient, random)
    if (!wrap.ok) return wrap
    wraps.push(wrap.value)
  }
  return ok(wraps)
}

function sign(signedBytes: Bytes, signers: readonly Signer[], wraps: Bytes, links: Bytes): WrittenEntry {
  const message = coreSigningInput(sha256, signedBytes)
  const entry = attachSignatures(
    signedBytes,
    signers.map((signer) => ({ signer: signer.id, signature: signEd25519(signer.secrets.c, message) })),
  )
  return { entry, wraps, links, hash: hashOf(sha256(entry)) }
}

function byFirst(a: readonly [string, ...unknown[]], b: readonly [string, ...unknown[]]): number {
  return a[0] < b[0] ? -1 : 1
}

function byFirstTwo(a: Cut, b: Cut): number {
  return `${a[0]} ${a[1]}` < `${b[0]} ${b[1]}` ? -1 : 1
}
