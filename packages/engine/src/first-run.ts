import { type Result, err, ok, wipe } from '@salus/base'
import { createVaultAtRelay } from '@salus/sync'
import {
  type Device,
  type Keyring,
  type WrittenEntry,
  createDevice,
  createKitEntropy,
  kitDevice,
  kitWords,
  readCore,
  suggestPassphrase,
  vaultFingerprint,
  wipeDevice,
  writeGenesis,
} from '@salus/vault'
import type { VaultId } from '@salus/wire'
import type { CreateVault, CreateVaultError, KitWords } from './api.ts'
import { checkPassphrase } from './check-passphrase.ts'
import type { NewDevice } from './new-device.ts'
import type { EnginePlatform } from './platform.ts'
import { parseOrigin, relayError } from './relay-errors.ts'

/** AES-256-GCM, the suite that every engine does in hardware (V19). */
const SUITE = 1

interface MadeGenesis {
  readonly device: Device
  readonly vault: VaultId
  readonly written: WrittenEntry
  readonly keyring: Keyring
}

/** From the drawn kit to a vault that is ready for the disk. */
export class FirstRun {
  readonly #platform: EnginePlatform
  /**
   * Made with the kit, so that its fingerprint can be printed beside the words; kept over a failed try at the relay, for
   * the same invite takes the same genesis again (S4).
   */
  #genesis: MadeGenesis | undefined

  constructor(platform: EnginePlatform) {
    this.#platform = platform
  }

  suggestPassphrase(): string {
    return suggestPassphrase(this.#platform.random)
  }

  async drawKit(): Promise<KitWords> {
    const entropy = createKitEntropy(this.#platform.random)
    const device = createDevice(this.#platform.random)
    const kit = kitDevice(entropy)
    const made = await writeGenesis(device, kit, SUITE, this.#platform.random)
    if (!made.ok) throw new Error('Invariant broken: our own keys share a secret')
    this.#genesis = { device, ...made.value }
    const words = kitWords(entropy)
    wipeDevice(kit.secrets)
    wipe(entropy)
    return { words, fingerprint: vaultFingerprint(made.value.vault) }
  }

  /** Places genesis on the relay when one is given: nothing is on this disk before. */
  async create(request: CreateVault): Promise<Result<NewDevice, CreateVaultError>> {
    if (this.#genesis === undefined) return err({ type: 'NoKitDrawn' })
    const strong = checkPassphrase(request.passphrase)
    if (!strong.ok) return strong
    const { device, vault, written, keyring } = this.#genesis
    const state = readCore([written])
    if (!state.ok || state.value === undefined) throw new Error('Invariant broken: our own genesis is valid')
    let relayOrigin: string | null = null
    if (request.relay !== undefined) {
      relayOrigin = parseOrigin(request.relay.url) ?? null
      if (relayOrigin === null) return err({ type: 'BadLink' })
      const placed = await createVaultAtRelay(this.#platform.fetch, relayOrigin, request.relay.invite, written)
      if (!placed.ok) return err(relayError(this.#platform, relayOrigin, placed.error))
    }
    return ok({
      device,
      vault,
      state: state.value,
      triples: [written],
      keyring,
      passphrase: request.passphrase,
      relayOrigin,
      demanded: [],
      hasKitAtHand: true,
    })
  }

  forget(): void {
    this.#genesis = undefined
  }
}
