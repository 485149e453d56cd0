import type { Bytes, Random } from '@salus/base'
import type { ChainRequest, Page, PageRequest } from '../../relay/src/store/port.ts'
import { SqliteStore } from '../../relay/src/store/sqlite-store.ts'

/** What a malicious relay does with batches that it is asked for; without it, nothing. */
export interface Malice {
  batches?: ((batches: readonly Bytes[]) => readonly Bytes[]) | undefined
}

/** A real relay's database, of which what is handed out is bent on the way. */
export class HostileStore extends SqliteStore {
  readonly #malice: Malice

  constructor(dataDir: string, random: Random, malice: Malice) {
    super(dataDir, random)
    this.#malice = malice
  }

  override async page(request: PageRequest): Promise<Page> {
    return this.#bent(await super.page(request))
  }

  override async chain(request: ChainRequest): Promise<Page> {
    return this.#bent(await super.chain(request))
  }

  #bent(page: Page): Page {
    return { ...page, batches: this.#malice.batches?.(page.batches) ?? page.batches }
  }
}
