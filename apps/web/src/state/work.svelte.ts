import { untrack } from 'svelte'

/** What runs now and must not be cut off by an update: an import, an export, a pairing. */
class Work {
  #running = $state(0)
  readonly isUnderWay = $derived(this.#running > 0)

  /** @returns what ends it; to be called once */
  begin(): () => void {
    this.#running++
    return () => untrack(() => void this.#running--)
  }

  async during<T>(act: Promise<T>): Promise<T> {
    const end = this.begin()
    try {
      return await act
    } finally {
      end()
    }
  }
}

export const work = new Work()

/** For a screen in the middle of something: an update waits as long as `isUnderWay` says. To be called while it is set up. */
export function holdUpdateWhile(isUnderWay: () => boolean): void {
  $effect(() => (isUnderWay() ? untrack(() => work.begin()) : undefined))
}
