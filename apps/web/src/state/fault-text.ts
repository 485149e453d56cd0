import {
  type CheckKitError,
  type CreateVaultError,
  type FieldFault,
  type ImportError,
  type OpenSampleError,
  PASSPHRASE_CHARACTERS_MIN,
  type PartMissing,
  type PairingError,
  type PassphraseError,
  type RecoverError,
  type RelayError,
  type RemoveError,
  type ReplaceError,
  type SaveError,
  type UnlockError,
} from '@salus/engine/api'
import { language } from '../messages/language.svelte.ts'

export type Fault =
  | CheckKitError
  | CreateVaultError
  | OpenSampleError
  | ImportError
  | PairingError
  | PartMissing
  | PassphraseError
  | RecoverError
  | RelayError
  | RemoveError
  | ReplaceError
  | SaveError
  | UnlockError

const MEBIBYTE = 1024 * 1024

/** What happened, what is safe, what to do: in the words of the language that is shown. */
export function faultText(fault: Fault): string {
  const { fault: words, field } = language.t
  switch (fault.type) {
    case 'InvalidField':
      return field[fault.reason]
    case 'PassphraseTooWeak':
      return words.PassphraseTooWeak(PASSPHRASE_CHARACTERS_MIN)
    case 'OriginNotAllowed':
      return words.OriginNotAllowed(fault.origin)
    case 'OtherRelay':
      return words.OtherRelay(fault.origin)
    case 'RelayRefused':
      return words.RelayRefused(fault.name)
    case 'TooLarge':
      return words.TooLarge(Math.floor(fault.sizeBytesMax / MEBIBYTE))
    case 'BadKit':
      return fault.reason === 'words' ? words.BadKitWords : words.BadKitChecksum
    default: {
      // A bug of ours comes as a type that no list has; its id is in the engine's console.
      const text: string | undefined = words[fault.type]
      return text ?? language.t.app.broken
    }
  }
}

/** What a field says beneath itself. */
export function fieldFaultText(fault: FieldFault): string {
  return language.t.field[fault]
}
