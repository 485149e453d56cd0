import type { Dice } from './dice.ts'

/** One run of a device's program, from its start to a crash. What waits in it when it dies never goes on. */
export interface Life {
  isDead: boolean
}

interface Parked {
  readonly life: Life
  readonly goOn: () => void
}

/**
 * Decides which task goes on, at each place where a real device waits for its disk or the network. Between two of those
 * a task runs alone, so a seed gives the same run again.
 */
export class Scheduler {
  readonly #dice: Dice
  /** Tasks of one device never wait for each other: then cryptography off this thread changes nothing. */
  readonly #isSequential: boolean
  #parked: Parked[] = []
  #running = 0
  #onPause: (() => void) | undefined
  /** Nobody is held up any more: the run comes to its end. */
  isOpen = false

  constructor(dice: Dice, isSequential: boolean) {
    this.#dice = dice
    this.#isSequential = isSequential
  }

  /** Where a task waits until it is chosen. */
  gate(life: Life): Promise<void> {
    if (life.isDead) return new Promise(() => undefined)
    if (this.isOpen) return Promise.resolve()
    return new Promise((resolve) => {
      this.#parked.push({
        life,
        goOn: () => {
          this.#running++
          resolve()
        },
      })
      this.#pause()
    })
  }

  /** Runs a task beside the others. Its failure is the simulation's. */
  start(task: () => Promise<void>, onFailure: (failure: unknown) => void): void {
    this.#running++
    task().then(
      () => {
        this.#pause()
      },
      (failure: unknown) => {
        onFailure(failure)
        this.#pause()
      },
    )
  }

  /** Resolves when every task waits at a gate, for another, or has ended. */
  async settle(): Promise<void> {
    if (!this.#isSequential) {
      // Nothing but gates leaves the queue of microtasks: when it is empty, all wait.
      await new Promise((resolve) => setImmediate(resolve))
      return
    }
    while (this.#running > 0) {
      await new Promise<void>((resolve) => {
        this.#onPause = resolve
      })
    }
  }

  /** Lets one waiting task go on; false when none waits. */
  release(): boolean {
    this.#parked = this.#parked.filter(({ life }) => !life.isDead)
    const index = this.#dice.below(Math.max(1, this.#parked.length))
    const [chosen] = this.#parked.splice(index, 1)
    chosen?.goOn()
    return chosen !== undefined
  }

  #pause(): void {
    this.#running--
    this.#onPause?.()
  }
}
