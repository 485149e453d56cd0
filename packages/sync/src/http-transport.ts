import {
  type Bytes,
  type Result,
  base64UrlToBytes,
  bytesToBase64Url,
  bytesToUtf8,
  canonicalJson,
  err,
  isJsonObject,
  ok,
  utf8ToBytes,
} from '@salus/base'
import {
  CONTROL_BYTES_MAX,
  CORE_ENTRIES_MAX,
  type DeviceId,
  FRAMES_MAX,
  KEY_BYTES,
  PAGE_BYTES_MAX,
  type VaultId,
  ZERO_VAULT,
  authSigningInput,
  decodeFrames,
  decodeHeads,
  encodeFrames,
  isCursor,
  parseBase64Url,
  parseVaultId,
} from '@salus/wire'
import { type HttpAnswer, type HttpFetch, ask } from './http.ts'
import type { BatchPage, ChainPage, CoreTriple, Poke, Transport, TransportError } from './transport.ts'

/** Bytes of a relay's token (S3). */
const TOKEN_BYTES = 32
/** A page may exceed its limit by the one batch or entry that it must hold, and frames' lengths. */
const PAGE_ANSWER_BYTES_MAX = PAGE_BYTES_MAX + 1024 * 1024

export interface RelaySigner {
  readonly id: DeviceId
  /** Ed25519 with the device's batch key (S2). */
  sign(message: Bytes): Bytes
}

export interface HttpTransportDeps {
  readonly fetch: HttpFetch
  /** Origin without a slash at its end. */
  readonly origin: string
  readonly signer: RelaySigner
  /** A kit that looks for its vault signs {@link ZERO_VAULT}. */
  readonly vault: VaultId
  /** Ends every request under way, and any later one at once. */
  readonly signal?: AbortSignal
}

export interface HttpTransport extends Transport {
  readonly origin: string
  /** Signs in and tells the vault that the relay knows this signer by (S2). */
  signIn(): Promise<Result<VaultId, TransportError>>
}

/** The relay over HTTP: sections 1 and 3 of the sync protocol. A token is fetched when needed and after a 401. */
export function createHttpTransport(deps: HttpTransportDeps): HttpTransport {
  let token: string | undefined
  const { signal } = deps
  const fetch: HttpFetch =
    signal === undefined
      ? deps.fetch
      : (url, init) =>
          deps.fetch(url, { ...init, signal: AbortSignal.any([signal, ...(init?.signal ? [init.signal] : [])]) })

  const signIn = async (): Promise<Result<VaultId, TransportError>> => {
    const challenge = await ask(fetch, `${deps.origin}/v1/auth/challenge`, { method: 'POST' }, CONTROL_BYTES_MAX)
    const nonceText = challenge.ok ? jsonOf(challenge.value)?.['nonce'] : undefined
    if (!challenge.ok) return challenge
    const nonce = typeof nonceText === 'string' ? base64UrlToBytes(nonceText) : undefined
    if (nonce?.ok !== true || nonce.value.length !== KEY_BYTES) return bad('nonce')
    const signature = deps.signer.sign(authSigningInput(deps.vault, deps.origin, nonce.value))
    const body = utf8ToBytes(
      canonicalJson({
        nonce: bytesToBase64Url(nonce.value),
        origin: deps.origin,
        signature: bytesToBase64Url(signature),
        signer: deps.signer.id,
        vault: deps.vault === ZERO_VAULT ? '' : deps.vault,
      }),
    )
    const answer = await ask(
      fetch,
      `${deps.origin}/v1/auth`,
      { method: 'POST', body, headers: { 'Content-Type': 'application/json' } },
      CONTROL_BYTES_MAX,
    )
    if (!answer.ok) return answer
    const json = jsonOf(answer.value)
    const vault = parseVaultId(json?.['vault'])
    const granted = json?.['token']
    if (typeof granted !== 'string' || !parseBase64Url(granted, TOKEN_BYTES, 'token').ok || !vault.ok)
      return bad('token')
    token = granted
    return vault
  }

  const authorised = async (
    path: string,
    request: Parameters<typeof ask>[2],
    bytesMax: number,
  ): Promise<Result<HttpAnswer, TransportError>> => {
    for (let tries = 0; ; tries++) {
      if (token === undefined) {
        const signedIn = await signIn()
        if (!signedIn.ok) return signedIn
      }
      const headers = { ...request.headers, Authorization: `Bearer ${token ?? ''}` }
      const answer = await ask(fetch, deps.origin + path, { ...request, headers }, bytesMax)
      const hasExpired = !answer.ok && answer.error.type === 'Refused' && answer.error.status === 401
      if (!hasExpired || tries > 0) return answer
      token = undefined
    }
  }

  /** One page of the core log, and whether it goes on. */
  const corePage = async (
    fromSeq: number,
  ): Promise<Result<{ triples: CoreTriple[]; hasMore: boolean }, TransportError>> => {
    const answer = await authorised(`/v1/core?from=${String(fromSeq)}`, {}, PAGE_ANSWER_BYTES_MAX)
    if (!answer.ok) return answer
    const triples = decodeCore(answer.value.body)
    return triples.ok
      ? ok({ triples: triples.value, hasMore: answer.value.headers.get('salus-more') === '1' })
      : triples
  }

  return {
    origin: deps.origin,
    signIn,
    heads: async () => {
      const answer = await authorised('/v1/heads', {}, CONTROL_BYTES_MAX)
      if (!answer.ok) return answer
      const heads = decodeHeads(answer.value.body)
      return heads.ok ? heads : bad('heads')
    },
    core: async (fromSeq) => {
      const triples: CoreTriple[] = []
      while (fromSeq + triples.length <= CORE_ENTRIES_MAX) {
        const page = await corePage(fromSeq + triples.length)
        if (!page.ok) return page
        triples.push(...page.value.triples)
        if (!page.value.hasMore || page.value.triples.length === 0) return ok(triples)
      }
      return bad('core length')
    },
    appendCore: async (prevHash, triple) => {
      const body = encodeFrames([triple.entry, triple.wraps ?? new Uint8Array(), triple.links ?? new Uint8Array()])
      const answer = await authorised(
        '/v1/core',
        { method: 'POST', body, headers: { 'If-Match': `"${prevHash}"` } },
        CONTROL_BYTES_MAX,
      )
      if (answer.ok) return ok()
      return answer.error.type === 'Refused' && answer.error.status === 412 ? err({ type: 'HeadMoved' }) : answer
    },
    batches: async (cursor, bytesMax) => {
      const from = cursor === undefined ? '' : `cursor=${cursor}&`
      const answer = await authorised(`/v1/batches?${from}bytes=${String(bytesMax)}`, {}, PAGE_ANSWER_BYTES_MAX)
      return answer.ok ? decodePage(answer.value) : answer
    },
    chain: async (stream, device, fromSeq) => {
      const path = `/v1/streams/${stream}/batches?device=${device}&from=${String(fromSeq)}`
      const answer = await authorised(path, {}, PAGE_ANSWER_BYTES_MAX)
      return answer.ok ? decodeChainPage(answer.value) : answer
    },
    push: async (stream, batches) => {
      const answer = await authorised(
        `/v1/streams/${stream}/batches`,
        { method: 'POST', body: encodeFrames(batches) },
        CONTROL_BYTES_MAX,
      )
      if (!answer.ok) return answer
      const cursor = jsonOf(answer.value)?.['cursor']
      return typeof cursor === 'string' && isCursor(cursor) ? ok(cursor) : bad('cursor')
    },
    events: async (onPoke, signal) => {
      if (token === undefined) {
        const signedIn = await signIn()
        if (!signedIn.ok) return signedIn
      }
      const headers = { Authorization: `Bearer ${token ?? ''}` }
      const answer = await listen(fetch, `${deps.origin}/v1/events`, headers, onPoke, signal)
      if (!answer.ok && answer.error.type === 'Refused' && answer.error.status === 401) token = undefined
      return answer
    },
  }
}

/** Reads single letters as they come (S10); unknown ones are of a later version and mean nothing here. */
async function listen(
  fetch: HttpFetch,
  url: string,
  headers: Record<string, string>,
  onPoke: (poke: Poke) => void,
  signal: AbortSignal,
): Promise<Result<void, TransportError>> {
  try {
    const response = await fetch(url, { headers, signal, cache: 'no-store', redirect: 'error' })
    if (response.status !== 200 || response.body === null)
      return err({ type: 'Refused', status: response.status, name: 'Events' })
    const reader = response.body.getReader()
    onPoke('open')
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return ok()
      const letters = new Set(value)
      if (letters.has(LETTER_CORE)) onPoke('core')
      if (letters.has(LETTER_BATCHES)) onPoke('batches')
    }
  } catch {
    // fetch and its stream tell a lost network, a refused origin and an abort only by throwing.
    return signal.aborted ? ok() : err({ type: 'Unreachable' })
  }
}

const LETTER_BATCHES = 'b'.charCodeAt(0)
const LETTER_CORE = 'c'.charCodeAt(0)

function decodePage(answer: HttpAnswer): Result<BatchPage, TransportError> {
  const page = decodeChainPage(answer)
  const cursor = answer.headers.get('salus-cursor') ?? ''
  if (!page.ok) return page
  return isCursor(cursor) ? ok({ ...page.value, cursor }) : bad('page')
}

function decodeChainPage(answer: HttpAnswer): Result<ChainPage, TransportError> {
  const more = answer.headers.get('salus-more')
  const frames = decodeFrames(answer.body, FRAMES_MAX)
  if (!frames.ok || (more !== '0' && more !== '1')) return bad('page')
  return ok({ batches: frames.value, hasMore: more === '1' })
}

function decodeCore(body: Bytes): Result<CoreTriple[], TransportError> {
  const frames = decodeFrames(body, 3 * CORE_ENTRIES_MAX)
  if (!frames.ok || frames.value.length % 3 !== 0) return bad('core')
  const triples: CoreTriple[] = []
  for (let i = 0; i < frames.value.length; i += 3) {
    const [entry, wraps, links] = frames.value.slice(i, i + 3)
    if (entry === undefined || wraps === undefined || links === undefined) return bad('core')
    triples.push({
      entry,
      wraps: wraps.length === 0 ? undefined : wraps,
      links: links.length === 0 ? undefined : links,
    })
  }
  return ok(triples)
}

function jsonOf(answer: HttpAnswer) {
  const text = bytesToUtf8(answer.body)
  try {
    const json: unknown = text.ok ? JSON.parse(text.value) : undefined
    return isJsonObject(json) ? json : undefined
  } catch {
    return undefined
  }
}

function bad(what: string): { ok: false; error: TransportError } {
  return err({ type: 'BadAnswer', what })
}
