import { type Bytes, type Result, concatBytes, err, ok } from '@salus/base'
import type { ByteBudget, Reservation } from './byte-budget.ts'
import { UNCOUNTED_BODY_BYTES_MAX } from './limits.ts'
import { refuse } from './reply.ts'
import type { RelayContext } from './relay-services.ts'

type BodyFault = { readonly type: 'TooLarge' } | { readonly type: 'Busy' } | { readonly type: 'Aborted' }

/**
 * Reads a request's body and hands it to `use`. Never holds more than `bytesMax` of it: 413 `TooLarge` as soon as it is
 * longer, 503 `Busy` where all bodies together would take too much.
 * @param budget what the bodies of this route share; small ones are not counted
 */
export async function withBody(
  c: RelayContext,
  budget: ByteBudget,
  bytesMax: number,
  use: (body: Bytes) => Response | Promise<Response>,
): Promise<Response> {
  const reservation = bytesMax <= UNCOUNTED_BODY_BYTES_MAX ? UNCOUNTED : budget.reserve(0)
  if (reservation === undefined) return refuse(c, 503, 'Busy')
  try {
    const body = await readBody(c, bytesMax, reservation)
    if (body.ok) return await use(body.value)
    if (body.error.type === 'TooLarge') return refuse(c, 413, 'TooLarge')
    return body.error.type === 'Busy' ? refuse(c, 503, 'Busy') : refuse(c, 400, 'Malformed', { what: 'body' })
  } finally {
    reservation.release()
  }
}

const UNCOUNTED: Reservation = { resize: () => true, release: () => undefined }

async function readBody(
  c: RelayContext,
  bytesMax: number,
  reservation: Reservation,
): Promise<Result<Bytes, BodyFault>> {
  const declared = declaredBytes(c)
  if (declared === undefined) return readStream(c.req.raw.body, bytesMax, reservation)
  if (declared > bytesMax) return err({ type: 'TooLarge' })
  if (!reservation.resize(declared)) return err({ type: 'Busy' })
  try {
    // Node's parser lets exactly the declared number of bytes through.
    return ok(new Uint8Array(await c.req.raw.arrayBuffer()))
  } catch {
    // The client went away in the middle.
    return err({ type: 'Aborted' })
  }
}

/** The body's length where a server has made sure that it is true. */
function declaredBytes(c: RelayContext): number | undefined {
  if (c.env.incoming === undefined || c.req.header('transfer-encoding') !== undefined) return undefined
  const length = c.req.header('content-length')
  return length !== undefined && /^[0-9]{1,15}$/.test(length) ? Number(length) : undefined
}

async function readStream(
  stream: ReadableStream<Uint8Array> | null,
  bytesMax: number,
  reservation: Reservation,
): Promise<Result<Bytes, BodyFault>> {
  if (stream === null) return ok(new Uint8Array(0))
  const reader = stream.getReader()
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return ok(concatBytes(...chunks))
      length += value.length
      const fault = length > bytesMax ? 'TooLarge' : reservation.resize(length) ? undefined : 'Busy'
      if (fault !== undefined) {
        // The rest is not worth waiting for; whether it can still be stopped changes nothing.
        reader.cancel().catch(() => undefined)
        return err({ type: fault })
      }
      chunks.push(value)
    }
  } catch {
    return err({ type: 'Aborted' })
  }
}
