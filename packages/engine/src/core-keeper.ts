import { type Bytes, type Result, assert, err, ok } from '@salus/base'
import type { CoreRow, Store, StoreFailed, Write } from '@salus/store'
import type { CoreHooks, CoreTriple } from '@salus/sync'
import {
  type DailyKeys,
  type KeyHolder,
  type Keyring,
  type Keystore,
  decodeKeystore,
  encodeKeystore,
  gatherKeys,
  joinKeyrings,
  readCore,
  replaceKeyring,
} from '@salus/vault'
import { type CoreState, type Hash, decodeCoreEntry, hashOf } from '@salus/wire'
import type { Random } from '@salus/base'
import { sha256 } from '@salus/crypto'

export const META_KEYSTORE = 'keystore'

/** Rows of the store for entries that were checked as one log. */
export function coreRows(triples: readonly CoreTriple[], fromSeq: number): CoreRow[] {
  return triples.map((triple, index) => ({
    seq: fromSeq + index,
    hash: hashOf(sha256(triple.entry)),
    prevHash: prevHashOf(triple.entry),
    entry: triple.entry,
    wraps: triple.wraps,
    links: triple.links,
  }))
}

function prevHashOf(entry: Bytes): Hash {
  const decoded = decodeCoreEntry(entry)
  // Another value would break the store's compare-and-swap in silence.
  assert(decoded.ok, 'rows are made of entries that were checked')
  return decoded.value.prevHash
}

/** Holds the core log and the keys that it gives this device, in memory and in the store. */
export class CoreKeeper {
  readonly #store: Store
  readonly #random: Random
  readonly #device: KeyHolder
  #state: CoreState
  #keystore: Keystore
  #daily: DailyKeys

  constructor(deps: {
    store: Store
    random: Random
    device: KeyHolder
    state: CoreState
    keystore: Keystore
    daily: DailyKeys
  }) {
    this.#store = deps.store
    this.#random = deps.random
    this.#device = deps.device
    this.#state = deps.state
    this.#keystore = deps.keystore
    this.#daily = deps.daily
  }

  get state(): CoreState {
    return this.#state
  }

  get keyring(): Keyring {
    return this.#daily.keyring
  }

  get keystore(): Keystore {
    return this.#keystore
  }

  get daily(): DailyKeys {
    return this.#daily
  }

  /**
   * After a change of passphrase.
   * @param beside what else of this device the passphrase opens
   */
  async replaceKeystore(keystore: Keystore, beside: Write['meta'] = {}): Promise<Result<void, StoreFailed>> {
    const written = await this.#store.write({ meta: { ...beside, [META_KEYSTORE]: encodeKeystore(keystore) } })
    if (!written.ok) return written.error.type === 'StoreFailed' ? err(written.error) : ok()
    this.#keystore = keystore
    return ok()
  }

  /** Reads what another tab has added to the core log and the keystore since. */
  async refresh(): Promise<void> {
    // Another tab has replaced this device (S22a): nothing that its old id knows may be built on the log of the new one.
    const keystore = await this.#store.meta(META_KEYSTORE)
    const stored = keystore === undefined ? undefined : decodeKeystore(keystore)
    if (stored?.ok !== true || stored.value.device !== this.#device.id) return
    const rows = await this.#store.core()
    if (rows.at(-1)?.hash === this.#state.head) return
    const state = readCore(rows)
    const keys = state.ok && state.value !== undefined ? await gatherKeys(rows, state.value, this.#device) : undefined
    if (!state.ok || state.value === undefined || keys?.ok !== true) return
    this.#state = state.value
    this.#daily = { ...this.#daily, keyring: joinKeyrings(this.#daily.keyring, keys.value) }
  }

  hooks(): CoreHooks {
    return {
      state: () => this.#state,
      check: (triples, from) => {
        const state = readCore(triples, from)
        if (!state.ok) return err(state.error)
        return state.value === undefined ? err({ type: 'Malformed' }) : ok(state.value)
      },
      adopt: (triples, state, isWhole) => this.adopt(triples, state, isWhole),
    }
  }

  /** Entries, their rows, and the keys in them: one transaction. */
  async adopt(
    triples: readonly CoreTriple[],
    state: CoreState,
    isWhole: boolean,
  ): Promise<Result<void, StoreFailed | { readonly type: 'ForgedWrap' } | { readonly type: 'HeadMoved' }>> {
    const before = isWhole ? [] : await this.#store.core()
    const keys = await gatherKeys([...before, ...triples], state, this.#device)
    if (!keys.ok) return err({ type: 'ForgedWrap' })
    const daily = { ...this.#daily, keyring: joinKeyrings(this.#daily.keyring, keys.value) }
    const keystore = await replaceKeyring(this.#random, this.#keystore, daily)
    const written = await this.#store.write({
      core: coreRows(triples, isWhole ? 0 : this.#state.seq + 1),
      replacesCore: isWhole,
      ...(isWhole ? { expectsCore: this.#state.head } : {}),
      meta: { [META_KEYSTORE]: encodeKeystore(keystore) },
    })
    if (!written.ok) return written.error.type === 'HeadMoved' ? err({ type: 'HeadMoved' }) : err(written.error)
    this.#state = state
    this.#daily = daily
    this.#keystore = keystore
    return ok()
  }
}
