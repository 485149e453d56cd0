import { type Result, err, ok, utf8ToBytes, wipe } from '@salus/base'
import { DEVICE_NAME_KIND, DEVICE_NAME_LENGTH_MAX, deviceNameFields } from '@salus/domain'
import { signEd25519 } from '@salus/crypto'
import type { BatchRow, ForsakenTail } from '@salus/store'
import {
  type CoreTriple,
  type HttpTransport,
  type Op,
  REISSUED_OPS_BYTES_MAX,
  type UnsyncedBatch,
  chainFrom,
  createHttpTransport,
  readBatch,
  reissueOps,
  retiredName,
  sealAll,
} from '@salus/sync'
import {
  type Device,
  type WrittenEntry,
  encodeKeystore,
  enrolmentOf,
  gatherKeys,
  openCoreSecret,
  readCore,
  replaceKeyring,
  writeAddDevice,
  writeReplaceDevice,
} from '@salus/vault'
import { type CoreState, type DeviceId, type Hash, type StreamId, decodeEnvelope, isActive } from '@salus/wire'
import type { RelayError, ReplaceDevice, ReplaceError, StorageError, UnlockError } from './api.ts'
import { META_KEYSTORE, coreRows } from './core-keeper.ts'
import { META_DEVICE } from './new-device.ts'
import { newRecordOp } from './commands/patch-record.ts'
import type { OpenVault, OpenVaultDeps } from './open-vault.ts'
import type { EnginePlatform } from './platform.ts'
import { relayError, storageError } from './relay-errors.ts'
import { META_SUCCESSOR, type Successor, prepareSuccessor } from './successor.ts'
import { type KnownCore, type Pulled, cutsOf, pullVerified } from './verified-pull.ts'
import { nameOfDevice } from './views/sync-view.ts'

/** The core log, or another tab, may move in between this often; each try starts from how things stand then. */
const REPLACE_TRIES_MAX = 8
/** Meta name of the session's cursor: what was forsaken may lie before it. */
const META_CURSOR = 'cursor'

type Fault = UnlockError | ReplaceError | RelayError
type Replaced = Pick<OpenVaultDeps, 'device' | 'state' | 'keystore' | 'daily'>

/**
 * A device restored from a copy enrols itself anew (S22a): a successor's keys, durable; its entry in the core log, signed
 * with the old id; then, in one transaction, the successor's keystore, what the relay holds of the old chains, and what
 * it does not, issued anew. Until that transaction the disk is the old device's, and all of this can be run again.
 */
export async function replaceDevice(
  platform: EnginePlatform,
  vault: OpenVault,
  request: ReplaceDevice,
): Promise<Result<Replaced, Fault>> {
  const origin = vault.relayOrigin
  if (origin === null) return err({ type: 'NoRelay' })
  const secret = await openCoreSecret(platform.derive, vault.core.keystore, request.passphrase)
  if (!secret.ok) return secret
  await vault.loop?.full()
  const replaced = await ((await mayReplace(vault))
    ? replaceAs(platform, vault, origin, request, { ...vault.deps.device.secrets, c: secret.value })
    : Promise.resolve(err({ type: 'NotACopy' } as const)))
  wipe(secret.value)
  if (!replaced.ok) vault.link(origin)
  return replaced
}

/** The relay has shown more of this id than the disk holds, or an earlier try is to be brought to its end. */
async function mayReplace({ deps: { store, device } }: OpenVault): Promise<boolean> {
  const marks = [await store.meta(retiredName(device.id)), await store.meta(META_SUCCESSOR)]
  return marks.some((mark) => mark !== undefined)
}

async function replaceAs(
  platform: EnginePlatform,
  vault: OpenVault,
  origin: string,
  { passphrase, otherCopy }: ReplaceDevice,
  secrets: Device['secrets'],
): Promise<Result<Replaced, Fault>> {
  // What syncs as the old id meanwhile would be refused, and would move what is compared below.
  await vault.loop?.stop()
  const { core, deps } = vault
  const made = await prepareSuccessor(platform, deps.store, core.state.vault, core.keyring, passphrase)
  if (!made.ok) return made
  const successor = made.value
  const asSuccessor = transportOf(platform, origin, core.state, successor.device)
  let isEnrolled = false
  for (let tries = 0; !isEnrolled && tries < REPLACE_TRIES_MAX; tries++) {
    const known = await asSuccessor.signIn()
    if (known.ok) isEnrolled = true
    else if (known.error.type !== 'Refused' || known.error.status !== 401)
      return err(relayError(platform, origin, known.error))
    else {
      const enrolled = await enrol(platform, vault, origin, successor.device, otherCopy, secrets)
      if (!enrolled.ok) return enrolled
    }
  }
  wipe(successor.device.secrets.c)
  return isEnrolled
    ? takeOver(platform, vault, asSuccessor, successor)
    : err({ type: 'RelayRefused', name: 'HeadMoved' })
}

function transportOf(
  platform: EnginePlatform,
  origin: string,
  core: CoreState,
  { id, secrets }: Pick<Device, 'id'> & { readonly secrets: Pick<Device['secrets'], 's'> },
): HttpTransport {
  const signer = { id, sign: (message: Uint8Array<ArrayBuffer>) => signEd25519(secrets.s, message) }
  return createHttpTransport({ fetch: platform.fetch, origin, vault: core.vault, signer })
}

/** Offers the entry that enrols the successor, once; that the head has moved is no failure, but a reason to look again. */
async function enrol(
  platform: EnginePlatform,
  vault: OpenVault,
  origin: string,
  successor: Device,
  otherCopy: ReplaceDevice['otherCopy'],
  secrets: Device['secrets'],
): Promise<Result<void, ReplaceError | RelayError>> {
  const self: Device = { ...vault.deps.device, secrets }
  const transport = transportOf(platform, origin, vault.core.state, self)
  const pulledCore = await pullCore(platform, vault, transport)
  if (!pulledCore.ok) return pulledCore
  const { core, triples } = pulledCore.value
  const keys = await gatherKeys(triples, core, self)
  if (!keys.ok || !isActive(core.devices.get(self.id))) return err({ type: 'VaultNotSound', alarm: 'Forged' })
  const known: KnownCore = { core, triples, keyring: keys.value }
  const offered =
    otherCopy === 'inUse'
      ? await writeEnrolment(platform, known, self, successor)
      : await writeSuccession(platform, transport, known, self, successor)
  if (!offered.ok) return offered
  const appended = await transport.appendCore(offered.value.prevHash, offered.value.written)
  return appended.ok || appended.error.type === 'HeadMoved' ? ok() : err(relayError(platform, origin, appended.error))
}

type Offered = Result<{ readonly prevHash: Hash; readonly written: WrittenEntry }, ReplaceError | RelayError>

/** The entry that enrols the successor beside the old id. */
async function writeEnrolment(
  platform: EnginePlatform,
  { core, keyring }: KnownCore,
  self: Device,
  successor: Device,
): Promise<Offered> {
  const written = await writeAddDevice(core, keyring, enrolmentOf(core, successor), self, platform.random)
  return written.ok ? ok({ prevHash: core.head, written: written.value }) : notSound
}

/** The entry that ends the old id at exactly what the relay holds of it, all of it verified. */
async function writeSuccession(
  platform: EnginePlatform,
  transport: HttpTransport,
  known: KnownCore,
  self: Device,
  successor: Device,
): Promise<Offered> {
  // Pulled for the successor: of its own chain a device takes no news.
  const pulled = await pullVerified(platform, transport, known, { reader: self, self: successor })
  if (!pulled.ok) return pulled
  const { core, keyring } = pulled.value.known
  const succession = { ended: [self.id], cuts: cutsOf(pulled.value.replica, [self.id]), enrolled: successor }
  const written = await writeReplaceDevice(core, keyring, succession, self, platform.random)
  return written.ok ? ok({ prevHash: core.head, written: written.value.written }) : notSound
}

/** Keys that share no secret stand in the core log: somebody has forged it. */
const notSound = err({ type: 'VaultNotSound', alarm: 'Forged' } as const)

async function pullCore(
  platform: EnginePlatform,
  vault: OpenVault,
  transport: HttpTransport,
): Promise<Result<{ readonly core: CoreState; readonly triples: readonly CoreTriple[] }, ReplaceError | RelayError>> {
  const triples = await transport.core(0)
  if (!triples.ok) return err(relayError(platform, transport.origin, triples.error))
  const read = readCore(triples.value)
  if (!read.ok && read.error.type === 'UnknownEntry') return err({ type: 'RelayRefused', name: 'UpdateNeeded' })
  const mine = vault.core.state
  if (!read.ok || read.value === undefined || read.value.vault !== mine.vault)
    return err({ type: 'VaultNotSound', alarm: 'Forged' })
  if (read.value.seqOfHash.get(mine.head) !== mine.seq)
    return err({ type: 'VaultNotSound', alarm: read.value.seq < mine.seq ? 'Rollback' : 'Fork' })
  return ok({ core: read.value, triples: triples.value })
}

/** The successor is in the core log: brings the disk over to it. */
async function takeOver(
  platform: EnginePlatform,
  vault: OpenVault,
  transport: HttpTransport,
  successor: Successor,
): Promise<Result<Replaced, ReplaceError | RelayError>> {
  const pulledCore = await pullCore(platform, vault, transport)
  if (!pulledCore.ok) return pulledCore
  const { core, triples } = pulledCore.value
  const keys = await gatherKeys(triples, core, successor.device)
  if (!keys.ok || !isActive(core.devices.get(successor.device.id)))
    return err({ type: 'VaultNotSound', alarm: 'Forged' })
  const first = { core, triples, keyring: keys.value }
  const pulled = await pullVerified(platform, transport, first, { reader: successor.device, self: successor.device })
  if (!pulled.ok) return pulled
  const { known } = pulled.value
  const daily = { ...successor.daily, keyring: known.keyring }
  const keystore = await replaceKeyring(platform.random, successor.keystore, daily)
  for (let tries = 0; tries < REPLACE_TRIES_MAX; tries++) {
    await vault.replica.exclusive.run(() => vault.replica.refresh())
    const mine = vault.core.state
    const batches = await batchesOver(vault, pulled.value, successor.device.id)
    if (!batches.ok) return batches
    const written = await vault.deps.store.write({
      ...batches.value,
      expectsCore: mine.head,
      core: coreRows(known.triples.slice(mine.seq + 1), mine.seq + 1),
      isOutgoing: true,
      meta: {
        [META_KEYSTORE]: encodeKeystore(keystore),
        [META_DEVICE]: utf8ToBytes(JSON.stringify(successor.device.keys)),
        [META_SUCCESSOR]: undefined,
        [META_CURSOR]: undefined,
        [retiredName(vault.deps.device.id)]: undefined,
      },
    })
    if (written.ok) return ok({ device: successor.device, state: known.core, keystore, daily })
    if (written.error.type === 'StoreFailed') return err(storageError(written.error))
  }
  return err({ type: 'StorageFailed' })
}

interface BatchesOver {
  readonly forsakes: readonly ForsakenTail[]
  readonly received: readonly BatchRow[]
  readonly batches: readonly BatchRow[]
}

/** Which batches go, which come from the relay, and which the successor issues anew. */
async function batchesOver(
  vault: OpenVault,
  pulled: Pulled,
  successor: DeviceId,
): Promise<Result<BatchesOver, StorageError | RelayError>> {
  const { deps, replica } = vault
  const { core } = pulled.known
  const self = deps.device.id
  const forsakes: ForsakenTail[] = []
  const received: BatchRow[] = []
  const unsynced: UnsyncedBatch[] = []
  for (const stream of core.streams.keys()) {
    const tip = replica.tip({ stream, device: self })
    const agreed = agreedSeq(vault, pulled, stream)
    forsakes.push({ stream, device: self, fromSeq: agreed + 1, tip: tip?.hash })
    const read = await readFrom(vault, stream, agreed + 1)
    if (!read.ok) return read
    unsynced.push(...read.value)
  }
  for (const { stream, device } of pulled.replica.tips()) {
    const known = device === self ? agreedSeq(vault, pulled, stream) : (replica.tip({ stream, device })?.seq ?? 0)
    // A chain that forked under another's hand is not this act's to judge: the next sync raises it again.
    const isSame =
      known === 0 ||
      replica.stream(stream).hashAt(device, known) === pulled.replica.stream(stream).hashAt(device, known)
    if (isSame) received.push(...(await chainFrom(pulled.store, { stream, device }, known + 1)))
  }
  const ops = [...reissueOps(unsynced, self, successor), nameOp(vault, core, successor)]
  const sealed = await sealAll(pulled.replica, ops, REISSUED_OPS_BYTES_MAX)
  if (!sealed.ok) return err({ type: 'RelayRefused', name: sealed.error.type })
  return ok({ forsakes, received, batches: sealed.value.map(({ row }) => row) })
}

/** The last batch of the own chain that is the same here and on the relay; a hash vouches for all before it. */
function agreedSeq({ replica, deps }: OpenVault, pulled: Pulled, stream: StreamId): number {
  const self = deps.device.id
  let seq = replica.tip({ stream, device: self })?.seq ?? 0
  const hashAt = (at: number): string | undefined => pulled.replica.stream(stream).hashAt(self, at)
  while (seq > 0 && replica.stream(stream).hashAt(self, seq) !== hashAt(seq)) seq--
  return seq
}

/** Own batches from a seq on, read from the disk. One that does not open ends the act: nothing may be left behind. */
async function readFrom(
  { deps, replica }: OpenVault,
  stream: StreamId,
  fromSeq: number,
): Promise<Result<UnsyncedBatch[], StorageError | RelayError>> {
  const found: UnsyncedBatch[] = []
  for (const row of await chainFrom(deps.store, { stream, device: deps.device.id }, fromSeq)) {
    const envelope = decodeEnvelope(row.bytes)
    const read = envelope.ok ? await readBatch(replica.deps.crypto, envelope.value, row.hash) : envelope
    if (!read.ok) return err({ type: 'StorageFailed' })
    if (read.value.batch === undefined) return err({ type: 'RelayRefused', name: 'UpdateNeeded' })
    found.push({ stream, batch: read.value.batch })
  }
  return ok(found)
}

/** The successor bears the name of the one before it; told apart where that one goes on. */
function nameOp(vault: OpenVault, core: CoreState, successor: DeviceId): readonly [StreamId, readonly Op[]] {
  const before = nameOfDevice(vault, vault.deps.device.id)
  const goesOn = isActive(core.devices.get(vault.deps.device.id))
  const name = goesOn ? `${before.slice(0, DEVICE_NAME_LENGTH_MAX - 4)} (2)` : before
  return [vault.streamId('core'), [newRecordOp(successor, DEVICE_NAME_KIND, deviceNameFields({ name }))]]
}
