import { type Bytes, wipe } from '@salus/base'
import type { StreamId } from '@salus/wire'

/** Categories in the order of their numbers on the wire (V3). */
export const CATEGORIES = ['core', 'profile', 'labs', 'treatments', 'journal', 'lifestyle', 'genome', 'files'] as const
export type Category = (typeof CATEGORIES)[number]

/** The keys of one stream that this device holds. */
export interface StreamKeys {
  readonly category: Category
  /** Epoch → K_e, 32 bytes. */
  readonly epochs: ReadonlyMap<number, Bytes>
}

export type Keyring = ReadonlyMap<StreamId, StreamKeys>

/** Both rings' keys. Equal names hold equal keys, since canaries were checked. */
export function joinKeyrings(a: Keyring, b: Keyring): Keyring {
  const joined = new Map(a)
  for (const [stream, keys] of b) {
    joined.set(stream, {
      category: keys.category,
      epochs: new Map([...(joined.get(stream)?.epochs ?? []), ...keys.epochs]),
    })
  }
  return joined
}

export function streamOf(keyring: Keyring, category: Category): StreamId | undefined {
  for (const [stream, keys] of keyring) if (keys.category === category) return stream
  return undefined
}

export function wipeKeyring(keyring: Keyring): void {
  for (const { epochs } of keyring.values()) wipe(...epochs.values())
}
