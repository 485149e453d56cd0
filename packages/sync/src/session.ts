import { type Bytes, type EpochMs, type Result, bytesToUtf8, err, ok, present, utf8ToBytes } from '@salus/base'
import type { BatchRow, Store, StoreFailed } from '@salus/store'
import { type ChainAt, type Heads, isCursor } from '@salus/wire'
import { type Alarm, alarmRow } from './alarm.ts'
import { type CoreHooks, type CoreOutcome, pullCore, restoreCore } from './core-sync.ts'
import { DEMANDED, decodeDemanded, encodeDemanded } from './demanded.ts'
import { Exclusive } from './exclusive.ts'
import { FindingLog } from './findings.ts'
import { relayFrontier } from './frontier.ts'
import { passedCursor } from './passed-cursor.ts'
import { type Acknowledged, firstRequest, pushChain, pushOutbox } from './push.ts'
import { type Received, receive, retiredName } from './receive.ts'
import { type Replica, chainKey } from './replica.ts'
import { sealUnofferedAnew } from './seal-anew.ts'
import { cutSeqOf, setAsideBeyondCuts } from './set-aside.ts'
import type { Transport, TransportError } from './transport.ts'

/** How far a pull has come, in batches. `of` is the relay's word, and at least what was read. */
export interface PullProgress {
  readonly read: number
  readonly of: number
}

export interface SessionDeps {
  readonly store: Store
  readonly transport: Transport
  readonly replica: Replica
  readonly core: CoreHooks
  /** Triples of the stored core log from a seq on, for a relay that lost them. */
  readonly storedCore: (fromSeq: number) => Promise<readonly Parameters<typeof restoreCore>[0][number][]>
  readonly nowMs: () => EpochMs
  /** After each page that was stored. */
  readonly onProgress?: (progress: PullProgress) => void
  /** Once aborted nothing is begun any more; what is under way ends with its transport's next failure. */
  readonly signal?: AbortSignal
}

/**
 * `halted`: the core is forked or forged; nothing is pushed (S20). `update`: a later version's entry or verb.
 * `behind`: a pull by cursor met a hole; only {@link SyncSession.full} can fill it.
 * `retired`: this device's own chain is longer or other on the relay than here (S22).
 */
export type SyncOutcome =
  | { readonly type: 'inStep' | 'halted' | 'update' | 'retired' | 'behind' }
  | { readonly type: 'failed'; readonly error: TransportError | StoreFailed }

interface Shown {
  readonly coreSeq: number
  readonly chains: readonly ChainAt[]
}

const CURSOR = 'cursor'
/** Says nothing; writing it flushes what was written before. */
const FLUSHED = 'flushed'
/** The relay's head of a chain is not where these batches begin (S6). */
const STATUS_CHAIN_BROKEN = 409
/** Pages in one pull; each makes progress or ends it. */
const PULL_PAGES_MAX = 1_000_000
/** Bytes of a pull's first page: few, so that the first records are there soon. Each page may be twice as long as the last. */
export const PULL_PAGE_BYTES_FIRST = 256 * 1024
/** Bytes of a pull's longest page: two of them are in memory, one read and one on its way. */
export const PULL_PAGE_BYTES_MAX = 2 * 1024 * 1024
/** Times that a pull goes back to the core log because a batch names an entry that is not here yet. */
const CORE_RETRIES_MAX = 3

/** One device in step with one relay. */
export class SyncSession {
  readonly #deps: SessionDeps
  readonly #exclusive = new Exclusive()
  readonly #findings: FindingLog
  /** How the core log stood when it was last compared; undefined before. */
  #core: 'inStep' | 'halted' | 'update' | undefined
  /** As they stand in the store; unread at first, and after every full sync anew, for another tab may have led meanwhile. */
  #kept: { cursor: string | undefined; isRetired: boolean } | undefined
  /** Written as offered, and not sent yet. */
  #leaving: BatchRow[] = []
  /** All that waited when it was last looked is acknowledged. */
  #isDrained = false
  /** Counts what may have left something in the outbox that is not offered. */
  #unoffered = 0
  /** That count when a look began that has offered all. */
  #offeredUpTo = -1
  /** The newest batch of each chain that this session has brought to the relay. */
  readonly #durable = new Map<string, number>()
  /** Something that was pulled has not been flushed to the disk yet. */
  #owesFlush = false

  constructor(deps: SessionDeps) {
    this.#deps = deps
    this.#findings = new FindingLog(deps.store, deps.nowMs)
  }

  /** Everything of section 3: core, pull, compare with the relay's heads, push. */
  full(): Promise<SyncOutcome> {
    return this.#run(() => this.#full())
  }

  /** After a poke: what is new by the cursor, without asking for all heads. */
  pull(): Promise<SyncOutcome> {
    return this.#run(async () => {
      const pulled = await this.#pull()
      const outcome = pulled.type === 'inStep' ? { type: await this.#standing() } : pulled
      return this.#flush(outcome)
    })
  }

  /**
   * After a command: what waits in the outbox. The first in a session looks at the core log before (S16).
   * @param written what the command has stored as offered: it need not be read again
   */
  push(written: readonly BatchRow[] = []): Promise<SyncOutcome> {
    this.#leaving.push(...written)
    if (written.length === 0) this.#unoffered++
    return this.#run(() => (this.#core === undefined ? this.#full() : this.#push()))
  }

  /**
   * Whether what a command writes now may be marked as offered by the write itself: all before it is offered. A batch that
   * is not stays free to be sealed anew, and none that is offered may name it (S21).
   */
  get mayOffer(): boolean {
    return this.#offeredUpTo === this.#unoffered
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#exclusive.run(() => Promise.resolve())
  }

  /** Demands at least this much from the relay (S26): kept until it has been seen. */
  static demand(frontier: readonly ChainAt[]): Readonly<Record<string, Bytes>> {
    return { [DEMANDED]: encodeDemanded(frontier) }
  }

  async #full(): Promise<SyncOutcome> {
    this.#findings.begin()
    this.#kept = undefined
    const shown = await this.#shownSoFar()
    const heads = await this.#deps.transport.heads()
    if (!heads.ok) return { type: 'failed', error: heads.error }
    const core = await this.#syncCore(heads.value, shown.coreSeq)
    if (core.type !== 'inStep') return core
    const pulled = await this.#pull(this.#missing(heads.value))
    if (pulled.type !== 'inStep' && pulled.type !== 'behind') return this.#flush(pulled)
    const compared = await this.#compare(heads.value, shown)
    if (!compared.ok) return this.#flush({ type: 'failed', error: compared.error })
    await this.#findings.end()
    const flushed = await this.#flush({ type: 'inStep' })
    return flushed.type === 'inStep' ? this.#push() : flushed
  }

  /** What forbids this device to go on (S20, S22, V7); `inStep` when nothing does. */
  async #standing(): Promise<'inStep' | 'halted' | 'update' | 'retired'> {
    return this.#standingOf(this.#kept ?? (await this.#readKept()))
  }

  #standingOf({ isRetired }: { readonly isRetired: boolean }): 'inStep' | 'halted' | 'update' | 'retired' {
    if (this.#core === 'halted' || this.#core === 'update') return this.#core
    if (isRetired) return 'retired'
    return this.#deps.replica.needsUpdate ? 'update' : 'inStep'
  }

  #run(task: () => Promise<SyncOutcome>): Promise<SyncOutcome> {
    return this.#exclusive.run(async () =>
      this.#deps.signal?.aborted === true ? { type: 'failed', error: { type: 'Unreachable' } } : task(),
    )
  }

  /** Before heads are asked for: what they may not fall behind (S18, Rollback). */
  async #shownSoFar(): Promise<Shown> {
    const { store, replica, core } = this.#deps
    const coreSeq = core.state().seq
    return { coreSeq, chains: await relayFrontier(store, replica) }
  }

  async #syncCore(heads: Heads, shownSeq: number): Promise<SyncOutcome> {
    const { core, replica, transport } = this.#deps
    // An entry may have what waits set aside or sealed anew: the outbox is looked at before anything is sent.
    this.#isDrained = false
    this.#unoffered++
    let outcome: CoreOutcome = { type: 'moved' }
    for (let tries = 0; outcome.type === 'moved' && tries < CORE_RETRIES_MAX; tries++) {
      await replica.deps.refreshCore?.()
      outcome = await pullCore(core, transport, heads, shownSeq, this.#deps.nowMs())
    }
    if (outcome.type === 'failed') return outcome
    if (outcome.type === 'moved') return { type: 'behind' }
    if (outcome.type === 'alarm') await this.#raise([outcome.alarm])
    const isRolledBack = outcome.type === 'alarm' && outcome.alarm.type === 'Rollback'
    this.#core = outcome.type === 'alarm' ? (isRolledBack ? 'inStep' : 'halted') : outcome.type
    if (outcome.type === 'alarm' && isRolledBack) {
      const lost = await this.#deps.storedCore(heads.core.seq + 1)
      const given = await restoreCore(lost, transport)
      if (!given.ok) return { type: 'failed', error: given.error }
      await this.#findings.note(alarmRow(outcome.alarm).id, lost.length)
    }
    const settled = await replica.exclusive.run(async () => {
      const setAside = await setAsideBeyondCuts(replica)
      return setAside.ok && this.#core === 'inStep' ? sealUnofferedAnew(replica) : setAside
    })
    if (!settled.ok) return { type: 'failed', error: settled.error }
    replica.advance()
    return { type: this.#core }
  }

  /** `behind`: a chain's next batch did not come by the cursor; comparing heads asks for it by name. */
  async #pull(of = 0): Promise<SyncOutcome> {
    const { store, transport } = this.#deps
    let coreRetries = 0
    let hasGap = false
    let read = 0
    let bytesMax = PULL_PAGE_BYTES_FIRST
    let ahead: { readonly cursor: string; readonly page: ReturnType<Transport['batches']> } | undefined
    for (let pages = 0; pages < PULL_PAGES_MAX; pages++) {
      const { cursor } = this.#kept ?? (await this.#readKept())
      const asked = ahead !== undefined && ahead.cursor === cursor ? ahead.page : transport.batches(cursor, bytesMax)
      const page = await asked
      ahead = undefined
      if (!page.ok) return { type: 'failed', error: page.error }
      if (page.value.batches.length === 0 && !page.value.hasMore) break
      if (page.value.hasMore && page.value.cursor === cursor)
        return { type: 'failed', error: { type: 'BadAnswer', what: 'cursor' } }
      if (page.value.hasMore) {
        // The next page travels while this one is opened and stored.
        bytesMax = Math.min(2 * bytesMax, PULL_PAGE_BYTES_MAX)
        ahead = { cursor: page.value.cursor, page: transport.batches(page.value.cursor, bytesMax) }
        // It is awaited above, if this page is taken; a failure in the meantime must not count as unheard.
        ahead.page.catch(() => undefined)
      }
      const next = { [CURSOR]: utf8ToBytes(page.value.cursor) }
      const received = await this.#receive(page.value.batches, next)
      if (received.failure !== undefined) return { type: 'failed', error: received.failure }
      if (received.isKept && !received.needsCore) this.#passTo(page.value.cursor)
      hasGap ||= received.hasGap
      read += received.stored
      this.#deps.onProgress?.({ read, of: Math.max(of, read) })
      if (received.needsCore && coreRetries < CORE_RETRIES_MAX) {
        // The same page is asked for again: its cursor was not kept.
        coreRetries++
        const core = await this.#syncCoreAgain()
        if (core.type !== 'inStep') return core
        continue
      }
      if (received.needsCore) {
        hasGap = true
        const passed = await store.write({ meta: next })
        if (!passed.ok && passed.error.type === 'StoreFailed') return { type: 'failed', error: passed.error }
        this.#passTo(page.value.cursor)
      }
      if (!page.value.hasMore) break
    }
    return { type: hasGap ? 'behind' : 'inStep' }
  }

  /** Batches that the relay says it holds and this device does not. */
  #missing(heads: Heads): number {
    return heads.chains.reduce(
      (sum, chain) => sum + Math.max(0, chain.seq - (this.#deps.replica.tip(chain)?.seq ?? 0)),
      0,
    )
  }

  async #syncCoreAgain(): Promise<SyncOutcome> {
    const shownSeq = this.#deps.core.state().seq
    const heads = await this.#deps.transport.heads()
    return heads.ok ? this.#syncCore(heads.value, shownSeq) : { type: 'failed', error: heads.error }
  }

  /** The relay's heads against the frontier (S18): lower, other, beyond a hole, or less than was demanded. */
  async #compare(heads: Heads, shown: Shown): Promise<Result<void, TransportError | StoreFailed>> {
    for (const chain of heads.chains) {
      const filled = await this.#fill(chain)
      if (!filled.ok) return filled
    }
    const atRelay = new Map(heads.chains.map((chain) => [chainKey(chain), chain]))
    for (const chain of shown.chains) {
      const now = atRelay.get(chainKey(chain))?.seq ?? 0
      const seq = Math.min(chain.seq, cutSeqOf(this.#deps.core.state(), chain) ?? chain.seq)
      if (now >= seq) continue
      const alarm = this.#alarm('Rollback', chain, now, 'ChainRollback', seq - now)
      await this.#raise([alarm])
      const given = await pushChain(this.#deps.store, this.#deps.transport, chain, now + 1, seq, () =>
        Promise.resolve(ok()),
      )
      // A relay that refuses what it has lost has another branch of the chain; the alarm says so, the rest goes on.
      if (!given.ok && given.error.type !== 'Refused') return given
      if (given.ok) await this.#findings.note(alarmRow(alarm).id, seq - now)
    }
    await this.#raise(await this.#omissions())
    return ok()
  }

  /** Asks by name for what a chain lacks. */
  async #fill(chain: ChainAt): Promise<Result<void, TransportError | StoreFailed>> {
    const { replica, transport, core } = this.#deps
    // Heads are not signed: a word about nobody's chain proves nothing.
    if (!core.state().streams.has(chain.stream) || !core.state().devices.has(chain.device)) return ok()
    const isAhead = (): boolean => chain.seq > (replica.tip(chain)?.seq ?? 0)
    // What another tab wrote and sent may be news to this one.
    if (isAhead() && chain.device === replica.deps.self) await replica.exclusive.run(() => replica.refresh())
    if (!isAhead()) return this.#compareHash(chain)
    for (let next = (replica.tip(chain)?.seq ?? 0) + 1; next <= chain.seq && !this.#isCut(chain);) {
      const page = await transport.chain(chain.stream, chain.device, next)
      if (!page.ok) return page
      const received = await this.#receive(page.value.batches)
      if (received.failure !== undefined) return err(received.failure)
      const reached = (replica.tip(chain)?.seq ?? 0) + 1
      if (reached === next) {
        // A forged or forked batch explains itself; without one the relay holds the chain beyond a hole.
        if (received.alarms.length === 0 && !this.#isCut(chain))
          await this.#raise([this.#alarm('Gap', chain, next, 'ChainGap', chain.seq - next + 1)])
        break
      }
      next = reached
    }
    return ok()
  }

  /** The relay names another hash than this device holds: it is asked for the batch, whose signature says who forked. */
  async #compareHash(chain: ChainAt): Promise<Result<void, TransportError | StoreFailed>> {
    const { replica, transport } = this.#deps
    const tip = replica.tip(chain)
    const known = tip?.seq === chain.seq ? tip.hash : replica.stream(chain.stream).hashAt(chain.device, chain.seq)
    if (known === undefined || known === chain.hash) return ok()
    const page = await transport.chain(chain.stream, chain.device, chain.seq)
    if (!page.ok) return page
    const received = await this.#receive(page.value.batches.slice(0, 1))
    if (received.failure !== undefined) return err(received.failure)
    if (!received.alarms.some((alarm) => alarm.type === 'Fork')) {
      await this.#raise([{ ...this.#alarm('Fork', chain, chain.seq, 'HeadsFork'), device: null }])
    }
    return ok()
  }

  /** All of a removed device's chain that counts is here. */
  #isCut(chain: Pick<ChainAt, 'stream' | 'device'>): boolean {
    const cut = cutSeqOf(this.#deps.core.state(), chain)
    return cut !== undefined && (this.#deps.replica.tip(chain)?.seq ?? 0) >= cut
  }

  async #omissions(): Promise<Alarm[]> {
    const { replica, store, core } = this.#deps
    const alarms: Alarm[] = []
    for (const state of replica.streams.values()) {
      for (const missing of state.missingCauses(core.state())) alarms.push(this.#omission(missing, 'CauseWithheld'))
    }
    const demanded = decodeDemanded(await store.meta(DEMANDED))
    let isMet = true
    for (const chain of demanded) {
      const hash = replica.stream(chain.stream).hashAt(chain.device, chain.seq)
      if (hash === chain.hash || (hash === undefined && this.#isCut(chain))) continue
      isMet = false
      if (hash !== undefined) alarms.push(this.#alarm('Fork', chain, chain.seq, 'OtherThanEnroller'))
      else if ((replica.tip(chain)?.seq ?? 0) < chain.seq) alarms.push(this.#omission(chain, 'LessThanEnroller'))
    }
    if (demanded.length > 0 && isMet) await store.write({ meta: { [DEMANDED]: undefined } })
    return alarms
  }

  async #push(): Promise<SyncOutcome> {
    // What an earlier look at the outbox has found and sent is no first offer any more.
    const leaving = this.#leaving.splice(0).filter((row) => row.seq > (this.#durable.get(chainKey(row)) ?? 0))
    // Not awaited where it is known: the request goes out before the command's own screen is drawn anew.
    const standing = this.#kept === undefined ? await this.#standing() : this.#standingOf(this.#kept)
    if (standing !== 'inStep') return { type: standing }
    if (this.#isDrained && isOneRequest(leaving)) {
      const sent = await this.#send(leaving)
      if (sent !== undefined) return sent
    }
    const { store, transport } = this.#deps
    const unoffered = this.#unoffered
    const pushed = await pushOutbox(store, transport, (acknowledged, cursor) =>
      this.#onAcknowledged(acknowledged, cursor),
    )
    this.#isDrained = pushed.ok
    if (pushed.ok) this.#offeredUpTo = unoffered
    return pushed.ok ? { type: 'inStep' } : { type: 'failed', error: pushed.error }
  }

  /**
   * Sends what was just written, as it is in memory.
   * @returns undefined where something waits before it that this session has not seen: the outbox knows
   */
  async #send(leaving: readonly BatchRow[]): Promise<SyncOutcome | undefined> {
    const last = present(leaving.at(-1), 'something leaves')
    const { stream, device, seq } = last
    this.#isDrained = false
    const sent = await this.#deps.transport.push(
      stream,
      leaving.map((row) => row.bytes),
    )
    if (!sent.ok) {
      const isBroken = sent.error.type === 'Refused' && sent.error.status === STATUS_CHAIN_BROKEN
      return isBroken ? undefined : { type: 'failed', error: sent.error }
    }
    const meta = this.#onAcknowledged({ stream, device, seq, count: leaving.length, isFirstOffer: true }, sent.value)
    const acknowledged = await this.#deps.store.acknowledge([{ stream, device, seq }], meta)
    this.#isDrained = acknowledged.ok
    return acknowledged.ok ? { type: 'inStep' } : { type: 'failed', error: acknowledged.error }
  }

  /** First offers need not be pulled where nothing of others came between (S6): the cursor passes over them. */
  #onAcknowledged({ count, isFirstOffer, ...chain }: Acknowledged, cursor: string): Readonly<Record<string, Bytes>> {
    this.#durable.set(chainKey(chain), chain.seq)
    if (!isFirstOffer || !passedCursor(this.#kept?.cursor, cursor, count)) return {}
    this.#passTo(cursor)
    return { [CURSOR]: utf8ToBytes(cursor) }
  }

  #passTo(cursor: string): void {
    if (this.#kept !== undefined) this.#kept.cursor = cursor
  }

  async #receive(batches: readonly Bytes[], meta?: Readonly<Record<string, Bytes>>): Promise<Received> {
    const received = await receive(this.#deps.replica, batches, meta)
    if (received.isKept) this.#owesFlush = true
    if (received.isRetired && this.#kept !== undefined) this.#kept.isRetired = true
    if (received.failure === undefined) await this.#raise(received.alarms)
    return received
  }

  /** What was pulled is shown already; only what a power cut leaves in place is called in step. */
  async #flush(outcome: SyncOutcome): Promise<SyncOutcome> {
    if (!this.#owesFlush) return outcome
    const flushed = await this.#deps.store.write({ meta: { [FLUSHED]: new Uint8Array(1) } })
    this.#owesFlush = !flushed.ok
    return flushed.ok || flushed.error.type !== 'StoreFailed' ? outcome : { type: 'failed', error: flushed.error }
  }

  async #readKept(): Promise<{ cursor: string | undefined; isRetired: boolean }> {
    const { store, replica } = this.#deps
    const [stored, retired] = await Promise.all([store.meta(CURSOR), store.meta(retiredName(replica.deps.self))])
    const text = stored === undefined ? undefined : bytesToUtf8(stored)
    const cursor = text?.ok === true && isCursor(text.value) ? text.value : undefined
    this.#kept = { cursor, isRetired: retired !== undefined }
    return this.#kept
  }

  #omission(chain: Pick<ChainAt, 'stream' | 'device' | 'seq'>, detail: string): Alarm {
    return this.#alarm('Omission', chain, chain.seq, detail, chain.seq - (this.#deps.replica.tip(chain)?.seq ?? 0))
  }

  #alarm(
    type: Alarm['type'],
    chain: Pick<ChainAt, 'stream' | 'device'>,
    seq: number,
    detail: string,
    entries?: number,
  ): Alarm {
    const { stream, device } = chain
    const known = entries === undefined ? {} : { entries }
    return { type, atMs: this.#deps.nowMs(), stream, device, seq, detail, ...known }
  }

  async #raise(alarms: readonly Alarm[]): Promise<void> {
    for (const alarm of alarms) {
      const row = alarmRow(alarm)
      await this.#deps.store.raise(row)
      await this.#findings.note(row.id)
    }
  }
}

/** One chain's batches without a hole, few enough for one request. */
function isOneRequest(rows: readonly BatchRow[]): boolean {
  const [first] = rows
  const isOneChain = rows.every(
    (row, i) => row.stream === first?.stream && row.device === first.device && row.seq === first.seq + i,
  )
  return first !== undefined && isOneChain && firstRequest(rows).length === rows.length
}
