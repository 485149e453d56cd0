import {
  type Bytes,
  type Result,
  base64UrlToBytes,
  bytesToUtf8,
  isJsonObject,
  ok,
  parseCanonicalJson,
} from '@salus/base'
import {
  type DeviceId,
  SIGNATURE_BYTES,
  type SyntaxFault,
  type VaultId,
  malformed,
  parseBase64Url,
  parseDeviceId,
  parseVaultId,
} from '@salus/wire'

/** Bytes of a nonce (S2). */
export const NONCE_BYTES = 32
/** Characters of an origin; a host name has at most 253 (RFC 1035 §2.3.4). */
export const ORIGIN_CHARACTERS_MAX = 512

export interface AuthRequest {
  readonly nonce: Bytes
  /** As it was spelt: the key under which the nonce was given. */
  readonly nonceText: string
  readonly origin: string
  readonly signature: Bytes
  readonly signer: DeviceId
  /** Undefined when a recovery kit looks for its vault. */
  readonly vault: VaultId | undefined
}

/** Reads the body of `POST /v1/auth`: canonical JSON of exactly the members of S2. */
export function parseAuthRequest(body: Bytes): Result<AuthRequest, SyntaxFault> {
  const text = bytesToUtf8(body)
  const json = text.ok ? parseCanonicalJson(text.value) : text
  if (
    !json.ok ||
    !isJsonObject(json.value) ||
    Object.keys(json.value).join() !== 'nonce,origin,signature,signer,vault'
  ) {
    return malformed('auth request')
  }
  const { nonce: nonceText, origin, signature: signatureText, signer: signerText, vault: vaultText } = json.value
  const nonce = parseBase64Url(nonceText, NONCE_BYTES, 'nonce')
  if (!nonce.ok || typeof nonceText !== 'string') return malformed('nonce')
  if (typeof origin !== 'string' || origin.length > ORIGIN_CHARACTERS_MAX) return malformed('origin')
  const signature = parseBase64Url(signatureText, SIGNATURE_BYTES, 'signature')
  const signer = parseDeviceId(signerText)
  if (!signature.ok) return signature
  if (!signer.ok) return signer
  const vault = vaultText === '' ? ok(undefined) : parseVaultId(vaultText)
  if (!vault.ok) return vault
  return ok({
    nonce: nonce.value,
    nonceText,
    origin,
    signature: signature.value,
    signer: signer.value,
    vault: vault.value,
  })
}

/** Bytes of a key whose spelling a core entry's decoder has checked. */
export function decodedKey(text: string): Bytes {
  const bytes = base64UrlToBytes(text)
  if (!bytes.ok) throw new Error('Invariant broken: decoded keys are base64url')
  return bytes.value
}
