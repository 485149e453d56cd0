import { type Result, err, ok, wipe } from '@salus/base'
import { createMemoryStore } from '@salus/store/memory'
import {
  ALARM_TYPES,
  type CoreTriple,
  type HttpTransport,
  Replica,
  SyncSession,
  createHttpTransport,
} from '@salus/sync'
import {
  type Device,
  type Keyring,
  createDevice,
  gatherKeys,
  kitDevice,
  parseKitWords,
  readCore,
  wipeDevice,
  wipeKeyring,
  writeSettle,
} from '@salus/vault'
import { signEd25519 } from '@salus/crypto'
import { type CoreState, type Cut, ZERO_VAULT, isActive } from '@salus/wire'
import type { Recover, RecoverError, RelayError } from './api.ts'
import type { AlarmType } from './view-types.ts'
import { createBatchCrypto } from './batch-crypto.ts'
import { coreRows } from './core-keeper.ts'
import type { NewDevice } from './new-device.ts'
import type { EnginePlatform } from './platform.ts'
import { parseOrigin, relayError } from './relay-errors.ts'

/** The core may be extended by a device that is about to be dropped; each try starts from its new head. */
const SETTLE_TRIES_MAX = 4

type Recovered = Result<NewDevice, RecoverError | RelayError>

/**
 * Relay address and 12 words on a new device (S28). Everything is pulled and verified as the kit, in memory; then the
 * kit's settle drops all other devices at exactly what was verified, and enrols this one.
 */
export async function recoverVault(platform: EnginePlatform, request: Recover): Promise<Recovered> {
  const origin = parseOrigin(request.relayUrl)
  if (origin === undefined) return err({ type: 'BadLink' })
  const entropy = parseKitWords(request.words)
  if (!entropy.ok) return entropy
  const kit = kitDevice(entropy.value)
  const recovered = await recoverAs(platform, kit, origin, request.passphrase)
  wipe(entropy.value)
  wipeDevice(kit.secrets)
  return recovered
}

async function recoverAs(
  platform: EnginePlatform,
  kit: Device,
  origin: string,
  passphrase: string,
): Promise<Recovered> {
  const signer = { id: kit.id, sign: (message: Uint8Array<ArrayBuffer>) => signEd25519(kit.secrets.s, message) }
  const vault = await createHttpTransport({ fetch: platform.fetch, origin, signer, vault: ZERO_VAULT }).signIn()
  if (!vault.ok) {
    const isUnknown = vault.error.type === 'Refused' && vault.error.status === 401
    return err(isUnknown ? { type: 'KitUnknown' } : relayError(platform, origin, vault.error))
  }
  const transport = createHttpTransport({ fetch: platform.fetch, origin, signer, vault: vault.value })
  for (let tries = 0; tries < SETTLE_TRIES_MAX; tries++) {
    const triples = await transport.core(0)
    if (!triples.ok) return err(relayError(platform, origin, triples.error))
    const state = readCore(triples.value)
    // The relay cannot plant another vault on the kit: genesis names the kit and is signed by it.
    if (!state.ok || state.value === undefined || state.value.vault !== vault.value || state.value.kit.id !== kit.id)
      return notSound('Forged')
    const keyring = await gatherKeys(triples.value, state.value, kit)
    if (!keyring.ok) return notSound('Forged')
    const known = { core: state.value, triples: triples.value, keyring: keyring.value }
    const pulled = await pullAll(platform, transport, known, kit)
    if (!pulled.ok) return pulled
    const { core, keyring: keys } = pulled.value
    const device = createDevice(platform.random)
    const ended = [...core.devices.values()].filter(isActive).map((active) => active.id)
    const succession = {
      ended,
      cuts: pulled.value.cuts.filter(([owner]) => ended.includes(owner)),
      enrolled: device,
      heals: [],
    }
    const settled = await writeSettle(core, keys, succession, kit, platform.random)
    if (!settled.ok) return notSound('Forged')
    const next = readCore([settled.value.written], core)
    if (!next.ok || next.value === undefined) return notSound('Forged')
    const appended = await transport.appendCore(core.head, settled.value.written)
    if (appended.ok) {
      const whole = [...pulled.value.triples, settled.value.written]
      return ok({
        device,
        vault: core.vault,
        state: next.value,
        triples: whole,
        keyring: settled.value.keyring,
        passphrase,
        relayOrigin: origin,
        demanded: [],
        hasKitAtHand: true,
      })
    }
    wipeKeyring(keys)
    if (appended.error.type !== 'HeadMoved') return err(relayError(platform, origin, appended.error))
  }
  return err({ type: 'RelayRefused', name: 'HeadMoved' })
}

function notSound(alarm: AlarmType): { ok: false; error: RecoverError } {
  return err({ type: 'VaultNotSound', alarm })
}

/** The core log as far as the kit has checked it, with the keys that it opens. */
interface KnownCore {
  readonly core: CoreState
  readonly triples: readonly CoreTriple[]
  readonly keyring: Keyring
}

/**
 * Pulls and verifies every batch into memory; an alarm ends the recovery, for its cuts would be the relay's word. A core log
 * that a device extends meanwhile is followed, by the rules of any device: it must continue what was read first.
 */
async function pullAll(
  platform: EnginePlatform,
  transport: HttpTransport,
  first: KnownCore,
  kit: Device,
): Promise<Result<KnownCore & { readonly cuts: readonly Cut[] }, RecoverError | RelayError>> {
  let known = first
  const store = createMemoryStore()
  await store.write({ core: coreRows(first.triples, 0) })
  const replica = new Replica({
    store,
    clock: platform.clock,
    crypto: createBatchCrypto({ random: platform.random, keyring: () => known.keyring, signingSecret: kit.secrets.s }),
    core: () => known.core,
    self: kit.id,
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
        const keyring = await gatherKeys(whole, core, kit)
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
  const cuts = replica.tips().map((tip): Cut => [tip.device, tip.stream, tip.seq, tip.hash])
  return ok({ ...known, cuts })
}
