import { type Bytes, type JsonObject, canonicalJson } from '@salus/base'
import { RETRY_AFTER_SECONDS } from './limits.ts'
import type { RelayContext, ReplyHeaders } from './relay-services.ts'

/** On every answer of the relay (S1). */
export const BASE_HEADERS: ReplyHeaders = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' }

/**
 * The one way in which the relay answers, so that no answer lacks its headers. Not Hono's `c.body`: headers that are a
 * plain object all the way save a tenth of the work for a small answer.
 */
export function reply(
  c: RelayContext,
  status: number,
  body: string | Bytes | ReadableStream<Bytes> | null,
  headers: ReplyHeaders = {},
): Response {
  return new Response(body, { status, headers: { ...c.get('replyHeaders'), ...headers } })
}

/** Frames or a message; `more` are headers besides. */
export function replyBytes(c: RelayContext, bytes: Bytes, more: ReplyHeaders = {}): Response {
  return reply(c, 200, bytes, { 'Content-Type': 'application/octet-stream', ...more })
}

/** JSON in its canonical spelling, as all of SALUS1. */
export function replyJson(c: RelayContext, json: JsonObject): Response {
  return reply(c, 200, canonicalJson(json), { 'Content-Type': 'application/json' })
}

/** Statuses of the refusals that the protocol names. */
export type RefusalStatus = 400 | 401 | 403 | 404 | 409 | 412 | 413 | 422 | 429 | 500 | 503 | 507

/** A refusal is JSON with the error's name (S1). */
export function refuse(c: RelayContext, status: RefusalStatus, error: string, more: JsonObject = {}): Response {
  const retry: ReplyHeaders = status === 429 || status === 503 ? { 'Retry-After': String(RETRY_AFTER_SECONDS) } : {}
  return reply(c, status, canonicalJson({ ...more, error }), { 'Content-Type': 'application/json', ...retry })
}
