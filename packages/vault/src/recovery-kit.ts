import { entropyToMnemonic, mnemonicToEntropy, validateMnemonic } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { type Bytes, type Random, type Result, err, ok } from '@salus/base'
import { LABELS, type Label, hkdfSha256, labelBytes } from '@salus/crypto'
import { KEY_BYTES } from '@salus/wire'
import { type Device, deviceOfSecrets } from './device.ts'

/** 128 bits: 12 words with a 4-bit checksum (BIP39). */
export const KIT_ENTROPY_BYTES = 16
export const KIT_WORDS = 12
/** 77 bits of the same list, offered as a passphrase. */
const PASSPHRASE_WORDS = 7

/** `words`: one is not on the list, or there are not 12; `checksum`: each is, but together they are no kit. */
export type BadKit = { readonly type: 'BadKit'; readonly reason: 'words' | 'checksum' }

export function createKitEntropy(random: Random): Bytes {
  return random.bytes(KIT_ENTROPY_BYTES)
}

export function kitWords(entropy: Bytes): string[] {
  return entropyToMnemonic(entropy, wordlist).split(' ')
}

/** Case, accents' spelling and spaces around a word don't matter; everything else does. */
export function parseKitWords(words: readonly string[]): Result<Bytes, BadKit> {
  const typed = words.map(normalizeWord)
  if (typed.length !== KIT_WORDS || typed.some((word) => !wordlist.includes(word)))
    return err({ type: 'BadKit', reason: 'words' })
  const mnemonic = typed.join(' ')
  if (!validateMnemonic(mnemonic, wordlist)) return err({ type: 'BadKit', reason: 'checksum' })
  return ok(Uint8Array.from(mnemonicToEntropy(mnemonic, wordlist)))
}

/** Is this, as typed, a word that a kit may have? */
export function isKitWord(word: string): boolean {
  return wordlist.includes(normalizeWord(word))
}

/** Words of the list that begin so, at most `countMax`, in its order; none for nothing typed. Four letters name one (BIP39). */
export function kitWordsFrom(beginning: string, countMax: number): readonly string[] {
  const typed = normalizeWord(beginning)
  return typed === '' ? [] : wordlist.filter((word) => word.startsWith(typed)).slice(0, countMax)
}

/** The device on paper (V2). */
export function kitDevice(entropy: Bytes): Device {
  const seed = (label: Label): Bytes => hkdfSha256(entropy, new Uint8Array(), labelBytes(label), KEY_BYTES)
  return deviceOfSecrets({ x: seed(LABELS.kitX25519), s: seed(LABELS.kitSign), c: seed(LABELS.kitCore) })
}

/** Seven words, each drawn evenly: 16 bits a word, of which the list takes 11, so no word is likelier than another. */
export function suggestPassphrase(random: Random): string {
  const drawn = new DataView(random.bytes(2 * PASSPHRASE_WORDS).buffer)
  return Array.from({ length: PASSPHRASE_WORDS }, (_, i) => wordlist[drawn.getUint16(2 * i) % wordlist.length]).join(
    ' ',
  )
}

function normalizeWord(word: string): string {
  return word.trim().normalize('NFKD').toLowerCase()
}
