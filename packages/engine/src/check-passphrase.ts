import { type Result, err, ok } from '@salus/base'
import { PASSPHRASE_CHARACTERS_MIN, type PassphraseError } from './api.ts'

/** Length alone: what a person has chosen is theirs to judge, and seven drawn words are offered. */
export function checkPassphrase(passphrase: string): Result<void, PassphraseError> {
  return [...passphrase.normalize('NFKC')].length < PASSPHRASE_CHARACTERS_MIN
    ? err({ type: 'PassphraseTooWeak' })
    : ok()
}
