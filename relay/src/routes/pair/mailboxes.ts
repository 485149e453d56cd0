import { type Bytes, type Clock } from '@salus/base'
import { PAIR_TRIES_MAX, PAIR_TTL_MS, PAIR_WAIT_MS } from '@salus/wire'
import { ExpiringMap } from '../../expiring-map.ts'
import type { RelayLimits } from '../../limits.ts'
import type { Timer } from '../../timer.ts'

interface Mailbox {
  /** Null once read: a slot is written once and read once. */
  readonly slots: Map<number, Bytes | null>
  writesRefused: number
}

type Waiter = (message: Bytes | undefined) => void

/** `taken`: the slot was written before. `closed`: that was once too often. `full`: the relay has no room now. */
export type Written = 'written' | 'taken' | 'closed' | 'full'

/** Where two devices that pair leave messages for each other (S11). In memory: a mailbox lives five minutes. */
export class Mailboxes {
  readonly #boxes: ExpiringMap<Mailbox>
  readonly #waiters = new Map<string, Set<Waiter>>()
  readonly #timer: Timer
  readonly #limits: Pick<RelayLimits, 'mailboxesMax' | 'mailboxWaitersMax'>
  #waiting = 0

  constructor(clock: Clock, timer: Timer, limits: Pick<RelayLimits, 'mailboxesMax' | 'mailboxWaitersMax'>) {
    this.#boxes = new ExpiringMap(clock, PAIR_TTL_MS, limits.mailboxesMax)
    this.#timer = timer
    this.#limits = limits
  }

  write(rid: string, slot: number, message: Bytes): Written {
    const box = this.#boxes.get(rid) ?? this.#openBox(rid)
    if (box === undefined) return 'full'
    if (box.writesRefused >= PAIR_TRIES_MAX) return 'closed'
    if (box.slots.has(slot)) {
      box.writesRefused++
      if (box.writesRefused < PAIR_TRIES_MAX) return 'taken'
      // Somebody else writes here: nothing of it is worth reading any more. The box stays, shut, until it expires.
      box.slots.clear()
      return 'closed'
    }
    const [waiter] = this.#waiters.get(slotKey(rid, slot)) ?? []
    box.slots.set(slot, waiter === undefined ? message : null)
    waiter?.(message)
    return 'written'
  }

  /** The message, once. */
  take(rid: string, slot: number): Bytes | undefined {
    const box = this.#boxes.get(rid)
    const message = box?.slots.get(slot) ?? undefined
    if (message !== undefined) box?.slots.set(slot, null)
    return message
  }

  /** The message once it comes; undefined after PAIR_WAIT_MS, when the client has left, or when too many wait. */
  async takeOrWait(rid: string, slot: number, gone: AbortSignal | undefined): Promise<Bytes | undefined> {
    const message = this.take(rid, slot)
    if (message !== undefined || this.#waiting >= this.#limits.mailboxWaitersMax || gone?.aborted === true)
      return message
    return new Promise((resolve) => {
      const key = slotKey(rid, slot)
      const waiters = this.#waiters.get(key) ?? new Set()
      const settle: Waiter = (found) => {
        if (!waiters.delete(settle)) return
        if (waiters.size === 0) this.#waiters.delete(key)
        this.#waiting--
        cancelTimer()
        gone?.removeEventListener('abort', leave)
        resolve(found)
      }
      const leave = (): void => settle(undefined)
      const cancelTimer = this.#timer.after(PAIR_WAIT_MS, leave)
      gone?.addEventListener('abort', leave)
      waiters.add(settle)
      this.#waiters.set(key, waiters)
      this.#waiting++
    })
  }

  /** Reads that wait now. */
  get waiting(): number {
    return this.#waiting
  }

  /** Answers all who wait: the relay stops. */
  endAll(): void {
    for (const waiters of [...this.#waiters.values()]) for (const waiter of [...waiters]) waiter(undefined)
  }

  #openBox(rid: string): Mailbox | undefined {
    // A new box never displaces one that is in use.
    if (this.#boxes.size >= this.#limits.mailboxesMax) return undefined
    const box: Mailbox = { slots: new Map(), writesRefused: 0 }
    this.#boxes.set(rid, box)
    return box
  }
}

const slotKey = (rid: string, slot: number): string => `${rid} ${slot}`
