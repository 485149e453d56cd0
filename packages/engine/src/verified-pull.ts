import { type Result, err, ok } from '@salus/base'
import { type MemoryStore, createMemoryStore } from '@salus/store/memory'
import { ALARM_TYPES, type CoreTriple, type HttpTransport, Replica, SyncSession } from '@salus/sync'
import { type Device, type DeviceSecrets, type KeyHolder, type Keyring, gatherKeys, readCore } from '@salus/vault'
import type { CoreState, Cut, DeviceId } from '@salus/wire'
import type { RelayError } from './api.ts'
import { createBatchCrypto } from './batch-crypto.ts'
import { coreRows } from './core-keeper.ts'
import type { EnginePlatform } from './platform.ts'
import { relayError } from './relay-errors.ts'
import type { AlarmType } from './view-types.ts'

/** The core log as far as it has been checked, with the keys that its reader opens. */
export interface KnownCore {
  readonly core: CoreState
  readonly triples: readonly CoreTriple[]
  readonly keyring: Keyring
}

/** Whose wraps are opened, and for whom it is pulled: who signs what is sealed upon it. */
export interface PullsFor {
  readonly reader: KeyHolder
  readonly self: Pick<Device, 'id'> & { readonly secrets: Pick<DeviceSecrets, 's'> }
}

/** All that the relay holds, checked and merged, in memory. */
export interface Pulled {
  readonly known: KnownCore
  readonly store: MemoryStore
  readonly replica: Replica
}

export type NotSound = { readonly type: 'VaultNotSound'; readonly alarm: AlarmType }

/**
 * Pulls and verifies every batch into memory; an alarm ends it, for cuts made upon it would be the relay's word. A core log
 * that a device extends meanwhile is followed, by the rules of any device: it must continue what was read first.
 */
export async function pullVerified(
  platform: EnginePlatform,
  transport: HttpTransport,
  first: KnownCore,
  { reader, self }: PullsFor,
): Promise<Result<Pulled, NotSound | RelayError>> {
  let known = first
  const store = createMemoryStore()
  await store.write({ core: coreRows(first.triples, 0) })
  const replica = new Replica({
    store,
    clock: platform.clock,
    crypto: createBatchCrypto({ random: platform.random, keyring: () => known.keyring, signingSecret: self.secrets.s }),
    core: () => known.core,
    self: self.id,
    onChange: () => undefined,
  })
  const session = new SyncSession({
    store,
    transport,
    replica,
    core: {
      state: () => known.core,
      check: (triples, from) => {
        const state = readCore(triples, from)
        if (!state.ok) return state
        return state.value === undefined ? err({ type: 'Malformed' }) : ok(state.value)
      },
      adopt: async (triples, core, isWhole) => {
        const whole = isWhole ? triples : [...known.triples, ...triples]
        const keyring = await gatherKeys(whole, core, reader)
        if (!keyring.ok) return err({ type: 'ForgedWrap' })
        known = { core, triples: whole, keyring: keyring.value }
        return ok()
      },
    },
    storedCore: () => Promise.resolve([]),
    nowMs: () => platform.clock.nowMs(),
  })
  const outcome = await session.full()
  if (outcome.type === 'update') return err({ type: 'RelayRefused', name: 'UpdateNeeded' })
  const [alarm] = await store.alarms()
  if (alarm !== undefined) return notSound(ALARM_TYPES.find((type) => alarm.id.startsWith(type)) ?? 'Forged')
  // A core log that stands still because it is forked or forged: nothing may be built on it (S20).
  if (outcome.type === 'halted') return notSound('Fork')
  // A pull by cursor that met a hole, and the core log had moved again meanwhile.
  if (outcome.type === 'behind') return err({ type: 'RelayRefused', name: 'Behind' })
  if (outcome.type === 'failed' && outcome.error.type !== 'StoreFailed')
    return err(relayError(platform, transport.origin, outcome.error))
  return ok({ known, store, replica })
}

/** Where these devices' chains end by what was pulled (V10). */
export function cutsOf(replica: Replica, ended: readonly DeviceId[]): Cut[] {
  return replica
    .tips()
    .filter((tip) => ended.includes(tip.device))
    .map((tip): Cut => [tip.device, tip.stream, tip.seq, tip.hash])
}

function notSound(alarm: AlarmType): { readonly ok: false; readonly error: NotSound } {
  return err({ type: 'VaultNotSound', alarm })
}
