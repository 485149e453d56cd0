import { type Clock, type EpochMs, type Random, bytesToBase64Url, epochMs } from '@salus/base'
import { type DeviceId, type Hash, TOKEN_TTL_MS, type VaultId } from '@salus/wire'
import { ExpiringMap } from '../../expiring-map.ts'
import type { RelayLimits } from '../../limits.ts'
import { hashOfText } from '../../relay-crypto.ts'

/** Whom a token speaks for. */
export interface Session {
  readonly vault: VaultId
  readonly signer: DeviceId
}

/** The tokens that are live, in memory, by their hashes (S3): a restart ends them all, and clients ask anew. */
export class Tokens {
  readonly #random: Random
  readonly #perSignerMax: number
  readonly #sessions: ExpiringMap<Session>
  /** Hashes of each signer's live tokens, oldest first. */
  readonly #bySigner = new Map<string, Hash[]>()

  constructor(clock: Clock, random: Random, limits: Pick<RelayLimits, 'tokensMax' | 'tokensPerSignerMax'>) {
    this.#random = random
    this.#perSignerMax = limits.tokensPerSignerMax
    this.#sessions = new ExpiringMap(clock, TOKEN_TTL_MS, limits.tokensMax, (hash, session) =>
      this.#unlist(hash, session),
    )
  }

  issue(session: Session): { readonly token: string; readonly expiresMs: EpochMs } {
    const token = bytesToBase64Url(this.#random.bytes(32))
    const hash = hashOfText(token)
    const expiresMs = this.#sessions.set(hash, session)
    const listed = this.#bySigner.get(signerKey(session)) ?? []
    listed.push(hash)
    this.#bySigner.set(signerKey(session), listed)
    const [oldest] = listed
    if (listed.length > this.#perSignerMax && oldest !== undefined) this.#sessions.take(oldest)
    return { token, expiresMs: epochMs(expiresMs) }
  }

  find(token: string): Session | undefined {
    return this.#sessions.get(hashOfText(token))
  }

  get count(): number {
    return this.#sessions.size
  }

  #unlist(hash: string, session: Session): void {
    const left = (this.#bySigner.get(signerKey(session)) ?? []).filter((listed) => listed !== hash)
    if (left.length === 0) this.#bySigner.delete(signerKey(session))
    else this.#bySigner.set(signerKey(session), left)
  }
}

const signerKey = (session: Session): string => `${session.vault} ${session.signer}`
