import type { RelayContext } from './relay-services.ts'

/** Where the request came from, as the socket says: a header could name anybody. */
export function clientAddress(c: RelayContext): string {
  return c.env.incoming?.socket.remoteAddress ?? 'in-process'
}
