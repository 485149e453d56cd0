import { type Result, bytesToHex, bytesToUtf8, err, ok, utf8ToBytes, wipe } from '@salus/base'
import { gatherKeys, isKitWord, kitDevice, kitWordsFrom, parseKitWords, wipeDevice, wipeKeyring } from '@salus/vault'
import type { Bytes } from '@salus/base'
import { type Hash, idBytes } from '@salus/wire'
import type { CheckKitError, KitText, StorageError } from './api.ts'
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

/** Characters of a kit's typed or pasted words that are looked at. */
export const KIT_TEXT_CHARACTERS_MAX = 400
/** Words that are offered for what has been typed of one. */
export const KIT_COMPLETIONS_MAX = 4

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

/** Takes a kit's words apart as they are typed or pasted: numbers, commas and line breaks between them don't matter. */
export function readKitText(text: string): KitText {
  const parts = text.slice(0, KIT_TEXT_CHARACTERS_MAX).split(/[\s,.;\d-]+/)
  // After a separator the last part is empty: nothing is half typed.
  const last = parts.at(-1) ?? ''
  const words = parts.filter((part) => part !== '').map((part) => part.normalize('NFKD').toLowerCase())
  return {
    words: words.map((word) => ({ text: word, isKnown: isKitWord(word) })),
    completions: kitWordsFrom(last, KIT_COMPLETIONS_MAX),
  }
}

/**
 * The drill: are these the words of this vault's kit, and do they open all that is sealed to it? One answer for every kit
 * that isn't. Nothing of the words is kept; that it went well is.
 */
export async function checkKit(vault: OpenVault, words: readonly string[]): Promise<Result<void, CheckKitError>> {
  const entropy = parseKitWords(words)
  if (!entropy.ok) return entropy
  const kit = kitDevice(entropy.value)
  wipe(entropy.value)
  const core = vault.core.state
  const isOurs = core.kit.id === kit.id
  const keyring = isOurs ? await gatherKeys(await vault.deps.store.core(), core, kit) : undefined
  wipeDevice(kit.secrets)
  if (keyring === undefined) return err({ type: 'OtherKit' })
  if (!keyring.ok) return err({ type: 'KitCannotOpen' })
  const isWhole = [...core.streams.keys()].every((stream) => keyring.value.has(stream))
  wipeKeyring(keyring.value)
  return isWhole ? noteCare(vault, 'kitChecked') : err({ type: 'KitCannotOpen' })
}
