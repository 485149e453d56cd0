import { type Bytes, type Result, concatBytes, err, ok } from '@salus/base'
import type { TransportError } from './transport.ts'

/** The platform's fetch, or a relay called without a port. */
export type HttpFetch = (url: string, init?: RequestInit) => Promise<Response>

export interface HttpAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: Bytes
}

export interface HttpRequest {
  readonly method?: 'GET' | 'POST' | 'PUT'
  readonly body?: Bytes
  readonly headers?: Record<string, string>
  readonly signal?: AbortSignal
}

/** How long an answer may keep a device waiting, milliseconds; long polls pass a signal of their own. */
export const ANSWER_MS_MAX = 60_000

/** Asks and reads the whole answer, up to `bytesMax`: what a relay sends is bounded before it is looked at. */
export async function ask(
  fetch: HttpFetch,
  url: string,
  request: HttpRequest,
  bytesMax: number,
): Promise<Result<HttpAnswer, TransportError>> {
  try {
    const signal = request.signal ?? AbortSignal.timeout(ANSWER_MS_MAX)
    const { method = 'GET', headers = {} } = request
    const response = await fetch(url, {
      method,
      headers,
      signal,
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
      ...(request.body === undefined ? {} : { body: request.body }),
    })
    const body = await readBounded(response, bytesMax)
    if (body === undefined) return err({ type: 'BadAnswer', what: 'size' })
    if (response.status >= 200 && response.status < 300)
      return ok({ status: response.status, headers: response.headers, body })
    return err({ type: 'Refused', status: response.status, name: refusalName(body) })
  } catch {
    // fetch tells a lost network, a refused origin and a timeout only by throwing.
    return err({ type: 'Unreachable' })
  }
}

async function readBounded(response: Response, bytesMax: number): Promise<Bytes | undefined> {
  if (response.body === null) return new Uint8Array()
  const reader = response.body.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return concatBytes(...chunks)
    size += value.length
    if (size > bytesMax) {
      await reader.cancel()
      return undefined
    }
    chunks.push(value)
  }
}

const REFUSAL_NAME = /"error":"([A-Za-z]{1,40})"/

/** The name in a refusal's JSON (S1); anything else of it is not looked at. */
function refusalName(body: Bytes): string {
  return REFUSAL_NAME.exec(new TextDecoder().decode(body.subarray(0, 1024)))?.[1] ?? 'Unnamed'
}
