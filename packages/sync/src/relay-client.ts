import { type Bytes, type Result, err, ok, utf8ToBytes } from '@salus/base'
import { CONTROL_BYTES_MAX, PAIR_MESSAGE_BYTES_MAX, PAIR_TTL_MS, PAIR_WAIT_MS, encodeFrames } from '@salus/wire'
import { ANSWER_MS_MAX, type HttpFetch, ask } from './http.ts'
import type { CoreTriple, TransportError } from './transport.ts'

/** Places a new vault on a relay by an invite (S4). The same genesis again is no error. */
export async function createVaultAtRelay(
  fetch: HttpFetch,
  origin: string,
  invite: string,
  genesis: CoreTriple,
): Promise<Result<void, TransportError | { readonly type: 'InviteRefused' }>> {
  const body = encodeFrames([utf8ToBytes(invite), genesis.entry, genesis.wraps ?? new Uint8Array()])
  const answer = await ask(fetch, `${origin}/v1/vaults`, { method: 'POST', body }, CONTROL_BYTES_MAX)
  if (answer.ok) return ok()
  return answer.error.type === 'Refused' && answer.error.status === 403 ? err({ type: 'InviteRefused' }) : answer
}

/** Asks for one message at most: a relay that does not hold the wait open ends the pairing, not the battery. */
const MAILBOX_ASKS_MAX = (4 * PAIR_TTL_MS) / PAIR_WAIT_MS

export type MailboxFault = { readonly type: 'MailboxRefused' | 'Unreachable' | 'Expired' | 'Cancelled' }

/** The relay's pairing mailbox (S11): write-once slots, each read once. */
export function relayMailbox(
  fetch: HttpFetch,
  origin: string,
  mailbox: string,
  nowMs: () => number,
  signal: AbortSignal,
) {
  const deadlineMs = nowMs() + PAIR_TTL_MS
  const urlOf = (slot: number): string => `${origin}/v1/pair/${mailbox}/${String(slot)}`
  return {
    put: async (
      slot: number,
      message: Bytes,
    ): Promise<Result<void, { readonly type: 'MailboxRefused' | 'Unreachable' }>> => {
      const answer = await ask(
        fetch,
        urlOf(slot),
        { method: 'PUT', body: message, signal: orLate(signal) },
        CONTROL_BYTES_MAX,
      )
      if (answer.ok) return ok()
      return err({ type: answer.error.type === 'Unreachable' ? 'Unreachable' : 'MailboxRefused' })
    },
    /** Asks again as long as the relay holds the wait open and the mailbox lives. */
    take: async (slot: number): Promise<Result<Bytes, { readonly type: 'Expired' | 'Cancelled' | 'Unreachable' }>> => {
      for (let asks = 0; asks < MAILBOX_ASKS_MAX && nowMs() < deadlineMs; asks++) {
        if (signal.aborted) return err({ type: 'Cancelled' })
        const answer = await ask(fetch, `${urlOf(slot)}?wait=1`, { signal: orLate(signal) }, PAIR_MESSAGE_BYTES_MAX)
        if (signal.aborted) return err({ type: 'Cancelled' })
        if (answer.ok) return ok(answer.value.body)
        if (answer.error.type === 'Unreachable') return err({ type: 'Unreachable' })
        if (answer.error.type === 'Refused' && answer.error.status !== 404) return err({ type: 'Expired' })
      }
      return err({ type: 'Expired' })
    },
  }
}

/** Aborts with `signal`, and when the relay does not answer although it holds a wait no longer than PAIR_WAIT_MS. */
function orLate(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(PAIR_WAIT_MS + ANSWER_MS_MAX)])
}
