import { type Result, err, ok, wipe } from '@salus/base'
import { createHttpTransport, relayFrontier, relayMailbox } from '@salus/sync'
import {
  type EnrolmentNotice,
  type Mailbox,
  type NewSide,
  type OldSide,
  PAIR_SECRET_BYTES,
  acceptPairing,
  createDevice,
  gatherKeys,
  joinLink,
  joinSecret,
  mailboxId,
  offerPairing,
  openCoreSecret,
  pairingLink,
  parseJoinLink,
  parsePairingLink,
  proveEnrolment,
  readCore,
  writeAddDevice,
} from '@salus/vault'
import { signEd25519 } from '@salus/crypto'
import { type CoreState, type DeviceId, decodeCoreEntry, deviceIdOfKeys, isActive } from '@salus/wire'
import type { JoinByLink, OfferJoin, PairingError, PairingEvent, RelayError, UnlockError } from './api.ts'
import type { NewDevice } from './new-device.ts'
import type { OpenVault } from './open-vault.ts'
import type { EnginePlatform } from './platform.ts'
import { pairingError, parseOrigin, relayError } from './relay-errors.ts'
import { coreCrypto } from '@salus/vault'

/** Another device may extend the core log first; each try starts from its new head. */
const APPEND_TRIES_MAX = 8

type Tell = (event: PairingEvent) => void
type Settle = (made: NewDevice) => Promise<Result<void, PairingError>>
type JoinFault = { readonly ok: false; readonly error: PairingError }

/** The two ends of a pairing (section 4); one runs at a time. */
export class PairingDesk {
  readonly #platform: EnginePlatform
  #cancelling = new AbortController()
  #offered: { readonly side: OldSide; readonly tell: Tell } | undefined
  #confirmedJoin: (() => void) | undefined

  constructor(platform: EnginePlatform) {
    this.#platform = platform
  }

  cancel(): void {
    this.#cancelling.abort()
    this.#cancelling = new AbortController()
    this.#offered = undefined
    this.#confirmedJoin = undefined
  }

  /** On an enrolled device: opens a mailbox and waits for the new one. */
  offer(vault: OpenVault, tell: Tell): Result<{ readonly link: string }, RelayError> {
    const origin = vault.relayOrigin
    if (origin === null) return err({ type: 'NoRelay' })
    const secret = this.#platform.random.bytes(PAIR_SECRET_BYTES)
    this.#startOffer(vault, origin, secret, tell)
    return ok({ link: pairingLink(origin, secret) })
  }

  /** On an enrolled device: meets the new one that has drawn the link (S24). */
  admit(vault: OpenVault, link: string, tell: Tell): Result<void, PairingError> {
    const parsed = parseJoinLink(link)
    if (!parsed.ok) return parsed
    const { relayOrigin, secret } = parsed.value
    // Whoever made the code chose the address: this device speaks with no relay but its own.
    if (vault.relayOrigin === null) return err({ type: 'NoRelay' })
    if (relayOrigin !== vault.relayOrigin) return err({ type: 'OtherRelay', origin: relayOrigin })
    this.#startOffer(vault, relayOrigin, secret, tell)
    return ok()
  }

  #startOffer(vault: OpenVault, origin: string, secret: Uint8Array<ArrayBuffer>, tell: Tell): void {
    this.cancel()
    void this.#runOffer(vault, origin, secret, this.#cancelling.signal, tell)
  }

  async #runOffer(
    vault: OpenVault,
    origin: string,
    secret: Uint8Array<ArrayBuffer>,
    signal: AbortSignal,
    tell: Tell,
  ): Promise<void> {
    tell({ type: 'waiting' })
    const self = { vault: vault.core.state.vault, device: vault.deps.device.id }
    const side = await offerPairing(secret, this.#mailbox(origin, secret, signal), self, this.#platform.random)
    if (signal.aborted) return
    if (!side.ok) {
      tell({ type: 'failed', error: pairingError(this.#platform, origin, side.error) })
      return
    }
    this.#offered = { side: side.value, tell }
    tell({ type: 'digits', digits: side.value.digits })
  }

  /** The owner has compared the digits here: enrols the new device, once its owner has confirmed there too. */
  async confirmOffer(vault: OpenVault, passphrase: string): Promise<Result<void, UnlockError | PairingError>> {
    const offered = this.#offered
    if (offered === undefined) return err({ type: 'PairingFailed' })
    const secret = await openCoreSecret(this.#platform.derive, vault.core.keystore, passphrase)
    if (!secret.ok) return secret
    offered.tell({ type: 'waitingForOther' })
    const signer = { id: vault.deps.device.id, secrets: { ...vault.deps.device.secrets, c: secret.value } }
    const enrolled = await this.#enrol(vault, offered.side, signer)
    wipe(secret.value)
    this.#offered = undefined
    offered.tell(enrolled.ok ? { type: 'done' } : { type: 'failed', error: enrolled.error })
    return enrolled
  }

  async #enrol(
    vault: OpenVault,
    side: OldSide,
    signer: Parameters<typeof writeAddDevice>[3],
  ): Promise<Result<void, PairingError>> {
    const { transport, relayOrigin: origin } = vault
    if (transport === undefined || origin === null) return err({ type: 'NoRelay' })
    const proof = await side.receiveProof()
    if (!proof.ok) return err(pairingError(this.#platform, origin, proof.error))
    for (let tries = 0; tries < APPEND_TRIES_MAX; tries++) {
      await vault.loop?.full()
      const core = vault.core.state
      const enrolment = { device: side.newDevice, proof: proof.value, streams: [...core.streams.keys()].sort() }
      const written = await writeAddDevice(core, vault.core.keyring, enrolment, signer, this.#platform.random)
      if (!written.ok) return err({ type: 'PairingFailed' })
      const state = readCore([written.value], core)
      if (!state.ok || state.value === undefined) return err({ type: 'PairingFailed' })
      const appended = await transport.appendCore(core.head, written.value)
      if (!appended.ok) {
        if (appended.error.type === 'HeadMoved') continue
        return err(relayError(this.#platform, origin, appended.error))
      }
      const adopted = await vault.core.adopt([written.value], state.value, false)
      if (!adopted.ok) return err({ type: 'PairingFailed' })
      const frontier = await relayFrontier(vault.deps.store, vault.replica)
      const notice = { core: { seq: state.value.seq, hash: state.value.head }, frontier }
      const sent = await side.sendNotice(notice)
      return sent.ok ? ok() : err(pairingError(this.#platform, origin, sent.error))
    }
    return err({ type: 'PairingFailed' })
  }

  /**
   * On a new device: follows a link to the point where it may be enrolled; `settle` then writes it to the disk.
   * Resolves when the exchange has begun; the rest comes as events.
   */
  join(request: JoinByLink, tell: Tell, settle: Settle): Result<void, PairingError> {
    const link = parsePairingLink(request.link)
    const origin = link.ok ? parseOrigin(link.value.relayOrigin) : undefined
    if (!link.ok || origin === undefined) return err({ type: 'BadLink' })
    this.#startJoin(request.passphrase, origin, link.value.secret, tell, settle)
    return ok()
  }

  /** As {@link join}, with a link that this new device draws for the enrolled one (S24). */
  offerJoin(request: OfferJoin, tell: Tell, settle: Settle): Result<{ readonly link: string }, PairingError> {
    const origin = parseOrigin(request.relayUrl)
    if (origin === undefined) return err({ type: 'BadLink' })
    const drawn = this.#platform.random.bytes(PAIR_SECRET_BYTES)
    const link = joinLink(origin, drawn)
    if (!parseJoinLink(link).ok) return err({ type: 'BadLink' })
    this.#startJoin(request.passphrase, origin, joinSecret(drawn), tell, settle)
    return ok({ link })
  }

  #startJoin(passphrase: string, origin: string, secret: Uint8Array<ArrayBuffer>, tell: Tell, settle: Settle): void {
    this.cancel()
    const { signal } = this.#cancelling
    void this.#runJoin(passphrase, origin, secret, signal, tell, settle).then((joined) => {
      if (!signal.aborted) tell(joined.ok ? { type: 'done' } : { type: 'failed', error: joined.error })
    })
  }

  /** The owner has compared the digits on the new device. */
  confirmJoin(): Result<void, PairingError> {
    if (this.#confirmedJoin === undefined) return err({ type: 'PairingFailed' })
    this.#confirmedJoin()
    this.#confirmedJoin = undefined
    return ok()
  }

  async #runJoin(
    passphrase: string,
    origin: string,
    secret: Uint8Array<ArrayBuffer>,
    signal: AbortSignal,
    tell: Tell,
    settle: Settle,
  ): Promise<Result<void, PairingError>> {
    const fail = (fault: Parameters<typeof pairingError>[2]): JoinFault =>
      err(pairingError(this.#platform, origin, fault))
    tell({ type: 'waiting' })
    const device = createDevice(this.#platform.random)
    const side = await acceptPairing(secret, this.#mailbox(origin, secret, signal), device, this.#platform.random)
    if (!side.ok) return fail(side.error)
    tell({ type: 'digits', digits: side.value.digits })
    await this.#ownerConfirms(signal)
    if (signal.aborted) return fail({ type: 'Cancelled' })
    const sent = await side.value.sendProof(proveEnrolment(device, side.value.vault))
    if (!sent.ok) return fail(sent.error)
    tell({ type: 'waitingForOther' })
    const notice = await side.value.receiveNotice()
    if (!notice.ok) return fail(notice.error)
    const transport = createHttpTransport({
      fetch: this.#platform.fetch,
      origin,
      vault: side.value.vault,
      signer: { id: device.id, sign: (message) => signEd25519(device.secrets.s, message) },
    })
    const triples = await transport.core(0)
    if (!triples.ok) return err(relayError(this.#platform, origin, triples.error))
    const state = readCore(triples.value)
    if (
      !state.ok ||
      state.value === undefined ||
      !isEnrolledAs(state.value, triples.value, device.id, side.value, notice.value)
    )
      return fail({ type: 'PairingFailed' })
    const keyring = await gatherKeys(triples.value, state.value, device)
    if (!keyring.ok) return fail({ type: 'PairingFailed' })
    return settle({
      device,
      vault: side.value.vault,
      state: state.value,
      triples: triples.value,
      keyring: keyring.value,
      passphrase,
      relayOrigin: origin,
      demanded: notice.value.frontier,
    })
  }

  #ownerConfirms(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#confirmedJoin = resolve
      signal.addEventListener('abort', () => {
        resolve()
      })
    })
  }

  #mailbox(origin: string, secret: Uint8Array<ArrayBuffer>, signal: AbortSignal): Mailbox {
    return relayMailbox(this.#platform.fetch, origin, mailboxId(secret), () => this.#platform.clock.nowMs(), signal)
  }
}

/** The demands of S26: this vault, this head, and my own entry signed by the device that I paired with. */
function isEnrolledAs(
  core: CoreState,
  triples: readonly { readonly entry: Uint8Array<ArrayBuffer> }[],
  self: DeviceId,
  side: NewSide,
  notice: EnrolmentNotice,
): boolean {
  const device = core.devices.get(self)
  if (core.vault !== side.vault || core.seqOfHash.get(notice.core.hash) !== notice.core.seq || !isActive(device))
    return false
  const triple = triples[device.sinceSeq]
  const entry = triple === undefined ? undefined : decodeCoreEntry(triple.entry)
  if (entry?.ok !== true || entry.value.body.type !== 'addDevice') return false
  return (
    deviceIdOfKeys(coreCrypto, entry.value.body.device) === self && entry.value.signatures[0]?.signer === side.enroller
  )
}
