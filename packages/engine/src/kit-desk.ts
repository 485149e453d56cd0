import { type Result, err, wipe } from '@salus/base'
import { gatherKeys, isKitWord, kitDevice, kitWordsFrom, parseKitWords, wipeDevice, wipeKeyring } from '@salus/vault'
import type { CheckKitError, KitText } from './api.ts'
import { noteCare } from './care.ts'
import type { OpenVault } from './open-vault.ts'

/** Characters of a kit's typed or pasted words that are looked at. */
export const KIT_TEXT_CHARACTERS_MAX = 400
/** Words that are offered for what has been typed of one. */
export const KIT_COMPLETIONS_MAX = 4

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
