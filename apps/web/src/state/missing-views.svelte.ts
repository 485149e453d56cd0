import { SvelteSet } from 'svelte/reactivity'

/** What screens have asked the engine for and it could not fetch what answers. */
class MissingViews {
  readonly #asksAgain = new SvelteSet<() => void>()
  /** Asked again in vain. */
  hasRetried = $state(false)

  get isAny(): boolean {
    return this.#asksAgain.size > 0
  }

  add(askAgain: () => void): void {
    this.#asksAgain.add(askAgain)
  }

  remove(askAgain: () => void): void {
    this.#asksAgain.delete(askAgain)
    if (this.#asksAgain.size === 0) this.hasRetried = false
  }

  askAgain(): void {
    const asks = [...this.#asksAgain]
    this.hasRetried = true
    for (const ask of asks) ask()
  }
}

export const missingViews = new MissingViews()
