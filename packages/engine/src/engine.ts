import { type Result, err, ok, utf8ToBytes } from '@salus/base'
import { findCompounds, findMarkers, loadCatalogue, unitsOf } from '@salus/domain'
import { createSha256 } from '@salus/crypto'
import type { Store } from '@salus/store'
import { createVaultAtRelay, logHash, stateHash } from '@salus/sync'
import { changePassphrase, unlockKeystore, vaultFingerprint } from '@salus/vault'
import type {
  JoinByLink,
  Locked,
  PairingError,
  PairingEvent,
  RelayError,
  RelayInvite,
  RemoveError,
  ReplaceError,
  SampleOpen,
  SamplePerson,
  SalusApi,
  SaveError,
  Saved,
  StorageError,
  UnlockError,
} from './api.ts'
import type { Query, QueryName, QueryViews } from './view-types.ts'
import { noteCare } from './care.ts'
import { checkPassphrase } from './check-passphrase.ts'
import { keepDraft, openDraft } from './drafts.ts'
import type { ImportDesk } from './import-desk.ts'
import { LiveQueries } from './live-queries.ts'
import { loadLater } from './load-later.ts'
import { loadPart } from './load-part.ts'
import { type NewDevice, settleDevice } from './new-device.ts'
import { META_RELAY, OpenVault, type OpenVaultDeps } from './open-vault.ts'
import type { PairingDesk } from './pairing-desk.ts'
import type { EnginePlatform } from './platform.ts'
import type { RecordDesk } from './record-desk.ts'
import { parseOrigin, relayError, saveError, storageError } from './relay-errors.ts'
import { readStoredDevice } from './stored-device.ts'
import { dismissal } from './views/sync-view.ts'

/** An unlocked vault with what answers for it. */
interface Opened {
  readonly vault: OpenVault
  readonly queries: LiveQueries
  readonly records: () => Promise<RecordDesk>
  /** Whose invented records these are; null for a vault of the owner's. */
  readonly sample: SamplePerson | null
}

const SAMPLE_OPEN: { readonly ok: false; readonly error: SampleOpen } = err({ type: 'SampleOpen' })
const LOCKED: { readonly ok: false; readonly error: Locked } = err({ type: 'Locked' })

/** The composition root: the one place where domain and vault meet. */
export function createEngine(platform: EnginePlatform): SalusApi {
  let opened: Opened | undefined
  let storePromise: ReturnType<EnginePlatform['openStore']> | undefined
  /** What a first look at the records does not need is loaded when it is asked for, so that an unlock waits for less. */
  const firstRun = loadLater(() => import('./first-run.ts').then((loaded) => new loaded.FirstRun(platform)))
  const kitDesk = loadLater(() => import('./kit-desk.ts'))
  let pairing: PairingDesk | undefined
  const pairingDesk = loadLater(async () => {
    const loaded = await import('./pairing-desk.ts')
    return (pairing = new loaded.PairingDesk(platform))
  })
  const cancelPairing = async (): Promise<void> => pairing?.cancel()
  let imports: ImportDesk | undefined
  let tellReplaced: (() => void) | undefined
  platform.onOnline(() => opened?.vault.loop?.wake())

  const tryStore = (): ReturnType<EnginePlatform['openStore']> => (storePromise ??= platform.openStore())
  /** `vaultStatus` is asked first and says why there is no database; whoever goes on without one has a bug. */
  const store = async (): Promise<Store> => {
    const found = await tryStore()
    if (!found.ok) throw new Error(`no database: ${found.error.reason}`)
    return found.value
  }
  const catalogue = loadLater(loadCatalogue)

  type VaultOnDisk = Pick<OpenVaultDeps, 'device' | 'state' | 'keystore' | 'daily'>
  const open = async (deps: VaultOnDisk): Promise<Opened> => openFrom({ ...deps, platform, store: await store() }, null)

  const openFrom = async (
    deps: VaultOnDisk & Pick<OpenVaultDeps, 'platform' | 'store'>,
    sample: SamplePerson | null,
  ): Promise<Opened> => {
    const known = await catalogue()
    const vault = new OpenVault({
      ...deps,
      catalogue: known,
      // What comes while rows are loaded is in what the queries read first.
      onChange: (change) => {
        if (change.type === 'replaced') void close().then(() => tellReplaced?.())
        else opened?.queries.notify(change)
      },
    })
    await vault.load()
    const queries = new LiveQueries(vault, known)
    const records = loadLater(() => import('./record-desk.ts').then((loaded) => new loaded.RecordDesk(vault, known)))
    opened = { vault, queries, records, sample }
    // Ahead of the first save, which may come without a network. Who saves hears of a load that fails, and loads again.
    records().catch(() => undefined)
    return opened
  }

  const close = async (): Promise<void> => {
    const closing = opened
    opened = undefined
    await cancelPairing()
    imports = undefined
    closing?.queries.close()
    await closing?.vault.close()
    // A sample never held the disk's store.
    if (closing === undefined || closing.sample === null) storePromise = undefined
  }

  /** Writes a new device to the disk and opens it. */
  const settle = async (made: NewDevice, deviceName: string): Promise<Result<void, StorageError>> => {
    const settled = await settleDevice(platform, await store(), made)
    if (!settled.ok) return settled
    const { records, vault } = await open(settled.value)
    if (vault.loop !== undefined) await vault.loop.full()
    const named = await (
      await records()
    ).renameDevice(deviceName.trim() === '' ? vaultFingerprint(made.vault).slice(0, 4) : deviceName)
    return named.ok ? ok() : err({ type: 'StorageFailed' })
  }

  const importDesk = async (): Promise<ImportDesk> => {
    const [loaded, known] = await Promise.all([loadPart(() => import('./import-desk.ts')), catalogue()])
    return (imports ??= new loaded.ImportDesk(known))
  }

  const hasVault = async (): Promise<boolean> => {
    const stored = await readStoredDevice(await store())
    return !stored.ok || stored.value !== undefined
  }

  const asNewDevice = async <T>(
    request: Omit<JoinByLink, 'link'>,
    act: (desk: PairingDesk, settleIt: (made: NewDevice) => ReturnType<typeof settle>) => Result<T, PairingError>,
  ): Promise<Result<T, PairingError>> => {
    if (isSample()) return SAMPLE_OPEN
    if (await hasVault()) return err({ type: 'VaultExists' })
    const strong = checkPassphrase(request.passphrase)
    if (!strong.ok) return strong
    return act(await pairingDesk(), (made) => settle(made, request.deviceName))
  }

  const withVault = async <T, E>(
    act: (opened: Opened) => Promise<Result<T, E>> | Result<T, E>,
  ): Promise<Result<T, E | Locked>> => (opened === undefined ? LOCKED : act(opened))

  const withOwnVault = async <T, E>(
    act: (opened: Opened) => Promise<Result<T, E>> | Result<T, E>,
  ): Promise<Result<T, E | Locked | SampleOpen>> => (isSample() ? SAMPLE_OPEN : withVault(act))

  const withRecords = (
    act: (records: RecordDesk) => Promise<Result<Saved, SaveError>>,
  ): Promise<Result<Saved, SaveError | Locked>> => withVault(async ({ records }) => act(await records()))

  const isSample = (): boolean => opened !== undefined && opened.sample !== null

  return {
    vaultStatus: async () => {
      if (opened !== undefined && opened.sample !== null) {
        const { vault, sample } = opened
        return { type: 'unlocked', fingerprint: vaultFingerprint(vault.core.state.vault), needsUpdate: false, sample }
      }
      const found = await tryStore()
      if (!found.ok) {
        storePromise = undefined
        return { type: 'unavailable', reason: found.error.reason }
      }
      const stored = await readStoredDevice(found.value)
      if (!stored.ok) return { type: 'unavailable', reason: 'Damaged' }
      if (stored.value === undefined) return { type: 'none' }
      const fingerprint = vaultFingerprint(stored.value.core.vault)
      if (opened === undefined) return { type: 'locked', fingerprint }
      return { type: 'unlocked', fingerprint, needsUpdate: opened.vault.replica.needsUpdate, sample: null }
    },
    suggestPassphrase: async () => (await firstRun()).suggestPassphrase(),
    drawKit: async () => (await firstRun()).drawKit(),
    createVault: async (request) => {
      if (isSample()) return SAMPLE_OPEN
      if (await hasVault()) return err({ type: 'VaultExists' })
      const desk = await firstRun()
      const made = await desk.create(request)
      if (!made.ok) return made
      const settled = await settle(made.value, request.deviceName)
      if (!settled.ok) return settled
      desk.forget()
      return ok(vaultFingerprint(made.value.vault))
    },
    unlock: async (passphrase): Promise<Result<void, UnlockError>> => {
      if (isSample()) return SAMPLE_OPEN
      if (opened !== undefined) return ok()
      const stored = await readStoredDevice(await store())
      if (!stored.ok) return stored
      if (stored.value === undefined) return err({ type: 'NoVault' })
      const { keystore, keys, core } = stored.value
      const daily = await unlockKeystore(platform.derive, keystore, passphrase)
      if (!daily.ok) return daily
      await open({
        device: { id: keystore.device, keys, secrets: daily.value.secrets },
        state: core,
        keystore,
        daily: daily.value,
      })
      return ok()
    },
    openSample: async (person, today, zone, words) => {
      if (opened !== undefined) return isSample() ? SAMPLE_OPEN : err({ type: 'VaultOpen' })
      const { createSampleVault, sampleOps } = await loadPart(() => import('./sample-vault.ts'))
      const { vault, records } = await openFrom(await createSampleVault(platform), person)
      const written = await vault.commit(() => sampleOps(vault, person, today, zone, words?.language))
      if (words !== undefined) await (await records()).renameDevice(words.deviceName)
      return written.ok ? ok() : err({ type: 'StorageFailed' })
    },
    lock: close,
    onReplaced: (callback) => {
      tellReplaced = callback
      return Promise.resolve()
    },
    changePassphrase: async (current, next) => {
      if (opened === undefined) return err({ type: 'NoVault' })
      if (isSample()) return SAMPLE_OPEN
      const strong = checkPassphrase(next)
      if (!strong.ok) return strong
      const { core } = opened.vault
      const kdf = await platform.calibrateKdf()
      const changed = await changePassphrase(platform, core.keystore, current, next, kdf)
      if (!changed.ok) return changed
      const written = await core.replaceKeystore(
        changed.value,
        await (
          await loadPart(() => import('./successor.ts'))
        ).resealSuccessor(platform, await store(), current, next, kdf),
      )
      return written.ok ? ok() : err(storageError(written.error))
    },
    keepDraft: (form, json) => withVault(({ vault }) => keepDraft(vault, form, json)),
    draft: (form) => withVault(async ({ vault }) => ok(await openDraft(vault, form))),

    addLabResult: (input) => withRecords((records) => records.addLabResult(input)),
    editLabResult: (id, input) => withRecords((records) => records.editLabResult(id, input)),
    logDose: (input) => withRecords((records) => records.logDose(input)),
    editDose: (id, input) => withRecords((records) => records.editDose(id, input)),
    saveCheckIn: (input) => withRecords((records) => records.saveCheckIn(input)),
    deleteRecord: (id) => withRecords((records) => records.delete(id)),
    restoreRecord: (id) => withRecords((records) => records.restore(id)),
    restoreVersion: (id, stamp) => withRecords((records) => records.restoreVersion(id, stamp)),
    resolveConflict: (id, field, stamp) => withRecords((records) => records.resolve(id, field, stamp)),

    subscribe: <Name extends QueryName>(
      query: Query<Name>,
      listener: (view: QueryViews[Name]) => void,
      onMissing?: () => void,
    ) => {
      if (opened === undefined) return Promise.resolve(0)
      // A query of one name is answered with that name's view alone, so its listener gets no other.
      const answer = listener as (view: QueryViews[QueryName]) => void
      // Query<Name> is one member of the union Query.
      return Promise.resolve(opened.queries.subscribe(query as Query, answer, onMissing))
    },
    unsubscribe: (id) => {
      opened?.queries.unsubscribe(id)
      return Promise.resolve()
    },
    read: (query) => withVault(async ({ queries }) => ok(await queries.read(query))),
    searchMarkers: async (text) => {
      const known = await catalogue()
      return findMarkers(known, text).map(({ marker, term }) => ({
        id: marker.id,
        name: marker.name,
        matched: term === marker.name ? '' : term,
        category: marker.category,
        units: unitsOf(marker),
      }))
    },
    searchCompounds: async (text) => {
      const known = await catalogue()
      return findCompounds(known, text).map(({ compound, term }) => ({
        id: compound.id,
        name: compound.name,
        matched: term === compound.name ? '' : term,
        unit: compound.doseUnit,
        routes: compound.routes,
      }))
    },

    previewImport: (file) => withVault(async ({ vault }) => (await importDesk()).preview(vault, file)),
    commitImport: (previewId) =>
      withVault(async ({ vault }) => {
        const done = await (await importDesk()).commit(vault, previewId)
        if (done.ok) return done
        return err(
          done.error.type === 'StoreFailed' ||
            done.error.type === 'UpdateNeeded' ||
            done.error.type === 'OpTooLarge' ||
            done.error.type === 'Contended'
            ? saveError(done.error)
            : done.error,
        )
      }),
    cancelImport: (previewId) => {
      imports?.cancel(previewId)
      return Promise.resolve()
    },
    undoImport: (importId) =>
      withVault(async ({ vault }): Promise<Result<{ readonly removed: number }, SaveError>> => {
        const undone = await (await importDesk()).undo(vault, importId)
        if (undone.ok) return ok({ removed: undone.value })
        return err(undone.error.type === 'NotFound' ? undone.error : saveError(undone.error))
      }),

    connectRelay: (relay) => withOwnVault(({ vault }) => connectRelay(platform, vault, relay)),
    syncNow: () =>
      withOwnVault(async ({ vault }): Promise<Result<void, RelayError>> => {
        if (vault.loop === undefined || vault.relayOrigin === null) return err({ type: 'NoRelay' })
        vault.loop.wake()
        const outcome = await vault.loop.full()
        if (outcome.type !== 'failed') return ok()
        return err(
          outcome.error.type === 'StoreFailed'
            ? { type: 'RelayRefused', name: 'StoreFailed' }
            : relayError(platform, vault.relayOrigin, outcome.error),
        )
      }),
    offerPairing: (onEvent) => withOwnVault(async ({ vault }) => (await pairingDesk()).offer(vault, onEvent)),
    confirmPairing: async (passphrase): Promise<Result<void, UnlockError | PairingError>> =>
      isSample()
        ? SAMPLE_OPEN
        : opened === undefined
          ? err({ type: 'NoVault' })
          : (await pairingDesk()).confirmOffer(opened.vault, passphrase),
    cancelPairing,
    joinByLink: (request, onEvent: (event: PairingEvent) => void) =>
      asNewDevice(request, (desk, settleIt) => desk.join(request, onEvent, settleIt)),
    offerJoin: (request, onEvent: (event: PairingEvent) => void) =>
      asNewDevice(request, (desk, settleIt) => desk.offerJoin(request, onEvent, settleIt)),
    admitByLink: (link, onEvent) =>
      withOwnVault(async ({ vault }) => (await pairingDesk()).admit(vault, link, onEvent)),
    confirmJoin: async () => (await pairingDesk()).confirmJoin(),
    recover: async (request) => {
      if (isSample()) return SAMPLE_OPEN
      if (await hasVault()) return err({ type: 'VaultExists' })
      const strong = checkPassphrase(request.passphrase)
      if (!strong.ok) return strong
      const { recoverVault } = await loadPart(() => import('./recovery.ts'))
      const recovered = await recoverVault(platform, request)
      if (!recovered.ok) return recovered
      const settled = await settle(recovered.value, request.deviceName)
      return settled.ok ? ok(vaultFingerprint(recovered.value.vault)) : settled
    },
    readKitText: async (text) => (await kitDesk()).readKitText(text),
    checkKit: (words) =>
      withVault(async ({ vault, queries }) => {
        const checked = await (await kitDesk()).checkKit(vault, words)
        queries.notify({ type: 'link' })
        return checked
      }),
    replaceThisDevice: async (request): Promise<Result<void, UnlockError | ReplaceError | RelayError>> => {
      if (opened === undefined || isSample()) return err({ type: 'NoVault' })
      const { replaceDevice } = await loadPart(() => import('./replace-device.ts'))
      const { vault, queries } = opened
      const replaced = await replaceDevice(platform, vault, request)
      if (!replaced.ok) return replaced
      await cancelPairing()
      vault.tellReplaced()
      await vault.end()
      const next = await open(replaced.value)
      next.queries.takeOver(queries)
      await next.vault.loop?.full()
      return ok()
    },
    removeDevice: async (request): Promise<Result<void, UnlockError | RemoveError | RelayError | SampleOpen>> => {
      if (isSample()) return SAMPLE_OPEN
      if (opened === undefined) return err({ type: 'NoVault' })
      return (await loadPart(() => import('./remove-device.ts'))).removeDevice(platform, opened.vault, request)
    },
    reissueSetAside: (device) =>
      withVault(async ({ vault }) => (await loadPart(() => import('./set-aside.ts'))).reissue(vault, device)),
    dropSetAside: (device) =>
      withVault(async ({ vault }) => (await loadPart(() => import('./set-aside.ts'))).drop(vault, device)),
    renameDevice: (name, device) => withRecords((records) => records.renameDevice(name, device)),
    dismissAlarm: (id) =>
      withVault(async ({ vault, queries }): Promise<Result<void, StorageError>> => {
        const written = await vault.deps.store.write({ meta: await dismissal(vault, id) })
        queries.notify({ type: 'link' })
        return written.ok || written.error.type !== 'StoreFailed' ? ok() : err(storageError(written.error))
      }),

    exportRecords: (format) =>
      withVault(async ({ vault, queries, sample }) => {
        const { exportCsv, exportJson } = await loadPart(() => import('./export-records.ts'))
        const text = format === 'json' ? exportJson(vault, sample) : exportCsv(vault, sample)
        // That its age is unknown is no reason to withhold an export.
        await noteCare(vault, 'exported')
        queries.notify({ type: 'link' })
        return ok(text)
      }),
    verifyAll: () =>
      withVault(async ({ vault }) => {
        const { verifyVault } = await loadPart(() => import('./verify-vault.ts'))
        return ok(await verifyVault(vault))
      }),
    stateHashes: () =>
      withVault(({ vault }) => {
        const records = [...vault.replica.streams.values()].flatMap((state) => [...state.records.values()])
        return ok({ state: stateHash(records, createSha256()), log: logHash(records, createSha256()) })
      }),
  }
}

/** Places a vault that lived on this device only on its first relay. */
async function connectRelay(
  platform: EnginePlatform,
  vault: OpenVault,
  relay: RelayInvite,
): Promise<Result<void, RelayError | StorageError>> {
  const origin = parseOrigin(relay.url)
  if (origin === undefined) return err({ type: 'BadLink' })
  const [genesis] = await vault.deps.store.core()
  if (genesis === undefined) throw new Error('Invariant broken: an open vault has a genesis')
  const placed = await createVaultAtRelay(platform.fetch, origin, relay.invite, genesis)
  if (!placed.ok) return err(relayError(platform, origin, placed.error))
  const written = await vault.deps.store.write({ meta: { [META_RELAY]: utf8ToBytes(origin) } })
  if (!written.ok && written.error.type === 'StoreFailed') return err(storageError(written.error))
  vault.link(origin)
  return ok()
}
