import {
  type Bytes,
  type Json,
  type JsonObject,
  type Random,
  type Result,
  base64UrlToBytes,
  bytesToBase64Url,
  bytesToUtf8,
  canonicalJson,
  concatBytes,
  err,
  equalBytes,
  isArray,
  isJsonObject,
  ok,
  parseCanonicalJson,
  utf8ToBytes,
} from '@salus/base'
import {
  AEAD_KEY_BYTES,
  LABELS,
  type Label,
  type X25519Keys,
  hkdfSha256,
  labelBytes,
  sha256,
  x25519KeysFromSeed,
  x25519SharedSecret,
} from '@salus/crypto'
import {
  type ChainAt,
  type ChainHead,
  type DeviceId,
  type DeviceKeys,
  ID_BYTES,
  KEY_BYTES,
  type Hash,
  SIGNATURE_BYTES,
  type VaultId,
  parseBase64Url,
  parseDeviceId,
  parseHash,
  parseStreamId,
  parseVaultId,
} from '@salus/wire'
import { openBox, sealBox } from './sealed-box.ts'

/** Bytes of the secret that a link carries (S24). */
export const PAIR_SECRET_BYTES = 16

/** Something in the mailbox is not what the other device could have put there. */
export type PairingFailed = { readonly type: 'PairingFailed' }

export type PairSlot = 1 | 2 | 3 | 4 | 5 | 6

/** One side of the relay's mailbox: write-once slots, read once (S11). */
export interface Mailbox {
  put(slot: PairSlot, message: Bytes): Promise<Result<void, { readonly type: 'MailboxRefused' | 'Unreachable' }>>
  /** Waits for the other side; `Expired` after the mailbox's life. */
  take(slot: PairSlot): Promise<Result<Bytes, { readonly type: 'Expired' | 'Cancelled' | 'Unreachable' }>>
}

export type PairingFault = PairingFailed | { readonly type: 'MailboxRefused' | 'Unreachable' | 'Expired' | 'Cancelled' }

/** The mailbox's name at the relay, derived from the link's secret: the relay can't speak in it (S24). */
export function mailboxId(secret: Bytes): string {
  return bytesToBase64Url(hkdfSha256(secret, new Uint8Array(), labelBytes(LABELS.pairMailbox), ID_BYTES))
}

/** What the old device tells the new one when it has enrolled it (S25, message 6). */
export interface EnrolmentNotice {
  readonly core: ChainHead
  readonly frontier: readonly ChainAt[]
}

/** Both devices have exchanged keys; the owner compares six digits. */
export interface OldSide {
  readonly digits: string
  readonly newDevice: DeviceKeys
  /** The proof of V9, once the owner has confirmed on the new device. */
  receiveProof(): Promise<Result<string, PairingFault>>
  sendNotice(notice: EnrolmentNotice): Promise<Result<void, PairingFault>>
}

export interface NewSide {
  readonly digits: string
  readonly vault: VaultId
  readonly enroller: DeviceId
  sendProof(proof: string): Promise<Result<void, PairingFault>>
  receiveNotice(): Promise<Result<EnrolmentNotice, PairingFault>>
}

/** The enrolled device's part up to the digits: it commits before it learns the other's nonce (S25). */
export async function offerPairing(
  secret: Bytes,
  mailbox: Mailbox,
  self: { readonly vault: VaultId; readonly device: DeviceId },
  random: Random,
): Promise<Result<OldSide, PairingFault>> {
  const channel = new Channel(secret, mailbox, random)
  const ephemeral = x25519KeysFromSeed(random.bytes(KEY_BYTES))
  const hello = await channel.take(1)
  if (!hello.ok) return hello
  const peerKey = parseBase64Url(hello.value['ephemeral'], KEY_BYTES, 'ephemeral')
  const newDevice = decodeKeys(hello.value['device'])
  if (!peerKey.ok || newDevice === undefined) return err({ type: 'PairingFailed' })
  const reveal = {
    device: self.device,
    ephemeral: bytesToBase64Url(ephemeral.publicKey),
    nonce: bytesToBase64Url(random.bytes(KEY_BYTES)),
    vault: self.vault,
  }
  const committed = await channel.put(2, { commitment: bytesToBase64Url(commitmentOf(reveal)) })
  if (!committed.ok) return committed
  const answer = await channel.take(3)
  if (!answer.ok) return answer
  if (!parseBase64Url(answer.value['nonce'], KEY_BYTES, 'nonce').ok) return err({ type: 'PairingFailed' })
  const revealed = await channel.put(4, reveal)
  if (!revealed.ok) return revealed
  const agreed = channel.agree(ephemeral, peerKey.value)
  if (!agreed.ok) return agreed
  return ok({
    digits: channel.digits(),
    newDevice,
    receiveProof: async () => {
      const message = await channel.take(5)
      if (!message.ok) return message
      const proof = message.value['proof']
      return typeof proof === 'string' && parseBase64Url(proof, SIGNATURE_BYTES, 'proof').ok
        ? ok(proof)
        : err({ type: 'PairingFailed' })
    },
    sendNotice: ({ core, frontier }) =>
      channel.put(6, {
        core: [core.seq, core.hash],
        frontier: frontier.map((chain) => [chain.stream, chain.device, chain.seq, chain.hash]),
      }),
  })
}

/** The new device's part up to the digits. */
export async function acceptPairing(
  secret: Bytes,
  mailbox: Mailbox,
  self: { readonly keys: DeviceKeys },
  random: Random,
): Promise<Result<NewSide, PairingFault>> {
  const channel = new Channel(secret, mailbox, random)
  const ephemeral = x25519KeysFromSeed(random.bytes(KEY_BYTES))
  const { c, s, x } = self.keys
  const greeted = await channel.put(1, { device: { c, s, x }, ephemeral: bytesToBase64Url(ephemeral.publicKey) })
  if (!greeted.ok) return greeted
  const committed = await channel.take(2)
  if (!committed.ok) return committed
  const commitment = parseBase64Url(committed.value['commitment'], KEY_BYTES, 'commitment')
  const answered = await channel.put(3, { nonce: bytesToBase64Url(random.bytes(KEY_BYTES)) })
  if (!answered.ok) return answered
  const revealed = await channel.take(4)
  if (!revealed.ok) return revealed
  const peerKey = parseBase64Url(revealed.value['ephemeral'], KEY_BYTES, 'ephemeral')
  const vault = parseVaultId(revealed.value['vault'])
  const enroller = parseDeviceId(revealed.value['device'])
  if (!commitment.ok || !peerKey.ok || !vault.ok || !enroller.ok) return err({ type: 'PairingFailed' })
  if (!equalBytes(commitmentOf(revealed.value), commitment.value)) return err({ type: 'PairingFailed' })
  const agreed = channel.agree(ephemeral, peerKey.value)
  if (!agreed.ok) return agreed
  return ok({
    digits: channel.digits(),
    vault: vault.value,
    enroller: enroller.value,
    sendProof: (proof) => channel.put(5, { proof }),
    receiveNotice: async () => {
      const message = await channel.take(6)
      if (!message.ok) return message
      const notice = decodeNotice(message.value)
      return notice === undefined ? err({ type: 'PairingFailed' }) : ok(notice)
    },
  })
}

/**
 * Binds all of message 4 before its sender has seen message 3. Were one member free, somebody in the middle who knows
 * the link could try values of it until the digits of both sides agree: a million hashes, a second's work.
 */
function commitmentOf(reveal: JsonObject): Bytes {
  return sha256(labelBytes(LABELS.pairCommit), utf8ToBytes(canonicalJson(reveal)))
}

/** The mailbox with its encryption: odd slots are the new device's, even ones the old one's. */
class Channel {
  readonly #secret: Bytes
  readonly #mailbox: Mailbox
  readonly #transcript: Bytes[] = []
  /** X25519 output | S, from message 5 on (S25). */
  #agreed: Bytes | undefined

  readonly #random: Random

  constructor(secret: Bytes, mailbox: Mailbox, random: Random) {
    this.#secret = secret
    this.#mailbox = mailbox
    this.#random = random
  }

  async put(slot: PairSlot, json: JsonObject): Promise<Result<void, PairingFault>> {
    const plaintext = utf8ToBytes(canonicalJson(json))
    this.#remember(plaintext)
    // A random nonce: whoever opens one link twice seals a slot twice under one key.
    return this.#mailbox.put(slot, await sealBox(this.#keyOf(slot), plaintext, this.#aadOf(slot), this.#random))
  }

  async take(slot: PairSlot): Promise<Result<JsonObject, PairingFault>> {
    const sealed = await this.#mailbox.take(slot)
    if (!sealed.ok) return sealed
    const opened = await openBox(this.#keyOf(slot), sealed.value, this.#aadOf(slot))
    const text = opened.ok ? bytesToUtf8(opened.value) : opened
    const json = text.ok ? parseCanonicalJson(text.value) : text
    if (!opened.ok || !json.ok || !isJsonObject(json.value)) return err({ type: 'PairingFailed' })
    this.#remember(opened.value)
    return ok(json.value)
  }

  /** Mixes in what a holder of the link alone cannot know. */
  agree(own: X25519Keys, peerKey: Bytes): Result<void, PairingFailed> {
    const shared = x25519SharedSecret(own.secretKey, peerKey)
    if (!shared.ok) return err({ type: 'PairingFailed' })
    this.#agreed = concatBytes(shared.value, this.#secret)
    return ok()
  }

  /** Six digits of messages 1 to 4 (S25). Called after them and before any other. */
  digits(): string {
    const hash = sha256(labelBytes(LABELS.pairDigits), ...this.#transcript.flatMap((message) => [sha256(message)]))
    const number = new DataView(hash.buffer).getBigUint64(0) % 1_000_000n
    return number.toString().padStart(6, '0')
  }

  #remember(plaintext: Bytes): void {
    this.#transcript.push(plaintext)
  }

  #keyOf(slot: PairSlot): Bytes {
    const direction: Label = slot % 2 === 1 ? LABELS.pairToOld : LABELS.pairToNew
    return hkdfSha256(
      this.#agreed ?? this.#secret,
      new Uint8Array(),
      concatBytes(labelBytes(direction), new Uint8Array([slot])),
      AEAD_KEY_BYTES,
    )
  }

  #aadOf(slot: PairSlot): Bytes {
    return concatBytes(utf8ToBytes(mailboxId(this.#secret)), new Uint8Array([slot]))
  }
}

function decodeKeys(json: Json | undefined): DeviceKeys | undefined {
  if (!isJsonObject(json)) return undefined
  const { c, s, x } = json
  const areKeys = [c, s, x].every((key) => parseBase64Url(key, KEY_BYTES, 'key').ok)
  return areKeys && typeof c === 'string' && typeof s === 'string' && typeof x === 'string' ? { c, s, x } : undefined
}

function decodeNotice(json: JsonObject): EnrolmentNotice | undefined {
  const { core, frontier } = json
  if (!isArray(core) || !isArray(frontier)) return undefined
  const head = decodeHead(core[0], core[1])
  if (head === undefined) return undefined
  const chains: ChainAt[] = []
  for (const row of frontier) {
    if (!isArray(row)) return undefined
    const stream = parseStreamId(row[0])
    const device = parseDeviceId(row[1])
    const at = decodeHead(row[2], row[3])
    if (!stream.ok || !device.ok || at === undefined) return undefined
    chains.push({ stream: stream.value, device: device.value, ...at })
  }
  return { core: head, frontier: chains }
}

function decodeHead(seq: Json | undefined, hash: Json | undefined): { seq: number; hash: Hash } | undefined {
  const parsed = parseHash(hash)
  return parsed.ok && typeof seq === 'number' && Number.isInteger(seq) && seq >= 0
    ? { seq, hash: parsed.value }
    : undefined
}

/** What a pairing link leads to: the relay where both devices meet, and the secret that both derive all else from. */
export interface PairingMeeting {
  readonly relayOrigin: string
  readonly secret: Bytes
}

/** `<relay>/#pair=<drawn>`, drawn by the enrolled device: the fragment never reaches a server (S24). */
export function pairingLink(relayOrigin: string, drawn: Bytes): string {
  return `${relayOrigin}/#pair=${bytesToBase64Url(drawn)}`
}

export function parsePairingLink(link: string): Result<PairingMeeting, { type: 'BadLink' }> {
  return parseLink(link, 'pair')
}

/** `<relay>/#join=<drawn>`, drawn by the new device, for an enrolled one to read (S24). */
export function joinLink(relayOrigin: string, drawn: Bytes): string {
  return `${relayOrigin}/#join=${bytesToBase64Url(drawn)}`
}

export function parseJoinLink(link: string): Result<PairingMeeting, { type: 'BadLink' }> {
  const parsed = parseLink(link, 'join')
  return parsed.ok ? ok({ ...parsed.value, secret: joinSecret(parsed.value.secret) }) : parsed
}

/** The secret of a link that the new device has drawn: no link of the other kind leads to it (S24). */
export function joinSecret(drawn: Bytes): Bytes {
  return hkdfSha256(drawn, new Uint8Array(), labelBytes(LABELS.pairJoin), PAIR_SECRET_BYTES)
}

function parseLink(link: string, kind: 'pair' | 'join'): Result<PairingMeeting, { type: 'BadLink' }> {
  const url = URL.canParse(link.trim()) ? new URL(link.trim()) : undefined
  const match = url === undefined ? null : /^#(pair|join)=([A-Za-z0-9_-]+)$/.exec(url.hash)
  const secret = base64UrlToBytes(match?.[1] === kind ? (match[2] ?? '') : '')
  if (url === undefined || !isRelayUrl(url) || !secret.ok || secret.value.length !== PAIR_SECRET_BYTES)
    return err({ type: 'BadLink' })
  return ok({ relayOrigin: url.origin, secret: secret.value })
}

/** https, or plain http to this very machine (S1). */
function isRelayUrl(url: URL): boolean {
  const isLoopback = url.hostname === 'localhost' || url.hostname === '[::1]' || /^127(\.[0-9]+){3}$/.test(url.hostname)
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback)
}
