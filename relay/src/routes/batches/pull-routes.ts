import { PAGE_BYTES_MAX, encodeFrames, parseDeviceId, parseStreamId } from '@salus/wire'
import type { Hono } from 'hono'
import { authorize } from '../../authorize.ts'
import { type PageAnswer, withPage } from '../../bounded-page.ts'
import { formatCursor, readCursor } from '../../cursor.ts'
import { parseSeq } from '../../query-number.ts'
import { refuse, replyBytes } from '../../reply.ts'
import type { RelayContext, RelayEnv, RelayServices, ReplyHeaders } from '../../relay-services.ts'
import type { Page } from '../../store/port.ts'

/** `GET /v1/batches` (S7) and `GET /v1/streams/:stream/batches` (S8). */
export function addPullRoutes(app: Hono<RelayEnv>, services: RelayServices): void {
  app.get('/v1/batches', authorize(services), async (c) => {
    const after = readCursor(c.req.query('cursor'), services.store.relayEpoch)
    if (after === undefined) return refuse(c, 400, 'Malformed', { what: 'cursor' })
    const bytesAsked = parseSeq(c.req.query('bytes') ?? String(PAGE_BYTES_MAX))
    if (bytesAsked === undefined) return refuse(c, 400, 'Malformed', { what: 'bytes' })
    const bytesMax = Math.min(bytesAsked, PAGE_BYTES_MAX)
    return withPage(c, services, async () => {
      const { streams, vault } = c.get('caller')
      const page = await services.store.page({ vault, streams, after, bytesMax })
      return answerPage(c, page, { 'Salus-Cursor': formatCursor(services.store.relayEpoch, page.end) })
    })
  })

  app.get('/v1/streams/:stream/batches', authorize(services), async (c) => {
    const stream = parseStreamId(c.req.param('stream'))
    const device = parseDeviceId(c.req.query('device'))
    const fromSeq = parseSeq(c.req.query('from') ?? '1')
    if (!stream.ok || !device.ok || fromSeq === undefined)
      return refuse(c, 400, 'Malformed', { what: 'stream, device or from' })
    const { streams, vault } = c.get('caller')
    // One answer for a stream that does not exist and one that the caller does not hold.
    if (!streams.has(stream.value)) return refuse(c, 404, 'UnknownStream')
    return withPage(c, services, async () =>
      answerPage(
        c,
        await services.store.chain({
          vault,
          stream: stream.value,
          device: device.value,
          fromSeq,
          bytesMax: PAGE_BYTES_MAX,
        }),
      ),
    )
  })
}

function answerPage(c: RelayContext, page: Page, headers: ReplyHeaders = {}): PageAnswer {
  const frames = encodeFrames(page.batches)
  return {
    response: replyBytes(c, frames, { 'Salus-More': page.hasMore ? '1' : '0', ...headers }),
    bytes: frames.length,
  }
}
