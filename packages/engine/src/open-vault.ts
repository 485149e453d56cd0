import { type Result, bytesToUtf8, err, ok, wipe } from '@salus/base'
import type { Catalogue } from '@salus/domain'
import type { BatchRow, Store } from '@salus/store'
import {
  type CommitError,
  type HttpTransport,
  type OpsByStream,
  Replica,
  SyncSession,
  type StreamState,
  commit,
  createHttpTransport,
  setAsideBeyondCuts,
} from '@salus/sync'
import {
  type Category,
  type DailyKeys,
  type Device,
  type DeviceSecrets,
  type Keystore,
  streamOf,
  wipeKeyring,
} from '@salus/vault'
import { signEd25519 } from '@salus/crypto'
import type { CoreState, StreamId } from '@salus/wire'
import { createBatchCrypto } from './batch-crypto.ts'
import { careMeta, careMs } from './care.ts'
import { CoreKeeper } from './core-keeper.ts'
import type { EnginePlatform, LinkStatus, TabChannel } from './platform.ts'
import { SyncLoop } from './sync-loop.ts'
import { WaitingRecords } from './waiting-records.ts'

export const META_RELAY = 'relay'

/** Between two notes of being in step. */
const IN_STEP_KEPT_MS = 60_000

/** This device without the secret of the core log, which opens for one act only (V30). */
export type OpenedDevice = Pick<Device, 'id' | 'keys'> & { readonly secrets: Pick<DeviceSecrets, 'x' | 's'> }

export interface OpenVaultDeps {
  readonly platform: EnginePlatform
  readonly catalogue: Catalogue
  readonly store: Store
  readonly device: OpenedDevice
  readonly state: CoreState
  readonly keystore: Keystore
  readonly daily: DailyKeys
  /** Some records of a stream, or what waits for the relay of them, have changed; or how the device stands with it. */
  readonly onChange: (change: VaultChange) => void
}

export type VaultChange =
  | { readonly type: 'records'; readonly stream: StreamId; readonly ids: ReadonlySet<string> }
  | { readonly type: 'link' }
  /** Another tab has replaced this device (S22a): this vault is over. */
  | { readonly type: 'replaced' }

/** An unlocked vault: keys, merged records, and the link to its relay. Ends when it is locked. */
export class OpenVault {
  readonly deps: OpenVaultDeps
  readonly core: CoreKeeper
  readonly replica: Replica
  readonly waiting: WaitingRecords
  #loop: SyncLoop | undefined
  #transport: HttpTransport | undefined
  #relayOrigin: string | null = null
  #status: LinkStatus = { state: 'offline', inStepMs: null, refusal: null }
  #readShare: number | null = null
  readonly #channel: TabChannel
  #isClosed = false
  #keptInStepMs = 0

  constructor(deps: OpenVaultDeps) {
    this.deps = deps
    this.core = new CoreKeeper({ ...deps, random: deps.platform.random })
    this.waiting = new WaitingRecords(deps.device.id)
    this.replica = new Replica({
      store: deps.store,
      clock: deps.platform.clock,
      crypto: createBatchCrypto({
        random: deps.platform.random,
        keyring: () => this.core.keyring,
        signingSecret: deps.daily.secrets.s,
      }),
      core: () => this.core.state,
      refreshCore: () => this.core.refresh(),
      self: deps.device.id,
      onChange: (stream, ids) => {
        deps.onChange({ type: 'records', stream, ids })
      },
      onBatch: (read) => {
        this.waiting.note(read)
      },
    })
    this.#channel = deps.platform.openChannel(`salus:${deps.state.vault}`, (message) => {
      if (message.type === 'status') {
        // A tab that has not yet heard that this device was replaced still speaks for the old id.
        if (message.device === deps.device.id) this.#setStatus(message.status, false)
      } else if (message.type === 'replaced') deps.onChange({ type: 'replaced' })
      else void this.#onOtherTabWrote()
    })
  }

  /** Reads all that the disk holds, then starts to sync. */
  async load(): Promise<void> {
    await this.waiting.refresh(this.deps.store)
    await this.replica.exclusive.run(async () => {
      await this.replica.refresh()
      // An end between a removal's arrival and this step must not bring back what was cut off.
      await setAsideBeyondCuts(this.replica)
    })
    this.waiting.endLoading()
    this.#status = { ...this.#status, inStepMs: await careMs(this, 'inStep') }
    const relay = await this.deps.store.meta(META_RELAY)
    const origin = relay === undefined ? undefined : bytesToUtf8(relay)
    if (origin?.ok === true) this.link(origin.value)
  }

  get relayOrigin(): string | null {
    return this.#relayOrigin
  }

  get transport(): HttpTransport | undefined {
    return this.#transport
  }

  get loop(): SyncLoop | undefined {
    return this.#loop
  }

  /** Of what the relay holds and this device lacked, the share that is read; null when nothing is missing. */
  get readShare(): number | null {
    return this.#readShare
  }

  get status(): LinkStatus {
    return this.#status
  }

  /** The stream of a category; every vault has all (V3). */
  stream(category: Category): StreamState {
    return this.replica.stream(this.streamId(category))
  }

  streamId(category: Category): StreamId {
    const id = streamOf(this.core.keyring, category)
    if (id === undefined) throw new Error('Invariant broken: a full device holds every category')
    return id
  }

  /** Seals and stores a command durably, then sends it without waiting (V36). */
  async commit(makeOps: () => OpsByStream): Promise<Result<void, CommitError>> {
    if (this.#isClosed) return err({ type: 'StoreFailed', reason: 'Closed' })
    // The core log has an entry of a later version: what this build would write may break its rules (V7).
    if (this.#status.state === 'update') return err({ type: 'UpdateNeeded' })
    const sender = {
      isSending: () => this.#loop?.isSending === true,
      send: (written: readonly BatchRow[], isOffered: boolean) => {
        this.waiting.add(written)
        void this.#loop?.push(isOffered ? written : [])
      },
    }
    const committed = await commit(this.replica, makeOps, { sender })
    if (!committed.ok) return committed
    this.#channel.post({ type: 'rows' })
    this.deps.onChange({ type: 'link' })
    return ok()
  }

  /** After own batches were written: whoever looks is told, and the relay is offered them. */
  async noteWritten(): Promise<void> {
    await this.#noteWaiting()
    this.#channel.post({ type: 'rows' })
    void this.#loop?.push()
  }

  /** Begins to sync with the relay at this origin. */
  link(origin: string): void {
    void this.#loop?.stop()
    const { platform, store, device, daily } = this.deps
    const stopping = new AbortController()
    const transport = createHttpTransport({
      fetch: platform.fetch,
      origin,
      vault: this.core.state.vault,
      signal: stopping.signal,
      signer: { id: device.id, sign: (message) => signEd25519(daily.secrets.s, message) },
    })
    const session = new SyncSession({
      store,
      transport,
      replica: this.replica,
      core: this.core.hooks(),
      storedCore: async (fromSeq) => (await store.core()).slice(fromSeq),
      nowMs: () => platform.clock.nowMs(),
      signal: stopping.signal,
      onProgress: ({ read, of }) => {
        this.#readShare = read < of ? read / of : null
        this.#channel.post({ type: 'rows' })
        this.deps.onChange({ type: 'link' })
      },
    })
    this.#relayOrigin = origin
    this.#transport = transport
    this.#loop = new SyncLoop({
      platform,
      session,
      transport,
      replica: this.replica,
      store,
      onStatus: (status) => {
        this.#setStatus(status, true)
      },
      onRows: () => void this.#afterSync(),
      stopping,
    })
    this.#loop.start(`salus-sync:${this.core.state.vault}`)
    this.deps.onChange({ type: 'link' })
  }

  /** Tells the other tabs that this device bears another id now. */
  tellReplaced(): void {
    this.#channel.post({ type: 'replaced' })
  }

  /** Wipes keys and lets go of the store; nothing may be asked of it afterwards. */
  async close(): Promise<void> {
    await this.end()
    await this.deps.store.close()
  }

  /** As {@link close}, and the store stays open for the device that takes this one's place. */
  async end(): Promise<void> {
    this.#isClosed = true
    await this.#loop?.stop()
    this.#channel.close()
    await this.replica.exclusive.run(() => Promise.resolve())
    wipeKeyring(this.core.keyring)
    wipe(this.deps.daily.unlockKey, this.deps.daily.secrets.s, this.deps.daily.secrets.x)
  }

  /** When this device was last in step is known after a restart too; to the minute, so that it costs few writes. */
  async #keepInStep(): Promise<void> {
    const { inStepMs } = this.#status
    if (inStepMs === null || inStepMs - this.#keptInStepMs < IN_STEP_KEPT_MS || this.#isClosed) return
    this.#keptInStepMs = inStepMs
    await this.deps.store.write({ meta: careMeta('inStep', inStepMs) })
  }

  async #afterSync(): Promise<void> {
    if (this.#isClosed) return
    await this.#noteWaiting()
    this.#channel.post({ type: 'rows' })
  }

  async #noteWaiting(): Promise<void> {
    for (const [stream, ids] of await this.waiting.refresh(this.deps.store))
      this.deps.onChange({ type: 'records', stream, ids })
    this.deps.onChange({ type: 'link' })
  }

  async #onOtherTabWrote(): Promise<void> {
    if (this.#isClosed) return
    await this.core.refresh()
    await this.replica.exclusive.run(() => this.replica.refresh())
    await this.#noteWaiting()
    void this.#loop?.push()
  }

  #setStatus(status: LinkStatus, isOwn: boolean): void {
    this.#status = status.inStepMs === null ? { ...status, inStepMs: this.#status.inStepMs } : status
    if (isOwn) void this.#keepInStep()
    if (isOwn) this.#channel.post({ type: 'status', device: this.deps.device.id, status })
    if (status.state !== 'syncing') this.#readShare = null
    this.deps.onChange({ type: 'link' })
  }
}
