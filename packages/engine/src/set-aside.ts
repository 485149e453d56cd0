import { type Result, err, ok } from '@salus/base'
import { dropSetAside, reissueSetAside } from '@salus/sync'
import type { SaveError, StorageError } from './api.ts'
import type { OpenVault } from './open-vault.ts'
import { saveError, storageError } from './relay-errors.ts'

/** Issues anew what a removed device wrote beyond its cut (S22b). */
export async function reissue(
  vault: OpenVault,
  device: string,
): Promise<Result<{ readonly changes: number }, SaveError>> {
  const known = deviceOf(vault, device)
  if (known === undefined) return ok({ changes: 0 })
  // The core log has an entry of a later version: what this build would write may break its rules (V7).
  if (vault.status.state === 'update') return err({ type: 'UpdateNeeded' })
  const issued = await reissueSetAside(vault.replica, known)
  await vault.noteWritten()
  return issued.ok ? ok({ changes: issued.value }) : err(saveError(issued.error))
}

/** Drops it. */
export async function drop(vault: OpenVault, device: string): Promise<Result<void, StorageError>> {
  const known = deviceOf(vault, device)
  const dropped = known === undefined ? ok() : await dropSetAside(vault.replica, known)
  await vault.noteWritten()
  return dropped.ok ? ok() : err(storageError(dropped.error))
}

function deviceOf(vault: OpenVault, device: string) {
  return [...vault.core.state.devices.keys()].find((id) => id === device)
}
