import { createHash } from 'node:crypto'
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { HEADERS_TIMEOUT_MS, HEADER_BYTES_MAX } from '../limits.ts'
import { stopServer, trackSockets } from '../stop-server.ts'
import { TRUST_STYLE, type TrustView, renderTrustPage } from './trust-page.ts'
import { type TrustLanguage, trustLanguages } from './trust-words.ts'

/** Where the authority's certificate is fetched; phones tell what to do with it by type and ending. */
export const CERTIFICATE_PATH = '/salus-home.crt'
/** Connections at once: one household opens a page now and then. */
const SOCKETS_MAX = 64
const SOCKET_IDLE_MS = 10_000

const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(TRUST_STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

export interface TrustServer {
  readonly port: number
  close(): Promise<void>
}

/**
 * Serves, over plain http, how a phone comes to trust the authority, and the authority's certificate: nothing else, never
 * the app or the relay. Whoever can bend the network can bend this page, which is why it says to compare a fingerprint.
 * @param view asked at each request
 * @throws the server's error, such as EADDRINUSE
 */
export async function startTrustServer(
  host: string,
  port: number,
  view: () => TrustView & { readonly authorityDer: Uint8Array },
): Promise<TrustServer> {
  const server: Server = createServer(
    {
      maxHeaderSize: HEADER_BYTES_MAX,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: HEADERS_TIMEOUT_MS,
      keepAliveTimeout: SOCKET_IDLE_MS,
    },
    (request, response) => answer(request, response, view()),
  )
  server.maxConnections = SOCKETS_MAX
  server.setTimeout(SOCKET_IDLE_MS)
  const hangUp = trackSockets(server)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  // A server that listens on a port says so.
  const bound = server.address() as AddressInfo
  return { port: bound.port, close: () => stopServer(server, hangUp, () => undefined) }
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  view: TrustView & { readonly authorityDer: Uint8Array },
): void {
  response.setHeader('Cache-Control', 'no-store')
  response.setHeader('X-Content-Type-Options', 'nosniff')
  response.setHeader('Referrer-Policy', 'no-referrer')
  response.setHeader('Content-Security-Policy', POLICY)
  if (request.method !== 'GET' && request.method !== 'HEAD') return end(response, 405, 'text/plain', 'GET only\n')
  const path = (request.url ?? '').split('?')[0] ?? ''
  if (path === CERTIFICATE_PATH) return end(response, 200, 'application/x-x509-ca-cert', view.authorityDer)
  const chosen = trustLanguages.find((language) => path === `/${language}`)
  if (path !== '/' && chosen === undefined) return end(response, 404, 'text/plain', 'Not found\n')
  const language = chosen ?? preferredLanguage(request.headers['accept-language'] ?? '')
  response.setHeader('Content-Language', language)
  response.setHeader('Vary', 'Accept-Language')
  end(response, 200, 'text/html; charset=utf-8', renderTrustPage(view, language))
}

function end(response: ServerResponse, status: number, type: string, body: string | Uint8Array): void {
  response.statusCode = status
  response.setHeader('Content-Type', type)
  response.end(body)
}

/** The first of a reader's languages that we speak; browsers send them in order. */
export function preferredLanguage(header: string): TrustLanguage {
  for (const entry of header.slice(0, 1_000).split(',')) {
    const wanted = trustLanguages.find((language) => entry.trim().toLowerCase().startsWith(language))
    if (wanted !== undefined) return wanted
  }
  return 'en'
}
