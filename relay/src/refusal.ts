import { type JsonObject, canonicalJson } from '@salus/base'
import type { Context } from 'hono'
import { RETRY_AFTER_SECONDS } from './limits.ts'

/** Statuses of the refusals that the protocol names. */
export type RefusalStatus = 400 | 401 | 403 | 404 | 409 | 412 | 413 | 422 | 429 | 500 | 503 | 507

/** A refusal is JSON with the error's name (S1). */
export function refuse(c: Context, status: RefusalStatus, error: string, more: JsonObject = {}): Response {
  if (status === 429 || status === 503) c.header('Retry-After', String(RETRY_AFTER_SECONDS))
  return answerJson(c, { ...more, error }, status)
}

/** JSON in its canonical spelling, as all of SALUS1. */
export function answerJson(c: Context, json: JsonObject, status: 200 | RefusalStatus = 200): Response {
  return c.body(canonicalJson(json), status, { 'Content-Type': 'application/json' })
}
