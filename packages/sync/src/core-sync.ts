import { type Result, err, ok } from '@salus/base'
import type { StoreFailed } from '@salus/store'
import type { CoreState, Heads } from '@salus/wire'
import type { Alarm } from './alarm.ts'
import type { CoreTriple, Transport, TransportError } from './transport.ts'

/** What the vault lends to the core log's sync: the rules and the keys stay behind these. */
export interface CoreHooks {
  readonly state: () => CoreState
  /** Checks entries from a state on; from nothing when it is undefined. */
  readonly check: (
    triples: readonly CoreTriple[],
    from: CoreState | undefined,
  ) => Result<CoreState, { readonly type: string; readonly rule?: string }>
  /** Stores checked entries and opens the keys in them. `isWhole`: they replace the log that is here. */
  readonly adopt: (
    triples: readonly CoreTriple[],
    state: CoreState,
    isWhole: boolean,
  ) => Promise<Result<void, StoreFailed | { readonly type: 'ForgedWrap' } | { readonly type: 'HeadMoved' }>>
}

/**
 * `alarm`: the core is not taken and nothing may be pushed (S20). `update`: it holds a later version's entry (V7).
 * `moved`: another tab has stored entries first, which this one has yet to read.
 */
export type CoreOutcome =
  | { readonly type: 'inStep' | 'update' | 'moved' }
  | { readonly type: 'alarm'; readonly alarm: Alarm }
  | { readonly type: 'failed'; readonly error: TransportError | StoreFailed }

type MakeAlarm = (type: Alarm['type'], detail: string, entries?: number) => CoreOutcome

/**
 * Core before data (S16): brings the core log to the relay's head, or says why not.
 * @param shownSeq the core's seq before `heads` was asked for; an entry of this device's may have been added since
 */
export async function pullCore(
  hooks: CoreHooks,
  transport: Transport,
  heads: Heads,
  shownSeq: number,
  atMs: Alarm['atMs'],
): Promise<CoreOutcome> {
  const alarm: MakeAlarm = (type, detail, entries) => ({
    type: 'alarm',
    alarm: { type, atMs, stream: null, device: null, seq: null, detail, ...(entries === undefined ? {} : { entries }) },
  })
  const mine = hooks.state()
  if (heads.core.seq < mine.seq) {
    if (mine.seqOfHash.get(heads.core.hash) !== heads.core.seq) return chooseBranch(hooks, transport, alarm)
    return heads.core.seq < shownSeq ? alarm('Rollback', 'CoreRollback', shownSeq - heads.core.seq) : { type: 'inStep' }
  }
  if (heads.core.seq === mine.seq)
    return heads.core.hash === mine.head ? { type: 'inStep' } : chooseBranch(hooks, transport, alarm)
  const fetched = await transport.core(mine.seq + 1)
  if (!fetched.ok) return { type: 'failed', error: fetched.error }
  const checked = hooks.check(fetched.value, mine)
  if (checked.ok && checked.value !== mine) return adopt(hooks, fetched.value, checked.value, false, alarm)
  if (checked.ok) return alarm('Omission', 'CoreWithheld')
  if (checked.error.type === 'UnknownEntry') return { type: 'update' }
  // An entry that does not continue my head may be another branch, which only the kit's word can make mine (S20).
  return chooseBranch(hooks, transport, alarm)
}

async function chooseBranch(hooks: CoreHooks, transport: Transport, alarm: MakeAlarm): Promise<CoreOutcome> {
  const mine = hooks.state()
  const fetched = await transport.core(0)
  if (!fetched.ok) return { type: 'failed', error: fetched.error }
  const checked = hooks.check(fetched.value, undefined)
  if (!checked.ok)
    return checked.error.type === 'UnknownEntry'
      ? { type: 'update' }
      : alarm('Forged', checked.error.rule ?? checked.error.type)
  if (checked.value.vault !== mine.vault) return alarm('Forged', 'ForeignVault')
  if (!checked.value.healed.has(mine.head)) return alarm('Fork', 'CoreFork')
  return adopt(hooks, fetched.value, checked.value, true, alarm)
}

async function adopt(
  hooks: CoreHooks,
  triples: readonly CoreTriple[],
  state: CoreState,
  isWhole: boolean,
  alarm: MakeAlarm,
): Promise<CoreOutcome> {
  const adopted = await hooks.adopt(triples, state, isWhole)
  if (adopted.ok) return { type: 'inStep' }
  if (adopted.error.type === 'HeadMoved') return { type: 'moved' }
  return adopted.error.type === 'ForgedWrap' ? alarm('Forged', 'ForgedWrap') : { type: 'failed', error: adopted.error }
}

/** Gives a relay back the core entries that it lost (S19). */
export async function restoreCore(
  triples: readonly (CoreTriple & { readonly prevHash: CoreState['head'] })[],
  transport: Transport,
): Promise<Result<void, TransportError>> {
  for (const triple of triples) {
    const given = await transport.appendCore(triple.prevHash, triple)
    if (!given.ok && given.error.type !== 'HeadMoved') return err(given.error)
  }
  return ok()
}
