import type { CommitError, TransportError } from '@salus/sync'
import type { PairingFault } from '@salus/vault'
import type { PairingError, RelayError, SaveError, StorageError } from './api.ts'
import type { EnginePlatform } from './platform.ts'

/** A transport's failure as the screen is told it; the page's own policy is told from a lost network. */
export function relayError(
  platform: EnginePlatform,
  origin: string,
  error: TransportError | { readonly type: 'InviteRefused' },
): RelayError {
  switch (error.type) {
    case 'InviteRefused':
      return { type: 'InviteRefused' }
    case 'Unreachable':
      return platform.isOriginRefused(origin) ? { type: 'OriginNotAllowed', origin } : { type: 'Unreachable' }
    case 'Refused':
      return { type: 'RelayRefused', name: error.name }
    case 'BadAnswer':
      return { type: 'RelayRefused', name: `BadAnswer: ${error.what}` }
  }
}

export function pairingError(platform: EnginePlatform, origin: string, fault: PairingFault): PairingError {
  switch (fault.type) {
    case 'PairingFailed':
    case 'MailboxRefused':
      return { type: 'PairingFailed' }
    case 'Expired':
      return { type: 'PairingExpired' }
    case 'Cancelled':
      return { type: 'Cancelled' }
    case 'Unreachable':
      return relayError(platform, origin, { type: 'Unreachable' })
  }
}

export function saveError(error: CommitError): SaveError {
  switch (error.type) {
    case 'StoreFailed':
      return storageError(error)
    case 'UpdateNeeded':
      return error
    case 'OpTooLarge':
      return { type: 'InvalidField', field: 'note', reason: 'tooLong' }
    case 'Contended':
      return { type: 'StorageFailed' }
  }
}

/** A store's refusal as the screen is told it. */
export function storageError(error: { readonly reason: string }): StorageError {
  return { type: error.reason === 'Full' ? 'StorageFull' : 'StorageFailed' }
}

/** An origin as the app writes it; undefined for what is not http(s). */
export function parseOrigin(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.origin : undefined
}
