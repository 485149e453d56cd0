import { type Result, err, ok, utf8ToBytes, wipe } from '@salus/base'
import type { Store, Write } from '@salus/store'
import { type CoreTriple, SyncSession } from '@salus/sync'
import { type Device, type Keyring, createKeystore, encodeKeystore } from '@salus/vault'
import type { ChainAt, CoreState, VaultId } from '@salus/wire'
import type { StorageError } from './api.ts'
import { careMeta } from './care.ts'
import { META_KEYSTORE, coreRows } from './core-keeper.ts'
import { META_RELAY, type OpenVaultDeps } from './open-vault.ts'
import type { EnginePlatform } from './platform.ts'
import { storageError } from './relay-errors.ts'

/** Meta name of this device's public keys, which its keystore's id is made of. */
export const META_DEVICE = 'device'

export interface NewDevice {
  readonly device: Device
  readonly vault: VaultId
  readonly state: CoreState
  readonly triples: readonly CoreTriple[]
  readonly keyring: Keyring
  readonly passphrase: string
  readonly relayOrigin: string | null
  /** What the relay must show at least (S26). */
  readonly demanded: readonly ChainAt[]
  /** The owner has just shown that the kit is at hand. */
  readonly hasKitAtHand?: boolean
}

/** Writes all that makes this device one of the vault's: keystore, core log and relay, in one transaction. */
export async function settleDevice(
  platform: EnginePlatform,
  store: Store,
  made: NewDevice,
): Promise<Result<Pick<OpenVaultDeps, 'device' | 'state' | 'keystore' | 'daily'>, StorageError>> {
  const { device, vault, state, triples, keyring, passphrase, relayOrigin } = made
  const owner = { vault, device: device.id }
  const kdf = await platform.calibrateKdf()
  const { keystore, daily } = await createKeystore(platform, owner, device.secrets, keyring, passphrase, kdf)
  wipe(device.secrets.c)
  const nowMs = platform.clock.nowMs()
  const write: Write = {
    core: coreRows(triples, 0),
    meta: {
      [META_KEYSTORE]: encodeKeystore(keystore),
      ...careMeta('setUp', nowMs),
      ...(made.hasKitAtHand === true ? careMeta('kitChecked', nowMs) : {}),
      [META_DEVICE]: utf8ToBytes(JSON.stringify(device.keys)),
      ...(relayOrigin === null ? {} : { [META_RELAY]: utf8ToBytes(relayOrigin) }),
      ...(made.demanded.length === 0 ? {} : SyncSession.demand(made.demanded)),
    },
  }
  const written = await store.write(write)
  if (!written.ok)
    return err(written.error.type === 'StoreFailed' ? storageError(written.error) : { type: 'StorageFailed' })
  return ok({ device, state, keystore, daily })
}
