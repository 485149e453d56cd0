import { registerSW } from 'virtual:pwa-register'

/** The service worker: whether the app is there without a network, and whether a newer build waits. */
class Update {
  isOfflineReady = $state(false)
  isWaiting = $state(false)
  #apply: () => Promise<void> = async () => undefined

  start(): void {
    this.#apply = registerSW({
      immediate: true,
      onOfflineReady: () => this.#setOfflineReady(),
      onRegisteredSW: (_address, registration) => {
        if (registration?.active !== null && registration !== undefined) this.#setOfflineReady()
      },
      onNeedRefresh: () => {
        this.isWaiting = true
      },
    })
  }

  /** Takes the new build over, and opens the app anew. */
  async apply(): Promise<void> {
    await this.#apply()
  }

  #setOfflineReady(): void {
    this.isOfflineReady = true
    document.documentElement.setAttribute('data-offline-ready', '')
  }
}

export const update = new Update()
