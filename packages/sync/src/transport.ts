import type { Bytes, Result } from '@salus/base'
import type { DeviceId, Hash, Heads, StreamId } from '@salus/wire'

/** `Unreachable`: no answer. `Refused`: the relay's own no. `BadAnswer`: an answer that breaks the protocol. */
export type TransportError =
  | { readonly type: 'Unreachable' }
  | { readonly type: 'Refused'; readonly status: number; readonly name: string }
  | { readonly type: 'BadAnswer'; readonly what: string }

export interface CoreTriple {
  readonly entry: Bytes
  readonly wraps: Bytes | undefined
  readonly links: Bytes | undefined
}

/** Batches of one chain from a seq on (S8). */
export interface ChainPage {
  readonly batches: readonly Bytes[]
  readonly hasMore: boolean
}

/** Batches of all streams in the order of their arrival. */
export interface BatchPage extends ChainPage {
  /** Where the next page begins (S7). */
  readonly cursor: string
}

/** `open` once the stream stands: what came before it was not poked for. `batches`, `core` after new ones (S10). */
export type Poke = 'open' | 'batches' | 'core'

/** A vault at its relay, as one device reaches it. Nothing that comes back has been checked. */
export interface Transport {
  heads(): Promise<Result<Heads, TransportError>>
  core(fromSeq: number): Promise<Result<readonly CoreTriple[], TransportError>>
  /** `HeadMoved`: another entry stands there already. */
  appendCore(prevHash: Hash, triple: CoreTriple): Promise<Result<void, TransportError | { readonly type: 'HeadMoved' }>>
  /** From the beginning when `cursor` is undefined; about `bytesMax` bytes of them, where the relay heeds it. */
  batches(cursor: string | undefined, bytesMax: number): Promise<Result<BatchPage, TransportError>>
  chain(stream: StreamId, device: DeviceId, fromSeq: number): Promise<Result<ChainPage, TransportError>>
  /** All of one stream, in chain order; resolves when they are durable, with the cursor behind the vault's newest (S6). */
  push(stream: StreamId, batches: readonly Bytes[]): Promise<Result<string, TransportError>>
  /** Calls back for each poke; resolves when the stream ends or `signal` aborts. */
  events(onPoke: (poke: Poke) => void, signal: AbortSignal): Promise<Result<void, TransportError>>
}
