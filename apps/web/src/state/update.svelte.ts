import { systemClock } from '@salus/base'
import { Workbox, messageSW } from 'workbox-window'
import { drafts } from './drafts.svelte.ts'
import { type ServedVersion, askServedVersion, nextAskMs } from './served-version.ts'
import { work } from './work.svelte.ts'

/** Looking at the app again asks the server again, but not more often than this. */
const ASK_PAUSE_MS = 60_000
/** A new service worker takes over at once; one that doesn't has failed. */
const TAKE_OVER_WAIT_MS = 10_000

/**
 * How this page gets to the newer build. `activate`: it is here, and waits to take over. `reload`: another tab has let it
 * take over, or there is no service worker, so that opening the page anew is enough.
 */
export type UpdateOffer = 'activate' | 'reload'

/** The service worker: whether the app is there without a network, and whether a newer build waits. */
class Update {
  isOfflineReady = $state(false)
  offer = $state<UpdateOffer | undefined>(undefined)
  /** Another build than this one, if that is what the server has; an older one counts too. */
  served = $state.raw<ServedVersion | undefined>(undefined)
  /** What came of asking the server last. */
  asked = $state<'answered' | 'unreachable' | undefined>(undefined)
  /** The owner wants it; it waits for what {@link heldBy} names. */
  isWanted = $state(false)
  hasFailed = $state(false)
  /** Closed by the owner: About still has it. */
  isPutOff = $state(false)
  readonly heldBy: 'work' | 'form' | undefined = $derived(
    work.isUnderWay ? 'work' : drafts.hasUnsaved() ? 'form' : undefined,
  )

  #registration: ServiceWorkerRegistration | undefined
  #isApplying = false
  #failures = 0
  #askedMs = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  start(): void {
    void this.#register().then(() => this.ask())
    const lookedAt = (): void => {
      const isDue = systemClock.nowMs() - this.#askedMs >= ASK_PAUSE_MS
      if (document.visibilityState === 'visible' && isDue) void this.ask()
    }
    document.addEventListener('visibilitychange', lookedAt)
    window.addEventListener('focus', lookedAt)
    $effect.root(() => {
      $effect(() => {
        if (this.isWanted && this.heldBy === undefined) void this.#apply()
      })
    })
  }

  /** Compares the server's build with this one, and fetches the newer; tries again by itself. */
  async ask(): Promise<void> {
    clearTimeout(this.#timer)
    this.#askedMs = systemClock.nowMs()
    const served = await askServedVersion()
    this.asked = served === undefined ? 'unreachable' : 'answered'
    this.#failures = served === undefined ? this.#failures + 1 : 0
    if (served !== undefined) this.served = served.build === __BUILD_HASH__ ? undefined : served
    if (this.served !== undefined) await this.#fetchNewer()
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      // Out of sight nobody needs to know; the next look asks.
      if (document.visibilityState === 'visible') void this.ask()
    }, nextAskMs(this.#failures))
  }

  /** Takes the newer build over as soon as nothing is lost by it. The vault has to be unlocked again. */
  want(): void {
    this.hasFailed = false
    this.isWanted = true
  }

  stopWanting(): void {
    this.isWanted = false
  }

  async #register(): Promise<void> {
    // In a private window or without https an engine may lack the whole interface, whatever TypeScript's library says.
    const container = navigator.serviceWorker as ServiceWorkerContainer | undefined
    if (container === undefined || !import.meta.env.PROD) return
    let wasControlled = container.controller !== null
    container.addEventListener('controllerchange', () => {
      if (this.#isApplying) location.reload()
      // The first worker of all takes over the page that it came from. Any later one was let in by another tab.
      else if (wasControlled) this.offer = 'reload'
      wasControlled = true
    })
    try {
      this.#registration = await new Workbox('/sw.js', { scope: '/' }).register({ immediate: true })
    } catch (error) {
      if (error instanceof TypeError || error instanceof DOMException) return
      throw error
    }
    if (this.#registration === undefined) return
    this.#watch(this.#registration)
    this.#registration.addEventListener('updatefound', () => {
      if (this.#registration !== undefined) this.#watch(this.#registration)
    })
  }

  #watch(registration: ServiceWorkerRegistration): void {
    if (registration.active !== null) this.#setOfflineReady()
    if (registration.waiting !== null) this.#offerWaiting(registration)
    const { installing } = registration
    installing?.addEventListener('statechange', () => {
      if (installing.state === 'activated') this.#setOfflineReady()
      if (installing.state === 'installed') this.#offerWaiting(registration)
    })
  }

  #offerWaiting(registration: ServiceWorkerRegistration): void {
    // Without an active one it is the first of all, and waits for nobody.
    if (registration.active === null) return
    this.offer = 'activate'
    this.isPutOff = false
  }

  async #fetchNewer(): Promise<void> {
    const registration = this.#registration
    if (registration === undefined) {
      this.offer = 'reload'
      return
    }
    try {
      await registration.update()
    } catch (error) {
      if (error instanceof TypeError || error instanceof DOMException) return
      throw error
    }
    // The worker is the newer one already, and only this page is not.
    if (registration.installing === null && registration.waiting === null && this.offer === undefined)
      this.offer = 'reload'
  }

  async #apply(): Promise<void> {
    if (this.#isApplying) return
    this.#isApplying = true
    this.isWanted = false
    await drafts.keepAll()
    const waiting = this.#registration?.waiting
    if (waiting === undefined || waiting === null) {
      location.reload()
      return
    }
    // It answers by taking over, which the page hears of by itself.
    void messageSW(waiting, { type: 'SKIP_WAITING' })
    setTimeout(() => {
      this.#isApplying = false
      this.hasFailed = true
    }, TAKE_OVER_WAIT_MS)
  }

  #setOfflineReady(): void {
    this.isOfflineReady = true
    document.documentElement.setAttribute('data-offline-ready', '')
  }
}

export const update = new Update()
