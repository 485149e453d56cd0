import { type Bytes, type Random, present } from '@salus/base'
import { digestSha256 } from '@salus/crypto'
import type { BatchCrypto } from '@salus/sync'
import { type Keyring, openBatch, sealBatch, verifyBatch } from '@salus/vault'

/** Lends sync the vault's cryptography; the keys stay behind it. */
export function createBatchCrypto(deps: {
  readonly random: Random
  readonly keyring: () => Keyring
  readonly signingSecret: Bytes
}): BatchCrypto {
  return {
    sha256: digestSha256,
    verify: verifyBatch,
    open: (envelope) => openBatch(deps.keyring(), envelope),
    seal: (request) => {
      const key = present(
        deps.keyring().get(request.stream)?.epochs.get(request.epoch),
        'a device holds the newest key of its streams',
      )
      return sealBatch(request, key, deps.signingSecret, deps.random)
    },
  }
}
