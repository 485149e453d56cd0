import { PAGE_BYTES_MAX } from '@salus/wire'
import { refuse } from './reply.ts'
import type { RelayContext, RelayServices } from './relay-services.ts'

/** What a page route answers with: its bytes are counted until the client has them. */
export interface PageAnswer {
  readonly response: Response
  readonly bytes: number
}

/** Answers with up to PAGE_BYTES_MAX, or 503 `Busy` where the pages under way would take too much memory together. */
export async function withPage(
  c: RelayContext,
  services: Pick<RelayServices, 'bytesInFlight'>,
  build: () => Promise<PageAnswer>,
): Promise<Response> {
  const reservation = services.bytesInFlight.reserve(PAGE_BYTES_MAX)
  if (reservation === undefined) return refuse(c, 503, 'Busy')
  try {
    const { response, bytes } = await build()
    const outgoing = c.env.outgoing
    if (outgoing === undefined || outgoing.closed) {
      reservation.release()
    } else {
      // Shrinking always succeeds.
      reservation.resize(Math.min(bytes, PAGE_BYTES_MAX))
      outgoing.once('close', () => reservation.release())
    }
    return response
  } catch (error) {
    reservation.release()
    throw error
  }
}
