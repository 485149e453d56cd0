import { type Result, bytesToHex, bytesToUtf8, err, ok, utf8ToBytes } from '@salus/base'
import type { Bytes } from '@salus/base'
import { type Hash, idBytes } from '@salus/wire'
import type { StorageError } from './api.ts'
import type { OpenVault } from './open-vault.ts'
import { storageError } from './relay-errors.ts'
import type { CareView } from './view-types.ts'

/** When this device was set up, made an export, asked for the kit, was in step: epoch milliseconds, of this device alone. */
export const CARE_META = {
  setUp: 'care.setUp',
  exported: 'care.exported',
  kitChecked: 'care.kitChecked',
  inStep: 'care.inStep',
} as const
export type CareAct = keyof typeof CARE_META

/** What is written when something that the owner should do now and then was done. */
export function careMeta(act: CareAct, atMs: number): Readonly<Record<string, Bytes>> {
  return { [CARE_META[act]]: utf8ToBytes(String(atMs)) }
}

export async function noteCare(vault: OpenVault, act: CareAct): Promise<Result<void, StorageError>> {
  const { store, platform } = vault.deps
  const written = await store.write({ meta: careMeta(act, platform.clock.nowMs()) })
  return written.ok || written.error.type !== 'StoreFailed' ? ok() : err(storageError(written.error))
}

export async function careView(vault: OpenVault): Promise<CareView> {
  const { state } = vault.core
  return {
    setUpMs: await careMs(vault, 'setUp'),
    exportedMs: await careMs(vault, 'exported'),
    kitCheckedMs: await careMs(vault, 'kitChecked'),
    coreSeq: state.seq,
    coreHead: shortHash(state.head),
  }
}

/** Enough to tell two states apart by eye; as on the printed kit, where genesis' hash is the vault's fingerprint. */
const SHORT_HASH_BYTES = 6

function shortHash(hash: Hash): string {
  const hex = bytesToHex(idBytes(hash).subarray(0, SHORT_HASH_BYTES))
  return (hex.match(/.{4}/g) ?? []).join(' ')
}

export async function careMs(vault: OpenVault, act: CareAct): Promise<number | null> {
  const stored = await vault.deps.store.meta(CARE_META[act])
  const text = stored === undefined ? undefined : bytesToUtf8(stored)
  const ms = text?.ok === true && text.value !== '' ? Number(text.value) : Number.NaN
  return Number.isSafeInteger(ms) ? ms : null
}
