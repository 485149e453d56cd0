import { type Bytes, type Result, err, ok, wipe } from '@salus/base'
import { openCoreSecret, writeRemoveDevice } from '@salus/vault'
import { type DeviceId, isActive } from '@salus/wire'
import type { RelayError, RemoveDevice, RemoveError, UnlockError } from './api.ts'
import type { OpenVault } from './open-vault.ts'
import type { EnginePlatform } from './platform.ts'
import { relayError } from './relay-errors.ts'
import { cutsOf } from './verified-pull.ts'

/** Another device may extend the core log in between this often; each try starts from its new head. */
const REMOVE_TRIES_MAX = 4

type Removed = Result<void, UnlockError | RemoveError | RelayError>

/**
 * Ends another device (S22b): it is cut at exactly what this one has verified of it, and every stream gets a key that it
 * never sees. Needs the relay, whose core log is the only one, and the passphrase (S27).
 */
export async function removeDevice(
  platform: EnginePlatform,
  vault: OpenVault,
  request: RemoveDevice,
): Promise<Removed> {
  const secret = await openCoreSecret(platform.derive, vault.core.keystore, request.passphrase)
  if (!secret.ok) return secret
  const removed = await removeWith(platform, vault, request.device, secret.value)
  wipe(secret.value)
  return removed
}

async function removeWith(platform: EnginePlatform, vault: OpenVault, device: string, secret: Bytes): Promise<Removed> {
  const { loop, transport, relayOrigin, deps, core, replica } = vault
  if (loop === undefined || transport === undefined || relayOrigin === null) return err({ type: 'NoRelay' })
  for (let tries = 0; tries < REMOVE_TRIES_MAX; tries++) {
    const outcome = await loop.full()
    if (outcome.type === 'failed' && outcome.error.type !== 'StoreFailed')
      return err(relayError(platform, relayOrigin, outcome.error))
    if (outcome.type !== 'inStep') return err({ type: 'NotInStep' })
    const known = [...core.state.devices.values()].find((one) => one.id === device)
    // A removal whose answer was lost stands in the log now.
    if (known !== undefined && !isActive(known)) return ok()
    if (known === undefined || known.id === deps.device.id) return err({ type: 'NotADevice' })
    const before = core.state
    const written = await writeRemoveDevice(
      before,
      core.keyring,
      { removed: known.id, cuts: cutsOf(replica, [known.id]) },
      { id: deps.device.id, secrets: { ...deps.device.secrets, c: secret } },
      platform.random,
    )
    if (!written.ok) return err({ type: 'NotInStep' })
    const appended = await transport.appendCore(before.head, written.value.written)
    if (!appended.ok && appended.error.type !== 'HeadMoved')
      return err(relayError(platform, relayOrigin, appended.error))
    if (appended.ok) {
      await loop.full()
      if (isRemoved(vault, known.id)) return ok()
      // It stands at the relay; that it could not be taken in here is told by the sync.
      return err({ type: 'NotInStep' })
    }
  }
  return err({ type: 'RelayRefused', name: 'HeadMoved' })
}

function isRemoved(vault: OpenVault, device: DeviceId): boolean {
  return !isActive(vault.core.state.devices.get(device))
}
