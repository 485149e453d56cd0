import { type Bytes, utf8ToBytes } from '@salus/base'
import { type CoreState, type DeviceId, EVENTS_KEEPALIVE_MS, type StreamId, type VaultId } from '@salus/wire'
import { streamsOf } from '../../core-states.ts'
import type { RelayLimits } from '../../limits.ts'
import type { Timer } from '../../timer.ts'
import type { Session } from '../auth/tokens.ts'

/** What a listener hears (S10); nothing else ever. */
export type Poke = 'b' | 'c' | '.'

const POKES: Readonly<Record<Poke, Bytes>> = { b: utf8ToBytes('b'), c: utf8ToBytes('c'), '.': utf8ToBytes('.') }

/** One open stream. */
export interface Listener {
  /** What it has sent itself is no news to it. */
  readonly session: Session
  readonly vault: VaultId
  readonly signer: DeviceId
  streams: ReadonlySet<StreamId>
  /** False where it has fallen too far behind. */
  send(poke: Bytes): boolean
  /** Ends the stream for the client. */
  end(): void
}

type ListenerLimits = Pick<RelayLimits, 'listenersMax' | 'listenersPerVaultMax' | 'listenersPerSignerMax'>

/** Who is to be told of news, by vault. Bounded; who does not keep up, or is no longer a member, is let go. */
export class Listeners {
  readonly #byVault = new Map<VaultId, Set<Listener>>()
  readonly #limits: ListenerLimits
  readonly #timer: Timer
  #count = 0
  #stopTicking: (() => void) | undefined

  constructor(timer: Timer, limits: ListenerLimits) {
    this.#timer = timer
    this.#limits = limits
  }

  /** False where there are too many. The signer's own oldest makes room first. */
  add(listener: Listener): boolean {
    const others = this.#byVault.get(listener.vault) ?? new Set()
    const own = [...others].filter((other) => other.signer === listener.signer)
    const [oldest] = own
    if (oldest !== undefined && own.length >= this.#limits.listenersPerSignerMax) this.#drop(oldest)
    if (this.#count >= this.#limits.listenersMax || others.size >= this.#limits.listenersPerVaultMax) return false
    others.add(listener)
    this.#byVault.set(listener.vault, others)
    this.#count++
    this.#tick()
    return true
  }

  remove(listener: Listener): void {
    const listeners = this.#byVault.get(listener.vault)
    if (listeners === undefined || !listeners.delete(listener)) return
    this.#count--
    if (listeners.size === 0) this.#byVault.delete(listener.vault)
    if (this.#count === 0) {
      this.#stopTicking?.()
      this.#stopTicking = undefined
    }
  }

  /** New batches: pokes those who hold their stream, but for the session that has sent them (S10). */
  batchesCame(vault: VaultId, stream: StreamId, from: Session): void {
    for (const listener of this.#of(vault))
      if (listener.session !== from && listener.streams.has(stream)) this.#poke(listener, 'b')
  }

  /** A core entry: pokes all who are still active, and ends the streams of those who are not. */
  coreMoved(core: CoreState): void {
    for (const listener of this.#of(core.vault)) {
      const streams = streamsOf(core, listener.signer)
      if (streams === undefined) {
        this.#drop(listener)
      } else {
        listener.streams = streams
        this.#poke(listener, 'c')
      }
    }
  }

  /** Ends all streams: the relay stops. */
  endAll(): void {
    for (const listeners of [...this.#byVault.values()]) for (const listener of [...listeners]) this.#drop(listener)
  }

  get count(): number {
    return this.#count
  }

  #of(vault: VaultId): Listener[] {
    return [...(this.#byVault.get(vault) ?? [])]
  }

  #poke(listener: Listener, poke: Poke): void {
    if (!listener.send(POKES[poke])) this.#drop(listener)
  }

  #drop(listener: Listener): void {
    this.remove(listener)
    listener.end()
  }

  /** One timer for all: thousands of streams would else need a timer each. */
  #tick(): void {
    if (this.#stopTicking !== undefined) return
    this.#stopTicking = this.#timer.after(EVENTS_KEEPALIVE_MS, () => {
      this.#stopTicking = undefined
      for (const listeners of [...this.#byVault.values()])
        for (const listener of [...listeners]) this.#poke(listener, '.')
      if (this.#count > 0) this.#tick()
    })
  }
}
