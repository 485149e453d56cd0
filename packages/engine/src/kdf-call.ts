import type { Argon2idInput } from '@salus/crypto'
import type { Bytes } from '@salus/base'

/**
 * What the engine's worker asks of the page: to start a worker that derives one key, and to end it. `port` leads to that
 * worker past the page. A worker that starts workers of its own would need no page, but Firefox under a driver now and
 * then never comes back from a nested `new Worker`.
 */
export type KdfCall =
  | { readonly type: 'start'; readonly id: number; readonly port: MessagePort }
  | { readonly type: 'end'; readonly id: number }

/** The page's only word to the engine on its keys' derivation: this worker could not be started. */
export interface KdfCallFailed {
  readonly id: number
}

/** What comes over the derivation's own port, to the worker and back; null when no key could be derived. */
export type KdfInput = Argon2idInput
export type KdfOutput = Bytes | null

/** The page's first message to the engine's worker; after it the two speak Comlink. */
export interface EngineStart {
  readonly kdf: MessagePort
}
