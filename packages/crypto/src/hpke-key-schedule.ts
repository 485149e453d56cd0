import { type Bytes, concatBytes, utf8ToBytes, wipe } from '@salus/base'
import { hkdfExpand, hkdfExtract } from './hkdf.ts'

/** DHKEM(X25519, HKDF-SHA256) (RFC 9180 §7.1). */
const KEM_ID = 0x0020
/** HKDF-SHA256 (RFC 9180 §7.2). */
const KDF_ID = 0x0001
/** mode_base (RFC 9180 §5, table 1). */
const MODE_BASE = 0x00
const NONCE_BYTES = 12
const KEM_SECRET_BYTES = 32

/** An AEAD of RFC 9180 §7.3 as far as the key schedule knows it: its id and its key's length Nk in bytes. */
export interface HpkeAead {
  readonly id: number
  readonly keyBytes: number
}

/** What the first and only message of a single-shot context is sealed with. Wipe after use. */
export interface HpkeContextKeys {
  readonly key: Bytes
  readonly baseNonce: Bytes
}

const KEM_SUITE_ID = concatBytes(utf8ToBytes('KEM'), integerToBytes(KEM_ID))

/** ExtractAndExpand(dh, kem_context) of DHKEM (RFC 9180 §4.1); kem_context = enc | pkRm. */
export function extractAndExpand(diffieHellman: Bytes, enc: Bytes, recipientPublicKey: Bytes): Bytes {
  const pseudorandomKey = labeledExtract(KEM_SUITE_ID, new Uint8Array(), 'eae_prk', diffieHellman)
  const context = concatBytes(enc, recipientPublicKey)
  const sharedSecret = labeledExpand(KEM_SUITE_ID, pseudorandomKey, 'shared_secret', context, KEM_SECRET_BYTES)
  wipe(pseudorandomKey)
  return sharedSecret
}

/** KeySchedule(mode_base, shared_secret, info, "", "") (RFC 9180 §5.1), without the exporter, which nothing here uses. */
export function keyScheduleBase(aead: HpkeAead, sharedSecret: Bytes, info: Bytes): HpkeContextKeys {
  const suiteId = concatBytes(
    utf8ToBytes('HPKE'),
    integerToBytes(KEM_ID),
    integerToBytes(KDF_ID),
    integerToBytes(aead.id),
  )
  const empty = new Uint8Array()
  const context = concatBytes(
    Uint8Array.of(MODE_BASE),
    labeledExtract(suiteId, empty, 'psk_id_hash', empty),
    labeledExtract(suiteId, empty, 'info_hash', info),
  )
  const secret = labeledExtract(suiteId, sharedSecret, 'secret', empty)
  const key = labeledExpand(suiteId, secret, 'key', context, aead.keyBytes)
  const baseNonce = labeledExpand(suiteId, secret, 'base_nonce', context, NONCE_BYTES)
  wipe(secret)
  return { key, baseNonce }
}

/** LabeledExtract (RFC 9180 §4). */
function labeledExtract(suiteId: Bytes, salt: Bytes, label: string, ikm: Bytes): Bytes {
  const labeledIkm = concatBytes(utf8ToBytes('HPKE-v1'), suiteId, utf8ToBytes(label), ikm)
  const pseudorandomKey = hkdfExtract(salt, labeledIkm)
  wipe(labeledIkm)
  return pseudorandomKey
}

/** LabeledExpand (RFC 9180 §4). */
function labeledExpand(suiteId: Bytes, pseudorandomKey: Bytes, label: string, info: Bytes, length: number): Bytes {
  const labeledInfo = concatBytes(integerToBytes(length), utf8ToBytes('HPKE-v1'), suiteId, utf8ToBytes(label), info)
  return hkdfExpand(pseudorandomKey, labeledInfo, length)
}

/** I2OSP(value, 2) (RFC 8017 §4.1). */
function integerToBytes(value: number): Bytes {
  return Uint8Array.of(value >> 8, value & 0xff)
}
