import { ID_BYTES, PAIR_MESSAGE_BYTES_MAX, PAIR_SLOTS_MAX, parseBase64Url } from '@salus/wire'
import type { Hono } from 'hono'
import { withBody } from '../../bounded-body.ts'
import { clientAddress } from '../../client-address.ts'
import { limitRate } from '../../limit-rate.ts'
import { parseSeq } from '../../query-number.ts'
import { refuse, reply, replyBytes } from '../../reply.ts'
import type { RelayContext, RelayEnv, RelayServices } from '../../relay-services.ts'
import type { Mailboxes } from './mailboxes.ts'

/** `PUT` and `GET /v1/pair/:rid/:slot` (S11), without a token. */
export function addPairRoutes(app: Hono<RelayEnv>, services: RelayServices, mailboxes: Mailboxes): void {
  const limited = limitRate(services, 'pair')

  app.put('/v1/pair/:rid/:slot', limited, (c) => {
    const place = placeOf(c)
    if (place === undefined) return refuse(c, 400, 'Malformed', { what: 'rid or slot' })
    return withBody(c, services.bytesInFlight, PAIR_MESSAGE_BYTES_MAX, (message) => {
      switch (mailboxes.write(place.rid, place.slot, message)) {
        case 'written':
          return reply(c, 201, null)
        case 'taken':
          return refuse(c, 409, 'SlotTaken')
        case 'closed':
          services.securityLog.refused('mailbox-closed', 'tries', clientAddress(c))
          return refuse(c, 409, 'MailboxClosed')
        case 'full':
          return refuse(c, 503, 'Busy')
      }
    })
  })

  app.get('/v1/pair/:rid/:slot', limited, async (c) => {
    const place = placeOf(c)
    if (place === undefined) return refuse(c, 400, 'Malformed', { what: 'rid or slot' })
    const message =
      c.req.query('wait') === '1'
        ? await mailboxes.takeOrWait(place.rid, place.slot, c.req.raw.signal)
        : mailboxes.take(place.rid, place.slot)
    if (message === undefined) return refuse(c, 404, 'NotYet')
    return replyBytes(c, message)
  })
}

function placeOf(c: RelayContext): { readonly rid: string; readonly slot: number } | undefined {
  const rid = c.req.param('rid')
  const slot = parseSeq(c.req.param('slot'))
  if (rid === undefined || !parseBase64Url(rid, ID_BYTES, 'rid').ok) return undefined
  return slot === undefined || slot < 1 || slot > PAIR_SLOTS_MAX ? undefined : { rid, slot }
}
