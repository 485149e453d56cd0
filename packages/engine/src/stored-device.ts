import { type Bytes, type Result, bytesToUtf8, err, isJsonObject, ok } from '@salus/base'
import type { Store } from '@salus/store'
import { type Keystore, coreCrypto, decodeKeystore, readCore } from '@salus/vault'
import { type CoreState, type DeviceKeys, deviceIdOfKeys } from '@salus/wire'
import { META_KEYSTORE } from './core-keeper.ts'
import { META_DEVICE } from './new-device.ts'

/** What a locked device knows of itself. */
export interface StoredDevice {
  readonly keystore: Keystore
  readonly keys: DeviceKeys
  readonly core: CoreState
}

/** Reads and checks what the disk holds of the vault; undefined when there is none. */
export async function readStoredDevice(
  store: Store,
): Promise<Result<StoredDevice | undefined, { readonly type: 'StorageFailed' }>> {
  const bytes = await store.meta(META_KEYSTORE)
  if (bytes === undefined) return ok(undefined)
  const damaged = err({ type: 'StorageFailed' } as const)
  const keystore = decodeKeystore(bytes)
  const keys = decodeKeys(await store.meta(META_DEVICE))
  if (!keystore.ok || keys === undefined) return damaged
  const core = readCore(await store.core())
  if (!core.ok || core.value === undefined || core.value.vault !== keystore.value.vault) return damaged
  if (deviceIdOfKeys(coreCrypto, keys) !== keystore.value.device) return damaged
  return ok({ keystore: keystore.value, keys, core: core.value })
}

function decodeKeys(bytes: Bytes | undefined): DeviceKeys | undefined {
  const text = bytes === undefined ? undefined : bytesToUtf8(bytes)
  const json: unknown = text?.ok === true ? JSON.parse(text.value) : undefined
  if (!isJsonObject(json)) return undefined
  const { c, s, x } = json
  return typeof c === 'string' && typeof s === 'string' && typeof x === 'string' ? { c, s, x } : undefined
}
