import { type Result, err, ok, wipe } from '@salus/base'
import type { KdfParameters } from '@salus/crypto'
import type { Store, Write } from '@salus/store'
import {
  type DailyKeys,
  type Device,
  type Keyring,
  type Keystore,
  changePassphrase,
  createDevice,
  createKeystore,
  decodeKeystore,
  deviceOfSecrets,
  encodeKeystore,
  openCoreSecret,
  unlockKeystore,
} from '@salus/vault'
import type { VaultId } from '@salus/wire'
import type { UnlockError } from './api.ts'
import type { EnginePlatform } from './platform.ts'
import { storageError } from './relay-errors.ts'

/** Meta name of the keystore of the device that is to take this one's place: durable before the relay hears of it. */
export const META_SUCCESSOR = 'successor'

/** The device that takes a retired one's place, before and while it is enrolled (S22a). */
export interface Successor {
  readonly device: Device
  readonly keystore: Keystore
  readonly daily: DailyKeys
}

/**
 * The successor that an earlier try has made, or a new one, durable. The relay may have enrolled the earlier one, its
 * answer lost: then there is no other way back into the vault.
 */
export async function prepareSuccessor(
  platform: EnginePlatform,
  store: Store,
  vault: VaultId,
  keyring: Keyring,
  passphrase: string,
): Promise<Result<Successor, UnlockError>> {
  const stored = await store.meta(META_SUCCESSOR)
  const known = stored === undefined ? undefined : decodeKeystore(stored)
  if (known?.ok === true && known.value.vault === vault) return openSuccessor(platform, known.value, passphrase)
  const device = createDevice(platform.random)
  const kdf = await platform.calibrateKdf()
  const owner = { vault, device: device.id }
  const made = await createKeystore(platform, owner, device.secrets, keyring, passphrase, kdf)
  const written = await store.write({ meta: { [META_SUCCESSOR]: encodeKeystore(made.keystore) } })
  if (!written.ok)
    return err(written.error.type === 'StoreFailed' ? storageError(written.error) : { type: 'StorageFailed' })
  return ok({ device, ...made })
}

/** What a change of passphrase writes beside the device's own keystore, so that a replacement can still be ended. */
export async function resealSuccessor(
  platform: EnginePlatform,
  store: Store,
  current: string,
  next: string,
  kdf: KdfParameters,
): Promise<NonNullable<Write['meta']>> {
  const stored = await store.meta(META_SUCCESSOR)
  const known = stored === undefined ? undefined : decodeKeystore(stored)
  if (known?.ok !== true) return {}
  const changed = await changePassphrase(platform, known.value, current, next, kdf)
  return changed.ok ? { [META_SUCCESSOR]: encodeKeystore(changed.value) } : {}
}

async function openSuccessor(
  platform: EnginePlatform,
  keystore: Keystore,
  passphrase: string,
): Promise<Result<Successor, UnlockError>> {
  const daily = await unlockKeystore(platform.derive, keystore, passphrase)
  if (!daily.ok) return daily
  const secret = await openCoreSecret(platform.derive, keystore, passphrase)
  if (!secret.ok) return secret
  const device = deviceOfSecrets({ ...daily.value.secrets, c: secret.value })
  if (device.id !== keystore.device) {
    wipe(secret.value)
    return err({ type: 'WrongPassphrase' })
  }
  return ok({ device, keystore, daily: daily.value })
}
