import { sha256, verifyEd25519Sync } from '@salus/crypto'
import type { CoreCrypto } from '@salus/wire'

/** A device's cryptography for the core log's rules. Entries are few, so noble's synchronous verifier serves. */
export const coreCrypto: CoreCrypto = { sha256, verifyEd25519: verifyEd25519Sync }
