import type { Clock } from '@salus/base'

export type SecurityEvent = 'auth-refused' | 'token-refused' | 'invite-refused' | 'rate-limited' | 'mailbox-closed'

/**
 * One line for each refusal that may be an attack, in a format that stays as it is, for tools that ban addresses:
 * `2026-11-24T12:00:00.000Z salus-relay auth-refused reason=signature address=192.0.2.7`.
 * It never holds a body, an id, a token, an invite or a path.
 */
export interface SecurityLog {
  refused(event: SecurityEvent, reason: string, address: string): void
}

/** @param writeLine gets each line without its end */
export function createSecurityLog(clock: Clock, writeLine: (line: string) => void): SecurityLog {
  return {
    refused: (event, reason, address) => {
      writeLine(`${new Date(clock.nowMs()).toISOString()} salus-relay ${event} reason=${reason} address=${address}`)
    },
  }
}
