import { type Bytes, type EpochMs, type Json, type Result, bytesToUtf8, canonicalJson, err, isArray, ok, parseCanonicalJson, utf8ToBytes } from '@salus/base'
import type { Store, StoreFailed } from '@salus/store'
import { type ChainAt, type Heads, isCursor, parseDeviceId, parseHash, parseStreamId } from '@salus/wire'
import { type Alarm, alarmRow } from './alarm.ts'
import { type CoreHooks, pullCore, restoreCore } from './core-sync.ts'
import { Exclusive } from './exclusive.ts'
import { pushChain, pushOutbox } from './push.ts'
import { receive } from './receive.ts'
import { type Replica, chainKey } from './replica.ts'
import type { Transport, TransportError } from './transport.ts'

export interface SessionDeps {
  readonly store: Store
  readonly transport: Transport
  readonly replica: Replica
  readonly core: CoreHooks
  /** Triples of the stored core log from a seq on, for a relay that lost them. */
  readonly storedCore: (fromSeq: number) => Promise<readonly (Parameters<typeof restoreCore>[0][number])[]>
  readonly nowMs: () => EpochMs
  readonly onProgress?: (stored: number) => void
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
  readonly chains: readonly (Pick<ChainAt, 'stream' | 'device'> & { readonly seq: number })[]
}

const CURSOR = 'cursor'
const DEMANDED = 'demanded'
/** Pages in one pull; each makes progress or ends it. */
const PULL_PAGES_MAX = 1_000_000
/** Times that a pull goes back to the core log because a batch names an entry that is not here yet. */
const CORE_RETRIES_MAX = 3

/** One device in step with one relay. */
export class SyncSession {
  readonly #deps: SessionDeps
  readonly #exclusive = new Exclusive()

  constructor(deps: SessionDeps) {
    this.#deps = deps
  }

  /** Everything of section 3: core, pull, compare with the relay's heads, push. */
  full(): Promise<SyncOutcome> {
    return this.#run(async () => {
      const shown = await this.#shownSoFar()
      const heads = await this.#deps.transport.heads()
      if (!heads.ok) return { type: 'failed', error: heads.error }
      const core = await this.#syncCore(heads.value, shown.coreSeq)
      if (core.type !== 'inStep') return core
      const pulled = await this.#pull()
      if (!pulled.ok) return { type: 'failed', error: pulled.error }
      const compared = await this.#compare(heads.value, shown)
      if (compared.type !== 'inStep') return compared
      return this.#push()
    })
  }

  /** After a poke: what is new by the cursor, without asking for all heads. */
  pull(): Promise<SyncOutcome> {
    return this.#run(async () => {
      const pulled = await this.#pull()
      if (!pulled.ok) return { type: 'failed', error: pulled.error }
      if (pulled.value === 'holed') return { type: 'behind' }
      return { type: this.#deps.replica.needsUpdate ? 'update' : 'inStep' }
    })
  }

  /** After a command: what waits in the outbox. */
  push(): Promise<SyncOutcome> {
    return this.#run(() => this.#push())
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#exclusive.run(() => Promise.resolve())
  }

  /** Demands at least this much from the relay (S26): kept until it has been seen. */
  static demand(frontier: readonly ChainAt[]): Readonly<Record<string, Bytes>> {
    return { [DEMANDED]: utf8ToBytes(canonicalJson(frontier.map((chain): Json => [chain.stream, chain.device, chain.seq, chain.hash]))) }
  }

  #run(task: () => Promise<SyncOutcome>): Promise<SyncOutcome> {
    return this.#exclusive.run(async () => (this.#deps.signal?.aborted === true ? { type: 'failed', error: { type: 'Unreachable' } } : task()))
  }

  /** What the relay has shown or acknowledged by now: later heads may not fall behind it (S18, Rollback). */
  async #shownSoFar(): Promise<Shown> {
    const { store, replica, core } = this.#deps
    const firstWaiting = new Map<string, number>()
    for (const row of await store.outbox()) {
      const key = chainKey(row)
      firstWaiting.set(key, Math.min(firstWaiting.get(key) ?? row.seq, row.seq))
    }
    const chains = replica.tips().map((tip) => ({ ...tip, seq: (firstWaiting.get(chainKey(tip)) ?? tip.seq + 1) - 1 }))
    return { coreSeq: core.state().seq, chains }
  }

  async #syncCore(heads: Heads, shownSeq: number): Promise<SyncOutcome> {
    const outcome = await pullCore(this.#deps.core, this.#deps.transport, heads, shownSeq, this.#deps.nowMs())
    switch (outcome.type) {
      case 'inStep':
      case 'update':
        return { type: outcome.type }
      case 'failed':
        return outcome
      case 'alarm': {
        await this.#raise([outcome.alarm])
        if (outcome.alarm.type !== 'Rollback') return { type: 'halted' }
        const given = await restoreCore(await this.#deps.storedCore(heads.core.seq + 1), this.#deps.transport)
        return given.ok ? { type: 'inStep' } : { type: 'failed', error: given.error }
      }
    }
  }

  /** `holed`: a chain's next batch did not come by the cursor; comparing heads asks for it by name. */
  async #pull(): Promise<Result<'whole' | 'holed', TransportError | StoreFailed>> {
    const { store, transport, replica } = this.#deps
    let coreRetries = 0
    let hasGap = false
    for (let pages = 0; pages < PULL_PAGES_MAX; pages++) {
      const page = await transport.batches(await this.#cursor())
      if (!page.ok) return page
      if (page.value.batches.length === 0 && !page.value.hasMore) break
      const received = await receive(replica, page.value.batches, { [CURSOR]: utf8ToBytes(page.value.cursor) })
      if (received.failure !== undefined) return err(received.failure)
      await this.#raise(received.alarms)
      hasGap ||= received.hasGap
      this.#deps.onProgress?.(received.stored)
      if (received.needsCore && coreRetries < CORE_RETRIES_MAX) {
        coreRetries++
        hasGap = true
        const shownSeq = this.#deps.core.state().seq
        const heads = await transport.heads()
        if (!heads.ok) return heads
        const core = await this.#syncCore(heads.value, shownSeq)
        if (core.type === 'failed') return err(core.error)
        // What was refused for want of the entry comes again from the start; what is held already is skipped.
        const rewound = await store.write({ meta: { [CURSOR]: undefined } })
        if (!rewound.ok && rewound.error.type === 'StoreFailed') return err(rewound.error)
        continue
      }
      if (!page.value.hasMore) break
    }
    return ok(hasGap ? 'holed' : 'whole')
  }

  /** The relay's heads against the frontier (S18): lower, other, beyond a hole, or less than was demanded. */
  async #compare(heads: Heads, shown: Shown): Promise<SyncOutcome> {
    const { replica, store } = this.#deps
    const atRelay = new Map(heads.chains.map((chain) => [chainKey(chain), chain]))
    for (const chain of heads.chains) {
      const outcome = await this.#fill(chain)
      if (outcome.type !== 'inStep') return outcome
    }
    for (const chain of shown.chains) {
      const now = atRelay.get(chainKey(chain))?.seq ?? 0
      if (now >= chain.seq) continue
      await this.#raise([this.#alarm('Rollback', chain, now, 'ChainRollback')])
      const given = await pushChain(store, this.#deps.transport, chain, now + 1, chain.seq, () => Promise.resolve(ok()))
      if (!given.ok) return { type: 'failed', error: given.error }
    }
    await this.#raise(await this.#omissions())
    return replica.needsUpdate ? { type: 'update' } : { type: 'inStep' }
  }

  /** Asks by name for what a chain lacks. */
  async #fill(chain: ChainAt): Promise<SyncOutcome> {
    const { replica, transport } = this.#deps
    const mine = replica.tip(chain)
    if (mine !== undefined && chain.seq <= mine.seq) {
      const known = chain.seq === mine.seq ? mine.hash : replica.stream(chain.stream).hashAt(chain.device, chain.seq)
      if (known !== undefined && known !== chain.hash) {
        await this.#raise([this.#alarm('Fork', chain, chain.seq, 'ChainFork')])
        if (chain.device === replica.deps.self) return { type: 'retired' }
      }
      return { type: 'inStep' }
    }
    if (this.#isCut(chain)) return { type: 'inStep' }
    for (let next = (mine?.seq ?? 0) + 1; next <= chain.seq; ) {
      const page = await transport.chain(chain.stream, chain.device, next)
      if (!page.ok) return { type: 'failed', error: page.error }
      const received = await receive(replica, page.value.batches)
      if (received.failure !== undefined) return { type: 'failed', error: received.failure }
      await this.#raise(received.alarms)
      const reached = (replica.tip(chain)?.seq ?? 0) + 1
      if (reached === next) {
        // A forged or forked batch explains itself; without one the relay holds the chain beyond a hole.
        if (received.alarms.length === 0 && !this.#isCut(chain)) await this.#raise([this.#alarm('Gap', chain, next, 'ChainGap')])
        break
      }
      next = reached
    }
    return chain.device === replica.deps.self ? { type: 'retired' } : { type: 'inStep' }
  }

  /** All of a removed device's chain that counts is here (V10). */
  #isCut(chain: ChainAt): boolean {
    const device = this.#deps.core.state().devices.get(chain.device)
    return device?.untilSeq !== undefined && (this.#deps.replica.tip(chain)?.seq ?? 0) >= (device.cuts?.get(chain.stream)?.seq ?? 0)
  }

  async #omissions(): Promise<Alarm[]> {
    const { replica, store, core } = this.#deps
    const alarms: Alarm[] = []
    for (const state of replica.streams.values()) {
      for (const missing of state.missingCauses(core.state())) alarms.push(this.#alarm('Omission', missing, missing.seq, 'CauseWithheld'))
    }
    const demanded = decodeDemanded(await store.meta(DEMANDED))
    const unmet = demanded.filter((chain) => (replica.tip(chain)?.seq ?? 0) < chain.seq)
    for (const chain of unmet) alarms.push(this.#alarm('Omission', chain, chain.seq, 'LessThanEnroller'))
    for (const chain of demanded) {
      const hash = replica.stream(chain.stream).hashAt(chain.device, chain.seq)
      if (hash !== undefined && hash !== chain.hash) alarms.push(this.#alarm('Fork', chain, chain.seq, 'OtherThanEnroller'))
    }
    if (demanded.length > 0 && alarms.length === 0) await store.write({ meta: { [DEMANDED]: undefined } })
    return alarms
  }

  async #push(): Promise<SyncOutcome> {
    const pushed = await pushOutbox(this.#deps.store, this.#deps.transport)
    if (pushed.ok) return { type: 'inStep' }
    return { type: 'failed', error: pushed.error }
  }

  async #cursor(): Promise<string | undefined> {
    const stored = await this.#deps.store.meta(CURSOR)
    const text = stored === undefined ? undefined : bytesToUtf8(stored)
    return text?.ok === true && isCursor(text.value) ? text.value : undefined
  }

  #alarm(type: Alarm['type'], chain: Pick<ChainAt, 'stream' | 'device'>, seq: number, detail: string): Alarm {
    return { type, atMs: this.#deps.nowMs(), stream: chain.stream, device: chain.device, seq, detail }
  }

  async #raise(alarms: readonly Alarm[]): Promise<void> {
    for (const alarm of alarms) await this.#deps.store.raise(alarmRow(alarm))
  }
}

function decodeDemanded(bytes: Bytes | undefined): ChainAt[] {
  const text = bytes === undefined ? undefined : bytesToUtf8(bytes)
  const json = text?.ok === true ? parseCanonicalJson(text.value) : undefined
  const rows: readonly Json[] = json?.ok === true && isArray(json.value) ? json.value : []
  return rows.flatMap((row) => {
    if (!isArray(row)) return []
    const stream = parseStreamId(row[0])
    const device = parseDeviceId(row[1])
    const hash = parseHash(row[3])
    const seq = row[2]
    return stream.ok && device.ok && hash.ok && typeof seq === 'number' ? [{ stream: stream.value, device: device.value, seq, hash: hash.value }] : []
  })
}
