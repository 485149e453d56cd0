import type { Catalogue } from '@salus/domain'
import type { Query, QueryName, QueryViews, SubscriptionId, UnitChoice } from './view-types.ts'
import type { OpenVault, VaultChange } from './open-vault.ts'
import type { ViewContext } from './views/conflict-view.ts'
import { careView } from './care.ts'
import { PartMissing, loadPart } from './load-part.ts'
import { LabIndex } from './views/lab-index.ts'
import type { LabsDetail } from './views/labs-detail.ts'
import { LabsViews } from './views/labs-view.ts'
import { SeriesAddresses } from './views/series-addresses.ts'
import { nameOfDevice, syncView } from './views/sync-view.ts'
import { todayView } from './views/today-view.ts'

type Listener = (view: QueryViews[QueryName]) => void

interface Subscription {
  readonly query: Query
  readonly listener: Listener
  /** The file that answers it could not be fetched; who asks again then gets it tried again. */
  readonly onMissing: () => void
  /** The last answer as text: an equal one is not sent again. */
  last: string | undefined
}

/** Subscriptions that one screen may hold at once. */
export const SUBSCRIPTIONS_MAX = 64

/** Answers queries, at once and after each change. Changes of one turn are answered together. */
export class LiveQueries {
  readonly #subscriptions = new Map<SubscriptionId, Subscription>()
  readonly #vault: OpenVault
  readonly #catalogue: Catalogue
  readonly #index: LabIndex
  readonly #labs: LabsViews
  readonly #loadDetail: () => Promise<LabsDetail>
  #detail: LabsDetail | undefined
  #nextId = 1
  #isScheduled = false
  #isClosed = false

  constructor(vault: OpenVault, catalogue: Catalogue) {
    this.#vault = vault
    this.#catalogue = catalogue
    this.#index = new LabIndex(catalogue)
    const addresses = new SeriesAddresses(vault.deps.daily.unlockKey)
    this.#labs = new LabsViews(catalogue, this.#index, addresses)
    // Today and the list come before any grid or chart: an unlock does not wait for theirs.
    this.#loadDetail = async () => {
      const loaded = await loadPart(() => import('./views/labs-detail.ts'))
      return (this.#detail ??= new loaded.LabsDetail(catalogue, this.#index, addresses, this.#labs))
    }
    const labs = vault.stream('labs')
    this.#index.update(labs, labs.records.keys())
  }

  /** Answers from here on who asked another: of the device that this one takes the place of. */
  takeOver(previous: LiveQueries): void {
    for (const [id, subscription] of previous.#subscriptions) {
      this.#subscriptions.set(id, subscription)
      void this.#answer(subscription)
    }
    this.#nextId = previous.#nextId
    previous.close()
  }

  subscribe(query: Query, listener: Listener, onMissing: () => void = () => undefined): SubscriptionId {
    const id = this.#nextId++
    if (this.#subscriptions.size >= SUBSCRIPTIONS_MAX) return id
    const subscription = { query, listener, onMissing, last: undefined }
    this.#subscriptions.set(id, subscription)
    void this.#answer(subscription)
    return id
  }

  unsubscribe(id: SubscriptionId): void {
    this.#subscriptions.delete(id)
  }

  close(): void {
    this.#isClosed = true
    this.#subscriptions.clear()
  }

  /** Something has changed: whoever asked is answered anew after this turn. */
  notify(change: VaultChange): void {
    if (change.type === 'records') {
      if (change.stream === this.#vault.streamId('labs'))
        this.#forget(this.#index.update(this.#vault.stream('labs'), change.ids))
      // A device's new name stands in conflicts of any series.
      if (change.stream === this.#vault.streamId('core')) this.#forget('all')
    }
    if (this.#isScheduled) return
    this.#isScheduled = true
    queueMicrotask(() => {
      this.#isScheduled = false
      for (const subscription of this.#subscriptions.values()) void this.#answer(subscription)
    })
  }

  #forget(series: ReadonlySet<string> | 'all'): void {
    this.#labs.invalidate(series)
    this.#detail?.invalidate(series)
  }

  async read<Name extends QueryName>(query: Query<Name>): Promise<QueryViews[Name]> {
    // Each name's view is computed by its own branch below.
    return (await this.#view(query as Query)) as QueryViews[Name]
  }

  async #answer(subscription: Subscription): Promise<void> {
    const view = await this.#view(subscription.query).catch((error: unknown) => {
      if (!(error instanceof PartMissing)) throw error
      return undefined
    })
    if (view === undefined) {
      if (!this.#isClosed) subscription.onMissing()
      return
    }
    const text = JSON.stringify(view)
    if (this.#isClosed || text === subscription.last) return
    subscription.last = text
    subscription.listener(view)
  }

  async #view(query: Query): Promise<QueryViews[QueryName]> {
    const vault = this.#vault
    switch (query.name) {
      case 'today':
        return todayView(vault, query.day, query.zone, this.#context())
      case 'labs':
        return isAsReported(query)
          ? this.#labs.labs(vault, this.#context())
          : (await this.#loadDetail()).labs(vault, query, this.#context())
      case 'labsGrid':
        return (await this.#loadDetail()).grid(vault, query, this.#context())
      case 'series':
        return (await this.#loadDetail()).series(vault, query, this.#context())
      case 'sync':
        return syncView(vault)
      case 'care':
        return careView(vault)
      // What a first look at the records does not show is loaded when it is asked for.
      case 'record':
      case 'devices':
      case 'repairs':
      case 'imports':
      case 'changes':
      case 'history':
      case 'deleted':
      case 'checkIns': {
        const { laterView } = await loadPart(() => import('./views/later-views.ts'))
        return laterView(vault, this.#catalogue, query, this.#context())
      }
    }
  }

  #context(): ViewContext {
    return {
      nameOfDevice: (device) => nameOfDevice(this.#vault, device),
      nowMs: this.#vault.deps.platform.clock.nowMs(),
    }
  }
}

function isAsReported({ units = {}, system = 'reported' }: UnitChoice): boolean {
  return system === 'reported' && Object.keys(units).length === 0
}
