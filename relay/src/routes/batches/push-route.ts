import { type Bytes, type Result, err, ok } from '@salus/base'
import {
  type CoreState,
  PUSH_BATCHES_MAX,
  PUSH_BYTES_MAX,
  type StreamId,
  ZERO_HASH,
  decodeFrames,
  parseStreamId,
} from '@salus/wire'
import type { Hono } from 'hono'
import { authorize } from '../../authorize.ts'
import { withBody } from '../../bounded-body.ts'
import { streamsOf } from '../../core-states.ts'
import { formatCursor } from '../../cursor.ts'
import { CORE_MOVES_MAX } from '../../limits.ts'
import { refuse, replyJson } from '../../reply.ts'
import type { RelayContext, RelayEnv, RelayServices } from '../../relay-services.ts'
import { FRAME_LENGTH_BYTES, type NewBatch, type PushRefusal } from '../../store/port.ts'
import { type BatchFault, checkBatch } from './check-batch.ts'

/** Signatures that are checked before others get their turn: a full push takes a tenth of a second. */
const CHECKS_PER_TURN = 64
/** PUSH_BYTES_MAX counts the batches; their frames come on top. */
const PUSH_BODY_BYTES_MAX = PUSH_BYTES_MAX + PUSH_BATCHES_MAX * FRAME_LENGTH_BYTES

/** `POST /v1/streams/:stream/batches` (S6). */
export function addPushRoute(app: Hono<RelayEnv>, services: RelayServices): void {
  app.post('/v1/streams/:stream/batches', authorize(services), (c) =>
    withBody(c, services.bytesInFlight, PUSH_BODY_BYTES_MAX, async (body) => {
      const stream = parseStreamId(c.req.param('stream'))
      if (!stream.ok) return refuse(c, 400, 'Malformed', { what: stream.error.what })
      const frames = decodeFrames(body, PUSH_BATCHES_MAX)
      if (!frames.ok) {
        const isTooMany = frames.error.what === 'number of frames'
        return isTooMany ? refuse(c, 413, 'TooLarge') : refuse(c, 400, 'Malformed', { what: frames.error.what })
      }
      if (frames.value.length === 0) return refuse(c, 400, 'Malformed', { what: 'no batch' })
      if (body.length - frames.value.length * FRAME_LENGTH_BYTES > PUSH_BYTES_MAX) return refuse(c, 413, 'TooLarge')
      return pushBatches(c, services, stream.value, frames.value)
    }),
  )
}

async function pushBatches(
  c: RelayContext,
  services: RelayServices,
  stream: StreamId,
  frames: readonly Bytes[],
): Promise<Response> {
  const { session, signer, vault } = c.get('caller')
  let core: CoreState | undefined = c.get('caller').core
  // What is checked under one core head is written under that head, or checked anew: an entry that cuts an author off
  // cannot be overtaken by the author's batch.
  for (let moves = 0; moves <= CORE_MOVES_MAX; moves++) {
    const streams = core && streamsOf(core, signer)
    if (core === undefined || streams === undefined) return refuse(c, 401, 'Refused')
    if (!streams.has(stream)) return refuse(c, 422, 'BadBatch', { index: 0, reason: 'UnknownStream' })
    const batches = await checkAll(services, core, stream, frames)
    if (!batches.ok) return refuseBatch(c, batches.error)
    const { chainsMax, vaultBytesMax } = services.limits
    const push = { vault, stream, checkedAtCoreSeq: core.seq, batches: batches.value, vaultBytesMax, chainsMax }
    const pushed = await services.store.push(push)
    if (pushed.ok) {
      if (pushed.value.added > 0) services.listeners.batchesCame(core.vault, stream, session)
      return replyJson(c, { cursor: formatCursor(services.store.relayEpoch, pushed.value.newest) })
    }
    if (pushed.error.type !== 'CoreMoved') return refusePush(c, pushed.error)
    core = await services.coreStates.at(vault)
  }
  return refuse(c, 503, 'Busy')
}

type IndexedFault = { readonly index: number; readonly fault: BatchFault }

async function checkAll(
  services: RelayServices,
  core: CoreState,
  stream: StreamId,
  frames: readonly Bytes[],
): Promise<Result<NewBatch[], IndexedFault>> {
  const batches: NewBatch[] = []
  for (const [index, bytes] of frames.entries()) {
    if (index > 0 && index % CHECKS_PER_TURN === 0) await new Promise(setImmediate)
    const batch = checkBatch(services.crypto, core, stream, bytes)
    if (!batch.ok) return err({ index, fault: batch.error })
    batches.push(batch.value)
  }
  return ok(batches)
}

function refuseBatch(c: RelayContext, { index, fault }: IndexedFault): Response {
  return fault.type === 'TooLarge'
    ? refuse(c, 413, 'TooLarge')
    : refuse(c, 422, 'BadBatch', { index, reason: fault.reason })
}

function refusePush(c: RelayContext, refusal: Exclude<PushRefusal, { type: 'CoreMoved' }>): Response {
  switch (refusal.type) {
    case 'ChainBroken': {
      const { device, head } = refusal
      return refuse(c, 409, 'ChainBroken', { device, head: [head?.seq ?? 0, head?.hash ?? ZERO_HASH] })
    }
    case 'CoreHeadWentBack':
      return refuse(c, 422, 'BadBatch', { index: refusal.index, reason: refusal.type })
    case 'OverQuota':
      return refuse(c, 507, 'OverQuota')
  }
}
