import {
  type Bytes,
  type Random,
  type Result,
  base64UrlToBytes,
  bytesToBase64Url,
  concatBytes,
  err,
  ok,
  utf8ToBytes,
} from '@salus/base'
import {
  AEAD_KEY_BYTES,
  LABELS,
  equalSecret,
  hkdfSha256,
  hmacSha256,
  hpkeOpen,
  hpkeSeal,
  labelBytes,
  openAead,
  sealAead,
  zeroNonce,
} from '@salus/crypto'
import {
  ByteWriter,
  type DeviceId,
  type DeviceKeys,
  type Hash,
  type Link,
  type StreamId,
  type VaultId,
  type Wrap,
  idBytes,
} from '@salus/wire'
import { CATEGORIES, type Category } from './keyring.ts'

/** Keys of core entries are sealed with AES-256-GCM whatever suite the batches have (V12, V13). */
const LINK_SUITE = 1

/** Which key is meant, and where in the core log it appears. */
export interface KeyPlace {
  /** Zero in genesis, whose hash the vault id is (V12). */
  readonly vault: VaultId
  readonly stream: StreamId
  readonly epoch: number
  readonly prevHash: Hash
}

export interface OpenedWrap {
  readonly key: Bytes
  readonly category: Category
}

/** Seals K_e and the stream's category to one recipient (V12). */
export async function wrapStreamKey(
  place: KeyPlace,
  opened: OpenedWrap,
  recipient: { readonly id: DeviceId; readonly keys: DeviceKeys },
  random: Random,
): Promise<Result<Wrap, { type: 'LowOrderPublicKey' }>> {
  const recipientKey = publicKeyBytes(recipient.keys.x)
  const plaintext = concatBytes(opened.key, new Uint8Array([CATEGORIES.indexOf(opened.category)]))
  const sealed = await hpkeSeal(recipientKey, wrapInfo(place, recipientKey), new Uint8Array(), plaintext, random)
  if (!sealed.ok) return sealed
  const { enc, ciphertext } = sealed.value
  return ok({ stream: place.stream, epoch: place.epoch, recipient: recipient.id, enc, ciphertext })
}

export async function openWrap(
  place: KeyPlace,
  wrap: Wrap,
  recipient: { readonly keys: DeviceKeys; readonly secrets: { readonly x: Bytes } },
): Promise<Result<OpenedWrap, { type: 'OpenFailed' }>> {
  const info = wrapInfo(place, publicKeyBytes(recipient.keys.x))
  const opened = await hpkeOpen(recipient.secrets.x, wrap.enc, info, new Uint8Array(), wrap.ciphertext)
  if (!opened.ok) return opened
  const category = CATEGORIES[opened.value[AEAD_KEY_BYTES] ?? CATEGORIES.length]
  return category === undefined
    ? err({ type: 'OpenFailed' })
    : ok({ key: opened.value.slice(0, AEAD_KEY_BYTES), category })
}

/** The previous epoch's key under this one's (V13). */
export async function sealLink(
  vault: VaultId,
  stream: StreamId,
  epoch: number,
  key: Bytes,
  previousKey: Bytes,
): Promise<Link> {
  const ciphertext = await sealAead(
    LINK_SUITE,
    linkKey(vault, stream, epoch, key),
    zeroNonce(LINK_SUITE),
    previousKey,
    new Uint8Array(),
  )
  return { stream, epoch, ciphertext }
}

export function openLink(vault: VaultId, link: Link, key: Bytes): Promise<Result<Bytes, { type: 'OpenFailed' }>> {
  return openAead(
    LINK_SUITE,
    linkKey(vault, link.stream, link.epoch, key),
    zeroNonce(LINK_SUITE),
    link.ciphertext,
    new Uint8Array(),
  )
}

/** What the core log says of K_e without saying K_e (V14), base64url. */
export function canaryOf(vault: VaultId, stream: StreamId, epoch: number, key: Bytes): string {
  return bytesToBase64Url(hmacSha256(key, labelBytes(LABELS.canary), keyName(vault, stream, epoch)))
}

export function isCanaryOf(canary: string, vault: VaultId, stream: StreamId, epoch: number, key: Bytes): boolean {
  return equalSecret(utf8ToBytes(canary), utf8ToBytes(canaryOf(vault, stream, epoch, key)))
}

function linkKey(vault: VaultId, stream: StreamId, epoch: number, key: Bytes): Bytes {
  return hkdfSha256(
    key,
    new Uint8Array(),
    concatBytes(labelBytes(LABELS.link), keyName(vault, stream, epoch)),
    AEAD_KEY_BYTES,
  )
}

function wrapInfo(place: KeyPlace, recipientKey: Bytes): Bytes {
  return concatBytes(
    labelBytes(LABELS.wrap),
    keyName(place.vault, place.stream, place.epoch),
    recipientKey,
    idBytes(place.prevHash),
  )
}

function keyName(vault: VaultId, stream: StreamId, epoch: number): Bytes {
  return new ByteWriter().bytes(idBytes(vault)).bytes(idBytes(stream)).u32(epoch).finish()
}

/** Public keys in core entries were checked when decoded. */
function publicKeyBytes(text: string): Bytes {
  const bytes = base64UrlToBytes(text)
  if (!bytes.ok) throw new Error('Invariant broken: decoded keys are base64url')
  return bytes.value
}
