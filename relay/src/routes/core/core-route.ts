import type { Bytes } from '@salus/base'
import {
  CORE_ENTRY_BYTES_MAX,
  type CoreState,
  type Hash,
  LINKS_BYTES_MAX,
  PAGE_BYTES_MAX,
  WRAPS_BYTES_MAX,
  applyCoreEntry,
  decodeFrames,
  encodeFrames,
  hashOf,
  parseHash,
} from '@salus/wire'
import type { Hono } from 'hono'
import { authorize } from '../../authorize.ts'
import { withBody } from '../../bounded-body.ts'
import { withPage } from '../../bounded-page.ts'
import { parseSeq } from '../../query-number.ts'
import { refuse, reply, replyBytes } from '../../reply.ts'
import type { RelayContext, RelayEnv, RelayServices } from '../../relay-services.ts'
import type { NewCoreRow } from '../../store/port.ts'

/** Bytes of an entry with wraps and links and the lengths of their frames. */
export const NEW_ENTRY_BYTES_MAX = CORE_ENTRY_BYTES_MAX + WRAPS_BYTES_MAX + LINKS_BYTES_MAX + 12
const NOTHING: Bytes = new Uint8Array(0)

/** `GET` and `POST /v1/core` (S5). A page ends at PAGE_BYTES_MAX; `Salus-More` says whether the log goes on. */
export function addCoreRoutes(app: Hono<RelayEnv>, services: RelayServices): void {
  app.get('/v1/core', authorize(services), async (c) => {
    const from = parseSeq(c.req.query('from') ?? '0')
    if (from === undefined) return refuse(c, 400, 'Malformed', { what: 'from' })
    return withPage(c, services, async () => {
      const { core, vault } = c.get('caller')
      const rows = await services.store.core(vault, from, PAGE_BYTES_MAX)
      const frames = encodeFrames(rows.flatMap((row) => [row.entry, row.wraps ?? NOTHING, row.links ?? NOTHING]))
      const hasMore = (rows.at(-1)?.seq ?? core.seq) < core.seq
      return { response: replyBytes(c, frames, { 'Salus-More': hasMore ? '1' : '0' }), bytes: frames.length }
    })
  })

  app.post('/v1/core', authorize(services), (c) =>
    withBody(c, services.bytesInFlight, NEW_ENTRY_BYTES_MAX, async (body) => {
      const quoted = /^"([A-Za-z0-9_-]{43})"$/.exec(c.req.header('if-match') ?? '')
      const ifMatch = parseHash(quoted?.[1])
      const frames = decodeFrames(body, 3)
      const [entry, wraps, links] = frames.ok ? frames.value : []
      if (entry === undefined || wraps === undefined || links === undefined)
        return refuse(c, 400, 'Malformed', { what: 'frames' })
      if (!ifMatch.ok) return refuse(c, 400, 'Malformed', { what: 'If-Match' })
      return appendEntry(c, services, ifMatch.value, { entry, wraps, links })
    }),
  )
}

interface SentEntry {
  readonly entry: Bytes
  readonly wraps: Bytes
  readonly links: Bytes
}

async function appendEntry(
  c: RelayContext,
  services: RelayServices,
  ifMatch: Hash,
  sent: SentEntry,
): Promise<Response> {
  const { core, vault } = c.get('caller')
  const hash = hashOf(services.crypto.sha256(sent.entry))
  if (core.seqOfHash.has(hash)) return reply(c, 201, null)
  if (ifMatch !== core.head) return refuseHead(c, core)
  const next = applyCoreEntry(services.crypto, core, sent.entry, sent)
  if (!next.ok) {
    if (next.error.type === 'Malformed') return refuse(c, 400, 'Malformed', { what: next.error.what })
    return refuse(c, 422, 'EntryRefused', {
      rule: next.error.type === 'CoreRuleBroken' ? next.error.rule : next.error.type,
    })
  }
  const row: NewCoreRow = {
    seq: next.value.seq,
    hash,
    prevHash: core.head,
    entry: sent.entry,
    wraps: sent.wraps,
    links: sent.links.length > 0 ? sent.links : undefined,
  }
  const appended = await services.store.appendCore(vault, row, services.limits.coreBytesMax)
  if (appended.ok) {
    services.coreStates.remember(next.value)
    services.listeners.coreMoved(next.value)
    return reply(c, 201, null)
  }
  if (appended.error.type === 'OverQuota') return refuse(c, 507, 'OverQuota')
  const moved = (await services.coreStates.at(vault)) ?? core
  // The same entry came twice at once: this one lost the race against itself.
  return moved.seqOfHash.has(hash) ? reply(c, 201, null) : refuseHead(c, moved)
}

function refuseHead(c: RelayContext, core: CoreState): Response {
  return refuse(c, 412, 'HeadMoved', { head: [core.seq, core.head] })
}
