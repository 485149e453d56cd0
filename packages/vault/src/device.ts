import { type Bytes, type Random, bytesToBase64Url, wipe } from '@salus/base'
import { ed25519KeysFromSeed, signEd25519, x25519KeysFromSeed } from '@salus/crypto'
import { type DeviceId, type DeviceKeys, KEY_BYTES, type VaultId, deviceIdOfKeys, enrolSigningInput } from '@salus/wire'
import { coreCrypto } from './core-crypto.ts'

/** The three secrets of V1, 32 bytes each. */
export interface DeviceSecrets {
  /** X25519: opens key wraps. */
  readonly x: Bytes
  /** Ed25519: signs batches. */
  readonly s: Bytes
  /** Ed25519: signs the core log. */
  readonly c: Bytes
}

export interface Device {
  readonly id: DeviceId
  readonly keys: DeviceKeys
  readonly secrets: DeviceSecrets
}

export function createDevice(random: Random): Device {
  return deviceOfSecrets({ x: random.bytes(KEY_BYTES), s: random.bytes(KEY_BYTES), c: random.bytes(KEY_BYTES) })
}

/** The device that three seeds make (V1). */
export function deviceOfSecrets(secrets: DeviceSecrets): Device {
  const keys: DeviceKeys = {
    c: bytesToBase64Url(ed25519KeysFromSeed(secrets.c).publicKey),
    s: bytesToBase64Url(ed25519KeysFromSeed(secrets.s).publicKey),
    x: bytesToBase64Url(x25519KeysFromSeed(secrets.x).publicKey),
  }
  return { id: deviceIdOfKeys(coreCrypto, keys), keys, secrets }
}

/** The proof that this device offers its keys to this vault (V9), base64url. */
export function proveEnrolment(device: Device, vault: VaultId): string {
  return bytesToBase64Url(signEd25519(device.secrets.c, enrolSigningInput(vault, device.id)))
}

export function wipeDevice(secrets: DeviceSecrets): void {
  wipe(secrets.x, secrets.s, secrets.c)
}
