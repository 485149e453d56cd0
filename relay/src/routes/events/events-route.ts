import type { Bytes } from '@salus/base'
import type { Hono } from 'hono'
import { authorize } from '../../authorize.ts'
import { refuse, reply } from '../../reply.ts'
import type { RelayContext, RelayEnv, RelayServices } from '../../relay-services.ts'
import type { Listener } from './listeners.ts'

/**
 * `GET /v1/events` (S10): a raw stream, since Hono's streamSSE costs four times its memory and a quarter of its speed.
 * Node's adapter sends the headers before the first poke.
 */
export function addEventsRoute(app: Hono<RelayEnv>, services: RelayServices): void {
  app.get('/v1/events', authorize(services), (c) => {
    const stream = openStream(c, services)
    if (stream === undefined) return refuse(c, 503, 'Busy')
    // A proxy that gathers answers would hold every poke back.
    return reply(c, 200, stream, { 'Content-Type': 'text/plain', 'X-Accel-Buffering': 'no' })
  })
}

/** Undefined where too many streams are open. */
function openStream(c: RelayContext, services: RelayServices): ReadableStream<Bytes> | undefined {
  const { session, signer, streams, vault } = c.get('caller')
  let listener: Listener | undefined
  let isAdded = false
  const stream = new ReadableStream<Bytes>(
    {
      start: (controller) => {
        listener = {
          session,
          vault,
          signer,
          streams,
          send: (poke) => {
            if ((controller.desiredSize ?? 0) <= 0) return false
            controller.enqueue(poke)
            return true
          },
          end: () => {
            // What waits for a client that does not read would keep the socket open.
            const isStuck = (controller.desiredSize ?? 0) <= 0
            controller.close()
            if (isStuck) c.env.outgoing?.destroy()
          },
        }
        isAdded = services.listeners.add(listener)
      },
      // The client left: the adapter cancels when its socket closes.
      cancel: () => {
        if (listener !== undefined) services.listeners.remove(listener)
      },
    },
    { highWaterMark: services.limits.pokesWaitingMax },
  )
  return isAdded ? stream : undefined
}
