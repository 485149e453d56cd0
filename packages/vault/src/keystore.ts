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
  isArray,
  isJsonObject,
  ok,
  parseCanonicalJson,
  utf8ToBytes,
  wipe,
} from '@salus/base'
import {
  AEAD_KEY_BYTES,
  type DeriveArgon2id,
  KDF_OUTPUT_BYTES,
  KDF_SALT_BYTES,
  type KdfParameters,
  LABELS,
  type Label,
  checkKdfParameters,
  labelBytes,
} from '@salus/crypto'
import {
  type DeviceId,
  KEY_BYTES,
  type VaultId,
  idBytes,
  parseBase64Url,
  parseDeviceId,
  parseStreamId,
  parseVaultId,
} from '@salus/wire'
import type { DeviceSecrets } from './device.ts'
import { CATEGORIES, type Keyring, type StreamKeys } from './keyring.ts'
import { openBox, sealBox } from './sealed-box.ts'

/** Bytes of a keystore; more is not one of ours. */
export const KEYSTORE_BYTES_MAX = 4 * 1024 * 1024

/** What lies on the disk: nothing here opens without a slot's secret (V35). */
export interface Keystore {
  readonly vault: VaultId
  readonly device: DeviceId
  readonly slot: PassphraseSlot
  /** Under U. */
  readonly daily: Bytes
  /** Under U_c. */
  readonly core: Bytes
}

export interface PassphraseSlot {
  readonly kdf: KdfParameters
  readonly salt: Bytes
  readonly wrapped: Bytes
}

/** What an unlocked session holds: all but the core log's key (V30). */
export interface DailyKeys {
  /** U. Wiped when the vault is locked. */
  readonly unlockKey: Bytes
  readonly secrets: Pick<DeviceSecrets, 'x' | 's'>
  readonly keyring: Keyring
}

/** Wrong passphrase, damaged slot, slot of another device: alike (V33). */
export type WrongPassphrase = { readonly type: 'WrongPassphrase' }

interface Owner {
  readonly vault: VaultId
  readonly device: DeviceId
}

export interface KeystoreDeps {
  readonly random: Random
  readonly derive: DeriveArgon2id
}

/** A keystore for a device that has just been made or enrolled. */
export async function createKeystore(
  deps: KeystoreDeps,
  owner: Owner,
  secrets: DeviceSecrets,
  keyring: Keyring,
  passphrase: string,
  kdf: KdfParameters,
): Promise<{ readonly keystore: Keystore; readonly daily: DailyKeys }> {
  const unlockKey = deps.random.bytes(AEAD_KEY_BYTES)
  const coreKey = deps.random.bytes(AEAD_KEY_BYTES)
  const daily: DailyKeys = { unlockKey, secrets: { x: secrets.x, s: secrets.s }, keyring }
  const keystore: Keystore = {
    ...owner,
    slot: await makeSlot(deps, owner, passphrase, kdf, unlockKey, coreKey),
    daily: await sealDaily(deps.random, owner, daily),
    core: await sealBox(coreKey, secrets.c, boxAad(LABELS.keystoreCore, owner), deps.random),
  }
  wipe(coreKey)
  return { keystore, daily }
}

export async function unlockKeystore(
  derive: DeriveArgon2id,
  keystore: Keystore,
  passphrase: string,
): Promise<Result<DailyKeys, WrongPassphrase>> {
  const opened = await openSlot(derive, keystore, passphrase)
  if (!opened.ok) return opened
  wipe(opened.value.coreKey)
  const box = await openBox(opened.value.unlockKey, keystore.daily, boxAad(LABELS.keystoreDaily, keystore))
  const daily = box.ok ? decodeDaily(box.value, opened.value.unlockKey) : undefined
  if (box.ok) wipe(box.value)
  if (daily === undefined) wipe(opened.value.unlockKey)
  return daily === undefined ? err({ type: 'WrongPassphrase' }) : ok(daily)
}

/** The core log's secret for one act; the caller wipes it (V30). */
export async function openCoreSecret(
  derive: DeriveArgon2id,
  keystore: Keystore,
  passphrase: string,
): Promise<Result<Bytes, WrongPassphrase>> {
  const opened = await openSlot(derive, keystore, passphrase)
  if (!opened.ok) return opened
  const secret = await openBox(opened.value.coreKey, keystore.core, boxAad(LABELS.keystoreCore, keystore))
  wipe(opened.value.coreKey, opened.value.unlockKey)
  return secret.ok && secret.value.length === KEY_BYTES ? secret : err({ type: 'WrongPassphrase' })
}

/** Writes a new slot around the same keys; nothing else is encrypted anew (V34). */
export async function changePassphrase(
  deps: KeystoreDeps,
  keystore: Keystore,
  current: string,
  next: string,
  kdf: KdfParameters,
): Promise<Result<Keystore, WrongPassphrase>> {
  const opened = await openSlot(deps.derive, keystore, current)
  if (!opened.ok) return opened
  const { unlockKey, coreKey } = opened.value
  const slot = await makeSlot(deps, keystore, next, kdf, unlockKey, coreKey)
  wipe(unlockKey, coreKey)
  return ok({ ...keystore, slot })
}

/** After a rotation: the same lock around more stream keys. */
export async function replaceKeyring(random: Random, keystore: Keystore, daily: DailyKeys): Promise<Keystore> {
  return { ...keystore, daily: await sealDaily(random, keystore, daily) }
}

export function encodeKeystore(keystore: Keystore): Bytes {
  const { slot } = keystore
  return utf8ToBytes(
    canonicalJson({
      core: bytesToBase64Url(keystore.core),
      daily: bytesToBase64Url(keystore.daily),
      device: keystore.device,
      slots: [{ kdf: kdfJson(slot.kdf, slot.salt), type: 'passphrase', wrapped: bytesToBase64Url(slot.wrapped) }],
      vault: keystore.vault,
      version: 1,
    }),
  )
}

/** Refuses KDF parameters below the floor or above the ceiling before anything is derived (V32). */
export function decodeKeystore(bytes: Bytes): Result<Keystore, { type: 'KeystoreDamaged' }> {
  const damaged = err({ type: 'KeystoreDamaged' } as const)
  const text = bytes.length <= KEYSTORE_BYTES_MAX ? bytesToUtf8(bytes) : damaged
  const json = text.ok ? parseCanonicalJson(text.value) : damaged
  if (!json.ok || !isJsonObject(json.value) || json.value['version'] !== 1) return damaged
  const { vault, device, slots, daily, core } = json.value
  const ids = { vault: parseVaultId(vault), device: parseDeviceId(device) }
  const slot = isArray(slots) ? slots.map(decodeSlot).find((candidate) => candidate !== undefined) : undefined
  const boxes = { daily: textToBytes(daily), core: textToBytes(core) }
  if (!ids.vault.ok || !ids.device.ok || slot === undefined || boxes.daily === undefined || boxes.core === undefined)
    return damaged
  return ok({ vault: ids.vault.value, device: ids.device.value, slot, daily: boxes.daily, core: boxes.core })
}

function decodeSlot(json: Json): PassphraseSlot | undefined {
  if (!isJsonObject(json) || json['type'] !== 'passphrase' || !isJsonObject(json['kdf'])) return undefined
  const { alg, m, p, salt, t } = json['kdf']
  if (alg !== 'argon2id' || typeof m !== 'number' || typeof t !== 'number' || typeof p !== 'number') return undefined
  const kdf = checkKdfParameters({ memoryKiB: m, iterations: t, parallelism: p })
  const saltBytes = parseBase64Url(salt, KDF_SALT_BYTES, 'salt')
  const wrapped = textToBytes(json['wrapped'])
  if (!kdf.ok || !saltBytes.ok || wrapped === undefined) return undefined
  return { kdf: kdf.value, salt: saltBytes.value, wrapped }
}

async function makeSlot(
  deps: KeystoreDeps,
  owner: Owner,
  passphrase: string,
  kdf: KdfParameters,
  unlockKey: Bytes,
  coreKey: Bytes,
): Promise<PassphraseSlot> {
  const salt = deps.random.bytes(KDF_SALT_BYTES)
  const slotKey = await deriveSlotKey(deps.derive, passphrase, kdf, salt)
  const wrapped = await sealBox(slotKey, concatBytes(unlockKey, coreKey), slotAad(owner, kdf, salt), deps.random)
  wipe(slotKey)
  return { kdf, salt, wrapped }
}

async function openSlot(
  derive: DeriveArgon2id,
  keystore: Keystore,
  passphrase: string,
): Promise<Result<{ readonly unlockKey: Bytes; readonly coreKey: Bytes }, WrongPassphrase>> {
  if (passphrase.length === 0) return err({ type: 'WrongPassphrase' })
  const { kdf, salt, wrapped } = keystore.slot
  const slotKey = await deriveSlotKey(derive, passphrase, kdf, salt)
  const opened = await openBox(slotKey, wrapped, slotAad(keystore, kdf, salt))
  wipe(slotKey)
  if (!opened.ok || opened.value.length !== 2 * AEAD_KEY_BYTES) return err({ type: 'WrongPassphrase' })
  const keys = { unlockKey: opened.value.slice(0, AEAD_KEY_BYTES), coreKey: opened.value.slice(AEAD_KEY_BYTES) }
  wipe(opened.value)
  return ok(keys)
}

/** NFKC, so that one passphrase typed on two keyboards is one passphrase. */
async function deriveSlotKey(
  derive: DeriveArgon2id,
  passphrase: string,
  kdf: KdfParameters,
  salt: Bytes,
): Promise<Bytes> {
  const bytes = utf8ToBytes(passphrase.normalize('NFKC'))
  const key = await derive({ ...kdf, passphrase: bytes, salt, length: KDF_OUTPUT_BYTES })
  wipe(bytes)
  return key
}

function sealDaily(random: Random, owner: Owner, daily: DailyKeys): Promise<Bytes> {
  const streams = [...daily.keyring].map(([stream, { category, epochs }]): Json => [
    stream,
    category,
    [...epochs].map(([epoch, key]): Json => [epoch, bytesToBase64Url(key)]),
  ])
  const json = canonicalJson({ s: bytesToBase64Url(daily.secrets.s), streams, x: bytesToBase64Url(daily.secrets.x) })
  return sealBox(daily.unlockKey, utf8ToBytes(json), boxAad(LABELS.keystoreDaily, owner), random)
}

function decodeDaily(bytes: Bytes, unlockKey: Bytes): DailyKeys | undefined {
  const text = bytesToUtf8(bytes)
  const json = text.ok ? parseCanonicalJson(text.value) : text
  if (!json.ok || !isJsonObject(json.value)) return undefined
  const s = parseBase64Url(json.value['s'], KEY_BYTES, 's')
  const x = parseBase64Url(json.value['x'], KEY_BYTES, 'x')
  const keyring = decodeKeyring(json.value)
  return s.ok && x.ok && keyring !== undefined ? { unlockKey, secrets: { s: s.value, x: x.value }, keyring } : undefined
}

function decodeKeyring(json: JsonObject): Keyring | undefined {
  const keyring = new Map<ReturnType<typeof streamId>, StreamKeys>()
  for (const row of isArray(json['streams']) ? json['streams'] : []) {
    if (!isArray(row) || !isArray(row[2])) return undefined
    const category = CATEGORIES.find((name) => name === row[1])
    const epochs = new Map<number, Bytes>()
    for (const pair of row[2]) {
      if (!isArray(pair) || typeof pair[0] !== 'number') return undefined
      const key = parseBase64Url(pair[1], KEY_BYTES, 'key')
      if (!key.ok) return undefined
      epochs.set(pair[0], key.value)
    }
    if (category === undefined || !parseStreamId(row[0]).ok) return undefined
    keyring.set(streamId(row[0]), { category, epochs })
  }
  return keyring
}

function streamId(json: Json | undefined) {
  const parsed = parseStreamId(json)
  if (!parsed.ok) throw new Error('Invariant broken: checked just before')
  return parsed.value
}

function kdfJson(kdf: KdfParameters, salt: Bytes): JsonObject {
  return { alg: 'argon2id', m: kdf.memoryKiB, p: kdf.parallelism, salt: bytesToBase64Url(salt), t: kdf.iterations }
}

function slotAad(owner: Owner, kdf: KdfParameters, salt: Bytes): Bytes {
  return concatBytes(boxAad(LABELS.keystoreSlot, owner), utf8ToBytes(canonicalJson(kdfJson(kdf, salt))))
}

function boxAad(label: Label, owner: Owner): Bytes {
  return concatBytes(labelBytes(label), idBytes(owner.vault), idBytes(owner.device))
}

function textToBytes(json: unknown): Bytes | undefined {
  const bytes = typeof json === 'string' ? base64UrlToBytes(json) : undefined
  return bytes?.ok === true ? bytes.value : undefined
}
