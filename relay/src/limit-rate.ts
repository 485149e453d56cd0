import type { MiddlewareHandler } from 'hono'
import { clientAddress } from './client-address.ts'
import { refuse } from './reply.ts'
import type { RelayEnv, RelayServices } from './relay-services.ts'

/** Bounds what one address may ask without a token: 429 `RateLimited` beyond it. */
export function limitRate(services: RelayServices, route: keyof RelayServices['rates']): MiddlewareHandler<RelayEnv> {
  return async (c, next) => {
    const address = clientAddress(c)
    const verdict = services.rates[route].take(address)
    if (verdict === 'taken') return next()
    if (verdict === 'firstRefused') services.securityLog.refused('rate-limited', route, address)
    return refuse(c, 429, 'RateLimited')
  }
}
