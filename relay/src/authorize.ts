import type { MiddlewareHandler } from 'hono'
import { clientAddress } from './client-address.ts'
import { streamsOf } from './core-states.ts'
import { refuse } from './reply.ts'
import type { RelayEnv, RelayServices } from './relay-services.ts'

/**
 * Lets a request through whose token is live and whose signer is active at the core's head now (S3). All others are
 * 401 `Refused`, alike.
 */
export function authorize(services: RelayServices): MiddlewareHandler<RelayEnv> {
  return async (c, next) => {
    const bearer = /^Bearer ([A-Za-z0-9_-]{43})$/.exec(c.req.header('authorization') ?? '')
    const session = bearer?.[1] === undefined ? undefined : services.tokens.find(bearer[1])
    const core = session && (await services.coreStates.at(session.vault))
    const streams = session && core && streamsOf(core, session.signer)
    if (session === undefined || core === undefined || streams === undefined) {
      services.securityLog.refused('token-refused', session === undefined ? 'token' : 'signer', clientAddress(c))
      return refuse(c, 401, 'Refused')
    }
    c.set('caller', { session, vault: session.vault, signer: session.signer, core, streams })
    return next()
  }
}
