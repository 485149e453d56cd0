import type { MiddlewareHandler } from 'hono'
import type { RelayEnv } from './relay-services.ts'

/**
 * Lets apps of the listed origins call the relay from a browser (Fetch §3.2). Others get no header and their browser
 * keeps the answer from them. Tokens travel in a header, never in cookies, so credentials are not allowed.
 */
export function allowOrigins(origins: readonly string[]): MiddlewareHandler<RelayEnv> {
  const allowed = new Set(origins)
  return async (c, next) => {
    if (allowed.size > 0) c.header('Vary', 'Origin')
    const origin = c.req.header('origin')
    const isAllowed = origin !== undefined && allowed.has(origin)
    if (isAllowed) {
      c.header('Access-Control-Allow-Origin', origin)
      c.header('Access-Control-Expose-Headers', 'Salus-Cursor, Salus-More, Retry-After')
    }
    if (c.req.method !== 'OPTIONS') return next()
    if (isAllowed) {
      c.header('Access-Control-Allow-Methods', 'GET, POST, PUT')
      c.header('Access-Control-Allow-Headers', 'Authorization, Content-Type, If-Match')
      c.header('Access-Control-Max-Age', '600')
    }
    return c.body(null, 204)
  }
}
