import { type Result, concatBytes, systemClock, systemRandom, utf8ToBytes } from '@salus/base'
import { type DeriveArgon2id, KDF_ITERATIONS_MIN, KDF_MEMORY_KIB_MIN, sha256 } from '@salus/crypto'
import { loadCatalogue } from '@salus/domain'
import type { Store } from '@salus/store'
import { OpenVault, type OpenVaultDeps } from '../../packages/engine/src/open-vault.ts'
import { pause } from '../../packages/engine/src/pause.ts'
import type { EnginePlatform } from '../../packages/engine/src/platform.ts'
import { readStoredDevice } from '../../packages/engine/src/stored-device.ts'
import { unlockKeystore } from '@salus/vault'

export const BENCH_PASSPHRASE = 'correct horse battery staple'

/** As slow as a hash: an unlock is measured after its key derivation. */
export const cheapDerive: DeriveArgon2id = async (input) =>
  sha256(concatBytes(input.passphrase, input.salt, utf8ToBytes(String(input.memoryKiB))))

/** What the engine needs, the same in Node and in a browser's worker. */
export function benchPlatform(
  store: Store,
  ownFetch: EnginePlatform['fetch'] = (url, init) => fetch(url, init),
): EnginePlatform {
  return {
    clock: systemClock,
    random: systemRandom,
    openStore: async () => ({ ok: true, value: store }),
    derive: cheapDerive,
    calibrateKdf: async () => ({ memoryKiB: KDF_MEMORY_KIB_MIN, iterations: KDF_ITERATIONS_MIN, parallelism: 1 }),
    fetch: ownFetch,
    isOriginRefused: () => false,
    holdLock: (_name, signal, whileHeld) => (signal.aborted ? Promise.resolve() : whileHeld()),
    openChannel: () => ({ post: () => undefined, close: () => undefined }),
    onOnline: () => undefined,
    pause,
  }
}

/** Opens a device's vault below the api, where many records can be committed at once as an import does it. */
export async function openBenchVault(
  platform: EnginePlatform,
  store: Store,
  onChange: OpenVaultDeps['onChange'],
): Promise<OpenVault> {
  const stored = valueOf(await readStoredDevice(store))
  if (stored === undefined) throw new Error('no device is stored here')
  const daily = valueOf(await unlockKeystore(cheapDerive, stored.keystore, BENCH_PASSPHRASE))
  const vault = new OpenVault({
    platform,
    catalogue: await loadCatalogue(),
    store,
    device: { id: stored.keystore.device, keys: stored.keys, secrets: daily.secrets },
    state: stored.core,
    keystore: stored.keystore,
    daily,
    onChange,
  })
  await vault.load()
  return vault
}

export function valueOf<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(`expected a value: ${JSON.stringify(result.error)}`)
  return result.value
}
