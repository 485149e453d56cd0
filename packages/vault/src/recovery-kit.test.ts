import { wordlist } from '@scure/bip39/wordlists/english.js'
import { type Bytes, bytesToHex, utf8ToBytes } from '@salus/base'
import { sha256 } from '@salus/crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  KIT_ENTROPY_BYTES,
  KIT_WORDS,
  createKitEntropy,
  kitDevice,
  kitWords,
  parseKitWords,
  suggestPassphrase,
} from './recovery-kit.ts'
import { seededRandom } from './seeded-random-for-tests.ts'

const anyEntropy = fc
  .uint8Array({ minLength: KIT_ENTROPY_BYTES, maxLength: KIT_ENTROPY_BYTES })
  .map((bytes): Bytes => Uint8Array.from(bytes))
const badKit = (reason: 'words' | 'checksum') => ({ ok: false, error: { type: 'BadKit', reason } })

/** BIP39's 4 bits by its own description: the first of SHA-256 of the entropy, after 128 bits in words of 11. */
function wordsBySpecification(entropy: Bytes): string[] {
  const bits = [...entropy, sha256(entropy)[0] ?? 0].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return Array.from(
    { length: KIT_WORDS },
    (_, i) => wordlist[Number.parseInt(bits.slice(11 * i, 11 * i + 11), 2)] ?? '',
  )
}

describe('the recovery kit (V2)', () => {
  it('is 12 words that give back its entropy, as BIP39 writes them', () => {
    fc.assert(
      fc.property(anyEntropy, (entropy) => {
        const words = kitWords(entropy)
        expect(words).toEqual(wordsBySpecification(entropy))
        expect(parseKitWords(words)).toEqual({ ok: true, value: entropy })
      }),
    )
  })

  it('is read however it was typed', () => {
    const entropy = createKitEntropy(seededRandom('typed'))
    const words = kitWords(entropy)
    const spellings = [
      words.map((word) => word.toUpperCase()),
      words.map((word) => ` ${word}\t`),
      words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)),
      // A phone's keyboard may write full-width letters.
      words.map((word) =>
        word.replace(/[a-z]/g, (letter) => String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0)),
      ),
    ]
    for (const spelling of spellings) expect(parseKitWords(spelling)).toEqual({ ok: true, value: entropy })
  })

  it('refuses a word off the list and another number of words', () => {
    const words = kitWords(createKitEntropy(seededRandom('bad')))
    expect(parseKitWords(words.with(3, 'salus'))).toEqual(badKit('words'))
    expect(parseKitWords(words.with(3, ''))).toEqual(badKit('words'))
    expect(parseKitWords(words.slice(1))).toEqual(badKit('words'))
    expect(parseKitWords([...words, words[0] ?? ''])).toEqual(badKit('words'))
    expect(parseKitWords([])).toEqual(badKit('words'))
  })

  it('refuses words whose checksum is wrong: 15 of 16 slips in the last word', () => {
    const words = kitWords(new Uint8Array(KIT_ENTROPY_BYTES))
    const accepted = wordlist.filter((word) => parseKitWords(words.with(11, word)).ok)
    expect(accepted).toHaveLength(2048 / 16)
    expect(parseKitWords(words.with(11, 'abandon'))).toEqual(badKit('checksum'))
  })

  it('derives three seeds that differ, and the same device each time', () => {
    const entropy = createKitEntropy(seededRandom('device'))
    const kit = kitDevice(entropy)
    expect(kitDevice(entropy)).toEqual(kit)
    expect(new Set(Object.values(kit.secrets).map(bytesToHex)).size).toBe(3)
    const flipped = entropy.slice()
    flipped[15] = (flipped[15] ?? 0) ^ 1
    expect(kitDevice(flipped).id).not.toBe(kit.id)
  })
})

describe('a suggested passphrase', () => {
  it('has seven words of the list, drawn evenly', () => {
    const random = seededRandom('passphrases')
    const counts = new Map<string, number>()
    for (let i = 0; i < 2_000; i++) {
      const words = suggestPassphrase(random).split(' ')
      expect(words).toHaveLength(7)
      for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
    }
    expect([...counts.keys()].every((word) => wordlist.includes(word))).toBe(true)
    // 14,000 draws of 2,048 words: chi-squared has mean 2,047 and deviation 64.
    const expected = 14_000 / 2_048
    const chiSquared = wordlist.reduce((sum, word) => sum + ((counts.get(word) ?? 0) - expected) ** 2 / expected, 0)
    expect(Math.abs(chiSquared - 2_047)).toBeLessThan(6 * 64)
    expect(utf8ToBytes(wordlist.join('')).every((byte) => byte < 128)).toBe(true)
  })
})
