import type { BatchRow, Store } from '@salus/store'
import type { Poke, Replica, SyncOutcome, SyncSession, Transport } from '@salus/sync'
import type { EnginePlatform, LinkStatus } from './platform.ts'

/** Between two tries after a failure: doubles up to the maximum. */
const PAUSE_MS_MIN = 1_000
const PAUSE_MS_MAX = 60_000
/** Even without a poke all heads are compared this often. */
const FULL_MS = 300_000

export interface SyncLoopDeps {
  readonly platform: EnginePlatform
  readonly session: SyncSession
  readonly transport: Transport
  readonly replica: Replica
  readonly store: Store
  readonly onStatus: (status: LinkStatus) => void
  /** Rows were written or acknowledged. */
  readonly onRows: () => void
  /** Ends the loop; session and transport end by it too. */
  readonly stopping: AbortController
}

/** Keeps one device in step while it holds the lock: a full sync, then pulls when poked and pushes when told (S23). */
export class SyncLoop {
  readonly #deps: SyncLoopDeps
  #wake = new AbortController()
  #inStepMs: number | null = null
  #isLeader = false
  #running: Promise<void> = Promise.resolve()
  #pauseMs = PAUSE_MS_MIN
  #state: LinkStatus['state'] = 'offline'

  constructor(deps: SyncLoopDeps) {
    this.#deps = deps
  }

  get isLeader(): boolean {
    return this.#isLeader
  }

  start(lockName: string): void {
    this.#running = this.#deps.platform.holdLock(lockName, this.#deps.stopping.signal, async () => {
      this.#isLeader = true
      while (!this.#deps.stopping.signal.aborted) await this.#round()
      this.#isLeader = false
    })
  }

  /** Resolves when the loop has ended and nothing of it touches the store any more. */
  async stop(): Promise<void> {
    this.#deps.stopping.abort()
    this.#wake.abort()
    await this.#running
    await this.#deps.session.idle()
  }

  /** The network is back, or the owner asks: don't wait for the pause to end. */
  wake(): void {
    this.#pauseMs = PAUSE_MS_MIN
    this.#wake.abort()
  }

  /** Everything once, now. */
  async full(): Promise<SyncOutcome> {
    this.#tell('syncing', null)
    const outcome = await this.#deps.session.full()
    this.#settle(outcome)
    return outcome
  }

  /** Whether what is written now leaves at once: the relay has answered last, and nothing forbids to send. */
  get isSending(): boolean {
    const isUp = this.#isLeader && this.#state === 'inStep' && !this.#deps.stopping.signal.aborted
    return isUp && this.#deps.session.mayOffer
  }

  /**
   * A command has written: send it. Failing that, the next full sync will.
   * @param written what was stored as offered
   */
  async push(written: readonly BatchRow[] = []): Promise<void> {
    if (this.#isLeader) this.#settle(await this.#deps.session.push(written))
  }

  async #round(): Promise<void> {
    this.#wake = new AbortController()
    const outcome = await this.full()
    if (outcome.type === 'inStep' || outcome.type === 'update') {
      this.#pauseMs = PAUSE_MS_MIN
      await this.#listen()
    } else if (!this.#deps.stopping.signal.aborted) {
      await this.#deps.platform.pause(this.#pauseMs, this.#wake.signal)
      this.#pauseMs = Math.min(2 * this.#pauseMs, PAUSE_MS_MAX)
    }
  }

  /** Until the stream ends, somebody wakes the loop, or it is time to compare all heads again. */
  async #listen(): Promise<void> {
    const { platform, transport } = this.#deps
    const listening = new AbortController()
    const end = (): void => {
      listening.abort()
    }
    this.#wake.signal.addEventListener('abort', end)
    // It ends with the listening, however that ends: a timer left behind keeps a command line from ending.
    void platform.pause(FULL_MS, listening.signal).then(end)
    const ended = await transport.events((poke) => void this.#onPoke(poke, end), listening.signal)
    end()
    if (!ended.ok && !this.#deps.stopping.signal.aborted) {
      this.#settle({ type: 'failed', error: ended.error })
      await platform.pause(PAUSE_MS_MIN, this.#wake.signal)
    }
  }

  async #onPoke(poke: Poke, endRound: () => void): Promise<void> {
    if (poke === 'open') {
      // What another device sent between the last full sync and this moment was poked to nobody here.
      this.#settle(await this.#deps.session.full())
      return
    }
    if (poke === 'core') {
      endRound()
      return
    }
    const outcome = await this.#deps.session.pull()
    if (outcome.type === 'behind') endRound()
    else this.#settle(outcome)
  }

  #settle(outcome: SyncOutcome): void {
    this.#deps.onRows()
    switch (outcome.type) {
      case 'inStep':
        this.#inStepMs = this.#deps.platform.clock.nowMs()
        this.#tell('inStep', null)
        break
      case 'update':
      case 'halted':
      case 'retired':
        this.#tell(outcome.type, null)
        break
      case 'behind':
        break
      case 'failed':
        this.#tellFailure(outcome.error)
        break
    }
  }

  #tellFailure(error: Extract<SyncOutcome, { type: 'failed' }>['error']): void {
    switch (error.type) {
      case 'Unreachable':
        this.#tell('offline', null)
        break
      case 'Refused':
        // A token is refused for an unknown vault, an unknown device or a wrong signature, alike (S2).
        this.#tell(error.status === 401 ? 'removed' : 'refused', error.name)
        break
      case 'BadAnswer':
        this.#tell('refused', 'BadAnswer')
        break
      case 'StoreFailed':
        this.#tell('refused', `Store${error.reason}`)
        break
    }
  }

  #tell(state: LinkStatus['state'], refusal: string | null): void {
    this.#state = state
    if (!this.#deps.stopping.signal.aborted) this.#deps.onStatus({ state, inStepMs: this.#inStepMs, refusal })
  }
}
