import { type Result, err, ok, wipe } from '@salus/base'
import { createHttpTransport } from '@salus/sync'
import {
  type Device,
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
import { ZERO_VAULT, isActive } from '@salus/wire'
import type { Recover, RecoverError, RelayError } from './api.ts'
import type { AlarmType } from './view-types.ts'
import type { NewDevice } from './new-device.ts'
import type { EnginePlatform } from './platform.ts'
import { parseOrigin, relayError } from './relay-errors.ts'
import { cutsOf, pullVerified } from './verified-pull.ts'

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
    const pulled = await pullVerified(platform, transport, known, { reader: kit, self: kit })
    if (!pulled.ok) return pulled
    const { core, keyring: keys } = pulled.value.known
    const device = createDevice(platform.random)
    const ended = [...core.devices.values()].filter(isActive).map((active) => active.id)
    const succession = {
      ended,
      cuts: cutsOf(pulled.value.replica, ended),
      enrolled: device,
      heals: [],
    }
    const settled = await writeSettle(core, keys, succession, kit, platform.random)
    if (!settled.ok) return notSound('Forged')
    const next = readCore([settled.value.written], core)
    if (!next.ok || next.value === undefined) return notSound('Forged')
    const appended = await transport.appendCore(core.head, settled.value.written)
    if (appended.ok) {
      const whole = [...pulled.value.known.triples, settled.value.written]
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
