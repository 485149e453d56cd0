import { type Bytes, type Result, bytesToUtf8, concatBytes, err, ok, utf8ToBytes } from '@salus/base'
import { LABELS, labelBytes } from '@salus/crypto'
import { openBox, sealBox } from '@salus/vault'
import type { StorageError } from './api.ts'
import type { OpenVault } from './open-vault.ts'
import { storageError } from './relay-errors.ts'

/** Characters of a half-typed form. */
const DRAFT_CHARACTERS_MAX = 200_000
const FORM_NAME = /^[A-Za-z0-9._:/-]{1,120}$/

/** Seals a half-typed form under the local key, so that locking loses nothing and shows nothing. */
export async function keepDraft(
  vault: OpenVault,
  form: string,
  json: string | undefined,
): Promise<Result<void, StorageError>> {
  if (!FORM_NAME.test(form) || (json?.length ?? 0) > DRAFT_CHARACTERS_MAX) return err({ type: 'StorageFailed' })
  const { store, platform, daily } = vault.deps
  const sealed =
    json === undefined ? undefined : await sealBox(daily.unlockKey, utf8ToBytes(json), draftAad(form), platform.random)
  const written = await store.write({ meta: { [metaName(form)]: sealed } })
  if (written.ok || written.error.type !== 'StoreFailed') return ok()
  return err(storageError(written.error))
}

export async function openDraft(vault: OpenVault, form: string): Promise<string | undefined> {
  const sealed = await vault.deps.store.meta(metaName(form))
  const opened = sealed === undefined ? undefined : await openBox(vault.deps.daily.unlockKey, sealed, draftAad(form))
  const text = opened?.ok === true ? bytesToUtf8(opened.value) : undefined
  return text?.ok === true ? text.value : undefined
}

const metaName = (form: string): string => `draft:${form}`

function draftAad(form: string): Bytes {
  return concatBytes(labelBytes(LABELS.draft), utf8ToBytes(form))
}
