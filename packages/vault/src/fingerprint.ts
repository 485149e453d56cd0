import { bytesToHex } from '@salus/base'
import { type VaultId, idBytes } from '@salus/wire'

const FINGERPRINT_BYTES = 10

/** 80 bits of the vault id in groups of four hex digits: what a person compares with the printed kit. */
export function vaultFingerprint(vault: VaultId): string {
  const hex = bytesToHex(idBytes(vault).subarray(0, FINGERPRINT_BYTES))
  return (hex.match(/.{4}/g) ?? []).join(' ')
}
