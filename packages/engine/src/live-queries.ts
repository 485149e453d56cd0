import type { Catalogue } from '@salus/domain'
import type { Query, QueryName, QueryViews, SubscriptionId } from './view-types.ts'
import type { OpenVault, VaultChange } from './open-vault.ts'
import type { ViewContext } from './views/conflict-view.ts'
import { careView } from './care.ts'
import { loadLater } from './load-later.ts'
import { devicesView, importsView, nameOfDevice, recordView, syncView } from './views/device-views.ts'
import { LabIndex } from './views/lab-index.ts'
import { LabsViews } from './views/labs-view.ts'
import { SeriesAddresses } from './views/series-addresses.ts'
import { todayView } from './views/today-view.ts'

type Listener = (view: QueryViews[QueryName]) => void

interface Subscription {
  readonly query: Query
  readonly listener: Listener
  /** The last answer as text: an equal one is not sent again. */
  last: string | undefined
}

/** The log is looked at now and then: no unlock waits for it. */
const logViews = loadLater(() => import('./views/log-views.ts'))

/** Subscriptions that one screen may hold at once. */
export const SUBSCRIPTIONS_MAX = 64

/** Answers queries, at once and after each change. Changes of one turn are answered together. */
export class LiveQueries {
  readonly #subscriptions = new Map<SubscriptionId, Subscription>()
  readonly #vault: OpenVault
  readonly #index: LabIndex
  readonly #labs: LabsViews
  #nextId = 1
  #isScheduled = false
  #isClosed = false

  constructor(vault: OpenVault, catalogue: Catalogue) {
    this.#vault = vault
    this.#index = new LabIndex(catalogue)
    this.#labs = new LabsViews(catalogue, this.#index, new SeriesAddresses(vault.deps.daily.unlockKey))
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

  subscribe(query: Query, listener: Listener): SubscriptionId {
    const id = this.#nextId++
    if (this.#subscriptions.size >= SUBSCRIPTIONS_MAX) return id
    const subscription = { query, listener, last: undefined }
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
        this.#labs.invalidate(this.#index.update(this.#vault.stream('labs'), change.ids))
      // A device's new name stands in conflicts of any series.
      if (change.stream === this.#vault.streamId('core')) this.#labs.invalidate('all')
    }
    if (this.#isScheduled) return
    this.#isScheduled = true
    queueMicrotask(() => {
      this.#isScheduled = false
      for (const subscription of this.#subscriptions.values()) void this.#answer(subscription)
    })
  }

  async read<Name extends QueryName>(query: Query<Name>): Promise<QueryViews[Name]> {
    // Each name's view is computed by its own branch below.
    return (await this.#view(query as Query)) as QueryViews[Name]
  }

  async #answer(subscription: Subscription): Promise<void> {
    const view = await this.#view(subscription.query)
    const text = JSON.stringify(view)
    if (this.#isClosed || text === subscription.last) return
    subscription.last = text
    subscription.listener(view)
  }

  #view(query: Query): Promise<QueryViews[QueryName]> | QueryViews[QueryName] {
    const vault = this.#vault
    switch (query.name) {
      case 'today':
        return todayView(vault, query.day, query.zone, this.#context())
      case 'labs':
        return this.#labs.labs(vault, this.#context())
      case 'labsGrid':
        return this.#labs.grid(vault, query, this.#context())
      case 'series':
        return this.#labs.series(vault, query, this.#context())
      case 'record':
        return recordView(vault, query.id, this.#context())
      case 'devices':
        return devicesView(vault)
      case 'sync':
        return syncView(vault)
      case 'care':
        return careView(vault)
      case 'imports':
        return importsView(vault)
      case 'changes':
        return logViews().then((views) => views.changesView(vault, query.limit, this.#context()))
      case 'history':
        return logViews().then((views) => views.historyView(vault, query.id, this.#context()))
      case 'deleted':
        return logViews().then((views) => views.deletedView(vault, this.#context()))
    }
  }

  #context(): ViewContext {
    return {
      nameOfDevice: (device) => nameOfDevice(this.#vault, device),
      nowMs: this.#vault.deps.platform.clock.nowMs(),
    }
  }
}
