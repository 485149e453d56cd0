import { type Clock, type EpochMs, type Random, bytesToBase64Url, epochMs } from '@salus/base'
import { hashOfText } from './relay-crypto.ts'
import type { RelayStore } from './store/port.ts'

/** 128 bits: nobody guesses one, and no rate limit has to help. */
const INVITE_BYTES = 16

/**
 * Makes a code with which one vault can be created (S4). The store keeps its hash only, so this is the one moment to
 * show it.
 * @param lifeMs after which it is refused; without one it waits for ever
 */
export async function createInvite(
  deps: { store: RelayStore; clock: Clock; random: Random },
  lifeMs?: number,
): Promise<string> {
  const token = bytesToBase64Url(deps.random.bytes(INVITE_BYTES))
  const createdMs = deps.clock.nowMs()
  const expiresMs: EpochMs | undefined = lifeMs === undefined ? undefined : epochMs(createdMs + lifeMs)
  await deps.store.addInvite({ hash: hashOfText(token), createdMs, expiresMs })
  return token
}

/** What the owner opens: the code stands in the fragment, which no server and no log ever sees. */
export function inviteLink(origin: string, token: string): string {
  return `${origin}/#invite=${token}`
}
