import { present } from '@salus/base'
import { encodeHeads } from '@salus/wire'
import type { Hono } from 'hono'
import { authorize } from '../../authorize.ts'
import { withPage } from '../../bounded-page.ts'
import { formatCursor } from '../../cursor.ts'
import { reply } from '../../reply.ts'
import type { RelayEnv, RelayServices } from '../../relay-services.ts'

/** `GET /v1/heads` (S9): one moment's view of what the caller holds. */
export function addHeadsRoute(app: Hono<RelayEnv>, services: RelayServices): void {
  app.get('/v1/heads', authorize(services), (c) =>
    withPage(c, services, async () => {
      const { streams, vault } = c.get('caller')
      const heads = present(await services.store.heads(vault, streams), 'a caller has a vault')
      const body = encodeHeads({
        core: heads.core,
        chains: heads.chains,
        cursor: formatCursor(services.store.relayEpoch, heads.newest),
      })
      return { response: reply(c, 200, body, { 'Content-Type': 'application/json' }), bytes: body.length }
    }),
  )
}
