import type { MiddlewareHandler } from 'hono'
import type { RelayEnv, ReplyHeaders } from './relay-services.ts'
import { BASE_HEADERS, refuse, reply } from './reply.ts'

/**
 * Runs before every route: chooses the headers of the answer, and answers a browser's preflight. Apps of the listed
 * origins may call `/v1` (CORS, Fetch §3.2); others get no header and their browser keeps the answer from them. Tokens
 * travel in a header, never in cookies, so credentials are not allowed.
 */
export function prepareReply(corsOrigins: readonly string[]): MiddlewareHandler<RelayEnv> {
  const allowed = new Set(corsOrigins)
  const others: ReplyHeaders = allowed.size > 0 ? { ...BASE_HEADERS, Vary: 'Origin' } : BASE_HEADERS
  return async (c, next) => {
    // Hono leaves the bindings out when it is called without a server.
    c.env ??= {}
    const isProtocol = c.req.path.startsWith('/v1/')
    const origin = isProtocol ? c.req.header('origin') : undefined
    const isAllowed = origin !== undefined && allowed.has(origin)
    c.set('replyHeaders', isAllowed ? { ...others, ...headersFor(origin) } : others)
    // Hono answers HEAD by GET without the body: a mailbox would be emptied, an event stream never left.
    if (isProtocol && c.req.method === 'HEAD') return refuse(c, 404, 'NotFound')
    if (!isProtocol || c.req.method !== 'OPTIONS') return next()
    return reply(c, 204, null, isAllowed ? PREFLIGHT : {})
  }
}

const PREFLIGHT: ReplyHeaders = {
  'Access-Control-Allow-Methods': 'GET, POST, PUT',
  'Access-Control-Allow-Headers': 'Authorization, Content-Type, If-Match',
  'Access-Control-Max-Age': '600',
}

function headersFor(origin: string): ReplyHeaders {
  return {
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Expose-Headers': 'Salus-Cursor, Salus-More, Retry-After',
  }
}
