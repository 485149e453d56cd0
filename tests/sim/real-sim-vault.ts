import { type Bytes, type Random, concatBytes, present, utf8ToBytes } from '@salus/base'
import { type DeriveArgon2id, KDF_ITERATIONS_MIN, KDF_MEMORY_KIB_MIN, sha256, signEd25519 } from '@salus/crypto'
import type { Store } from '@salus/store'
import {
  type CoreTriple,
  type HttpFetch,
  SyncSession,
  type Transport,
  createHttpTransport,
  createVaultAtRelay,
} from '@salus/sync'
import {
  type Device,
  createDevice,
  createKeystore,
  createKitEntropy,
  decodeKeystore,
  encodeKeystore,
  enrolmentOf,
  gatherKeys,
  kitDevice,
  openCoreSecret,
  readCore,
  streamOf,
  unlockKeystore,
  writeAddDevice,
  writeGenesis,
} from '@salus/vault'
import type { ChainAt, DeviceId } from '@salus/wire'
import { createBatchCrypto } from '../../packages/engine/src/batch-crypto.ts'
import { CoreKeeper, META_KEYSTORE, coreRows } from '../../packages/engine/src/core-keeper.ts'
import { type MemoryRelay, createMemoryRelay } from '../../relay/src/memory-relay.ts'
import { Dice } from './dice.ts'
import type { SeatDisk, SimVault, Unlocked } from './sim-vault.ts'

const ORIGIN = 'https://salus.example'
const PASSPHRASE = 'planted-passphrase'
const KDF = { memoryKiB: KDF_MEMORY_KIB_MIN, iterations: KDF_ITERATIONS_MIN, parallelism: 1 } as const
const UNLIMITED = { burst: 1e9, perSecond: 1e9 }

/** Stands in for Argon2id, which is slow by design and not what is simulated. */
const cheapDerive: DeriveArgon2id = async ({ passphrase, salt }) => sha256(salt, passphrase)

function valueOf<T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T {
  if (!result.ok) throw new Error(`not ok: ${JSON.stringify(result.error)}`)
  return result.value
}

/** Everything as it is built: the vault's cryptography, the engine's core keeper, the relay's app over HTTP. */
export async function makeRealVault({
  devices,
  seed,
}: {
  readonly devices: number
  readonly seed: number
}): Promise<SimVault> {
  const random = new Dice(seed ^ 0x5a5a).random
  const relay = createMemoryRelay({
    origin: ORIGIN,
    random,
    limits: { authRate: UNLIMITED, vaultsRate: UNLIMITED, pairRate: UNLIMITED },
  })
  const fetch: HttpFetch = (url, init) => relay.fetch(new Request(url, init))
  const first = createDevice(random)
  const genesis = valueOf(await writeGenesis(first, kitDevice(createKitEntropy(random)), 1, random))
  valueOf(await createVaultAtRelay(fetch, ORIGIN, await relay.invite(), genesis.written))
  const known = new Map<DeviceId, Device>([[first.id, first]])
  const transport = (id: DeviceId): Transport => {
    const { secrets } = present(known.get(id), 'a device of this simulation')
    return createHttpTransport({
      fetch,
      origin: ORIGIN,
      vault: genesis.vault,
      signer: { id, sign: (message) => signEd25519(secrets.s, message) },
    })
  }
  const seatOf = (device: Device, demanded: readonly ChainAt[]): SeatDisk => ({
    self: device.id,
    furnish: (store) => furnish(store, device, transport(device.id), demanded, random),
  })
  const enrol = async (
    from: Parameters<typeof writeAddDevice>[0],
    keyring: Parameters<typeof writeAddDevice>[1],
    signer: Parameters<typeof writeAddDevice>[3],
  ) => {
    const device = createDevice(random)
    known.set(device.id, device)
    const written = valueOf(await writeAddDevice(from, keyring, enrolmentOf(from, device), signer, random))
    return { device, written, state: present(valueOf(readCore([written], from)), 'an entry on its head') }
  }
  const seats = [seatOf(first, [])]
  let state = present(valueOf(readCore([genesis.written])), 'genesis')
  while (seats.length < devices) {
    const enrolled = await enrol(state, genesis.keyring, first)
    valueOf(await transport(first.id).appendCore(state.head, enrolled.written))
    state = enrolled.state
    seats.push(seatOf(enrolled.device, []))
  }
  return {
    streams: [
      present(streamOf(genesis.keyring, 'labs'), 'labs'),
      present(streamOf(genesis.keyring, 'journal'), 'journal'),
    ],
    firstDevices: seats,
    unlock: async (self, store): Promise<Unlocked> => {
      const keystore = valueOf(decodeKeystore(present(await store.meta(META_KEYSTORE), 'a furnished disk')))
      const daily = valueOf(await unlockKeystore(cheapDerive, keystore, PASSPHRASE))
      const { keys } = present(known.get(self), 'a device of this simulation')
      const keeper = new CoreKeeper({
        store,
        random,
        device: { id: self, keys, secrets: daily.secrets },
        state: present(valueOf(readCore(await store.core())), 'a core'),
        keystore,
        daily,
      })
      return {
        self,
        crypto: createBatchCrypto({ random, keyring: () => keeper.keyring, signingSecret: daily.secrets.s }),
        hooks: keeper.hooks(),
        refreshCore: () => keeper.refresh(),
        enrol: async (over, frontier) => {
          const before = keeper.state
          const c = valueOf(await openCoreSecret(cheapDerive, keeper.keystore, PASSPHRASE))
          const enrolled = await enrol(before, keeper.keyring, { id: self, secrets: { ...daily.secrets, c } })
          const appended = await over.appendCore(before.head, enrolled.written)
          if (!appended.ok) return undefined
          if (keeper.state === before) await keeper.adopt([enrolled.written], enrolled.state, false)
          const demanded = await frontier()
          return async () => seatOf(enrolled.device, demanded)
        },
      }
    },
    transport,
    relayCore: async () => {
      const triples = valueOf(await transport(first.id).core(0))
      return { state: present(valueOf(readCore(triples)), 'a core'), triples }
    },
    relayBytes: () => everything(relay, genesis.vault, state.streams.keys()),
  }
}

/** Enrols on the disk what the relay already knows: core, keys, and what is demanded of the relay. */
async function furnish(
  store: Store,
  device: Device,
  transport: Transport,
  demanded: readonly ChainAt[],
  random: Random,
): Promise<void> {
  const triples: readonly CoreTriple[] = valueOf(await transport.core(0))
  const state = present(valueOf(readCore(triples)), 'a core')
  const keyring = valueOf(await gatherKeys(triples, state, device))
  const { keystore } = await createKeystore(
    { random, derive: cheapDerive },
    { vault: state.vault, device: device.id },
    device.secrets,
    keyring,
    PASSPHRASE,
    KDF,
  )
  valueOf(
    await store.write({
      core: coreRows(triples, 0),
      meta: {
        [META_KEYSTORE]: encodeKeystore(keystore),
        ...(demanded.length === 0 ? {} : SyncSession.demand(demanded)),
      },
    }),
  )
}

async function everything(
  relay: MemoryRelay,
  vault: Parameters<MemoryRelay['store']['coreHead']>[0],
  streams: Iterable<Parameters<MemoryRelay['store']['chain']>[0]['stream']>,
): Promise<Bytes> {
  const page = await relay.store.page({ vault, streams: new Set(streams), after: 0, bytesMax: 1e9 })
  const core = await relay.store.core(vault, 0, 1e9)
  return concatBytes(
    ...page.batches,
    ...core.flatMap((row) => [row.entry, row.wraps ?? utf8ToBytes(''), row.links ?? utf8ToBytes('')]),
  )
}
