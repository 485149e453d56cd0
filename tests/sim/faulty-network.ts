import { type Result, err } from '@salus/base'
import type { Transport, TransportError } from '@salus/sync'
import type { Dice } from './dice.ts'
import type { Life, Scheduler } from './scheduler.ts'

const UNREACHABLE: { readonly ok: false; readonly error: TransportError } = err({ type: 'Unreachable' })

/** What the network between the devices and the relay does to messages. */
export class FaultyNetwork {
  readonly #dice: Dice
  readonly #scheduler: Scheduler
  /** Requests that their senders have given up and that are still under way. */
  #late: (() => Promise<unknown>)[] = []
  isSound = false

  constructor(dice: Dice, scheduler: Scheduler) {
    this.#dice = dice
    this.#scheduler = scheduler
  }

  /** Delivers one request that was given up, in any order; false when there is none. */
  async deliverLate(): Promise<boolean> {
    const index = this.#dice.below(Math.max(1, this.#late.length))
    const [request] = this.#late.splice(index, 1)
    await request?.()
    return request !== undefined
  }

  /** @param isOnline whether the device has a network now */
  between(transport: Transport, life: Life, isOnline: () => boolean): Transport {
    const send = async <T, E>(request: () => Promise<Result<T, E>>): Promise<Result<T, E | TransportError>> => {
      await this.#scheduler.gate(life)
      if (this.isSound) return request()
      if (!isOnline() || this.#dice.chance(4)) return UNREACHABLE
      if (this.#dice.chance(3)) {
        this.#late.push(request)
        return UNREACHABLE
      }
      const answer = await request()
      if (this.#dice.chance(4)) await request()
      await this.#scheduler.gate(life)
      return this.#dice.chance(4) ? UNREACHABLE : answer
    }
    return {
      heads: () => send(() => transport.heads()),
      core: (fromSeq) => send(() => transport.core(fromSeq)),
      appendCore: (prevHash, triple) => send(() => transport.appendCore(prevHash, triple)),
      batches: (cursor, bytesMax) => send(() => transport.batches(cursor, bytesMax)),
      chain: (stream, device, fromSeq) => send(() => transport.chain(stream, device, fromSeq)),
      push: (stream, batches) => send(() => transport.push(stream, batches)),
      events: (onPoke, signal) => transport.events(onPoke, signal),
    }
  }
}
