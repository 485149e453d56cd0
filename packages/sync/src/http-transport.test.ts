import { type Bytes, bytesToBase64Url, utf8ToBytes } from '@salus/base'
import {
  CONTROL_BYTES_MAX,
  PAGE_BYTES_MAX,
  PAIR_MESSAGE_BYTES_MAX,
  PAIR_TTL_MS,
  ZERO_HASH,
  ZERO_VAULT,
  encodeFrames,
  encodeHeads,
  vaultIdOf,
} from '@salus/wire'
import { describe, expect, it } from 'vitest'
import { A, LABS } from './devices-for-tests.ts'
import type { HttpFetch } from './http.ts'
import { createHttpTransport } from './http-transport.ts'
import { createVaultAtRelay, relayMailbox } from './relay-client.ts'
import type { Poke } from './transport.ts'

const VAULT = vaultIdOf(new Uint8Array(32).fill(3))
const ORIGIN = 'https://salus.example'
const NONCE = bytesToBase64Url(new Uint8Array(32).fill(1))
const TOKEN = bytesToBase64Url(new Uint8Array(32).fill(2))
const UNREACHABLE = { ok: false, error: { type: 'Unreachable' } }
const bad = (what: string) => ({ ok: false, error: { type: 'BadAnswer', what } })
const refused = (status: number, name: string) => ({ ok: false, error: { type: 'Refused', status, name } })

type Route = (request: { readonly url: URL; readonly init: RequestInit }) => Response | Promise<Response>
const json = (value: unknown, status = 200): Response => new Response(JSON.stringify(value), { status })
const frames = (parts: readonly Uint8Array[], headers: Record<string, string> = {}): Response =>
  new Response(encodeFrames(parts), { headers })
const PAGE = { 'Salus-Cursor': 'AAAAAAAAAAA.7', 'Salus-More': '0' }

/** A relay that signs anybody in and answers each path as told. */
function relay(routes: Record<string, Route>) {
  const requests: { path: string; init: RequestInit }[] = []
  const fetch: HttpFetch = async (url, init = {}) => {
    const parsed = new URL(url)
    requests.push({ path: parsed.pathname + parsed.search, init })
    const route =
      routes[parsed.pathname] ??
      {
        '/v1/auth/challenge': () => json({ nonce: NONCE }),
        '/v1/auth': () => json({ token: TOKEN, vault: VAULT, expiresMs: 1 }),
      }[parsed.pathname]
    if (route === undefined) throw new Error('no network')
    return route({ url: parsed, init })
  }
  const signed: Uint8Array[] = []
  const transport = (vault = VAULT) =>
    createHttpTransport({
      fetch,
      origin: ORIGIN,
      vault,
      signer: { id: A, sign: (message) => (signed.push(message), new Uint8Array(64)) },
    })
  return { fetch, transport, requests, signed }
}

describe('signing in (S2, S3)', () => {
  it('signs the nonce once, and sends the token in a header and never in a URL', async () => {
    const { transport, requests, signed } = relay({
      '/v1/heads': () =>
        new Response(encodeHeads({ core: { seq: 0, hash: ZERO_HASH }, chains: [], cursor: 'AAAAAAAAAAA.0' })),
    })
    const link = transport()
    expect((await link.heads()).ok).toBe(true)
    expect((await link.heads()).ok).toBe(true)
    expect(requests.map(({ path }) => path)).toEqual(['/v1/auth/challenge', '/v1/auth', '/v1/heads', '/v1/heads'])
    expect(signed).toHaveLength(1)
    for (const { path, init } of requests) {
      expect(path).not.toContain(TOKEN)
      expect(init).toMatchObject({ cache: 'no-store', credentials: 'omit', redirect: 'error' })
    }
    expect(requests[2]?.init.headers).toMatchObject({ Authorization: `Bearer ${TOKEN}` })
    const body = requests[1]?.init.body
    expect(JSON.parse(new TextDecoder().decode(body as Bytes))).toEqual({
      nonce: NONCE,
      origin: ORIGIN,
      signature: bytesToBase64Url(new Uint8Array(64)),
      signer: A,
      vault: VAULT,
    })
  })

  it('a kit that looks for its vault sends no name of one, and learns it', async () => {
    const { transport, requests } = relay({})
    expect(await transport(ZERO_VAULT).signIn()).toEqual({ ok: true, value: VAULT })
    expect(JSON.parse(new TextDecoder().decode(requests[1]?.init.body as Bytes))).toMatchObject({ vault: '' })
  })

  it('signs in again once when the token has ended, and not for ever', async () => {
    let tokens = 0
    const expired = relay({
      '/v1/auth': () => (tokens++, json({ token: TOKEN, vault: VAULT })),
      '/v1/heads': () => json({ error: 'Refused' }, 401),
    })
    expect(await expired.transport().heads()).toEqual(refused(401, 'Refused'))
    expect(tokens).toBe(2)
  })

  it('takes no nonce or token of another form', async () => {
    for (const nonce of ['', 'AAAA', 7, null])
      expect(
        await relay({ '/v1/auth/challenge': () => json({ nonce }) })
          .transport()
          .signIn(),
      ).toEqual(bad('nonce'))
    for (const token of ['', `${TOKEN}\r\nX: y`, 7])
      expect(
        await relay({ '/v1/auth': () => json({ token, vault: VAULT }) })
          .transport()
          .signIn(),
      ).toEqual(bad('token'))
    expect(
      await relay({ '/v1/auth': () => json({ token: TOKEN, vault: 'x' }) })
        .transport()
        .signIn(),
    ).toEqual(bad('token'))
    expect(
      await relay({ '/v1/auth': () => new Response('<html>') })
        .transport()
        .signIn(),
    ).toEqual(bad('token'))
    expect(
      await relay({ '/v1/auth': () => json({ error: 'Refused' }, 401) })
        .transport()
        .signIn(),
    ).toEqual(refused(401, 'Refused'))
  })
})

describe('answers of a relay that is not what it should be', () => {
  it('heads: garbage, another spelling and more than CONTROL_BYTES_MAX', async () => {
    const heads = (body: string | Bytes) =>
      relay({ '/v1/heads': () => new Response(body) })
        .transport()
        .heads()
    const sound = new TextDecoder().decode(
      encodeHeads({ core: { seq: 0, hash: ZERO_HASH }, chains: [], cursor: 'AAAAAAAAAAA.0' }),
    )
    expect((await heads(sound)).ok).toBe(true)
    for (const body of [
      '',
      '{}',
      ` ${sound}`,
      sound.replace('"cursor"', '"curser"'),
      new Uint8Array(CONTROL_BYTES_MAX),
    ])
      expect(await heads(body)).toEqual(bad('heads'))
    expect(await heads(new Uint8Array(CONTROL_BYTES_MAX + 1))).toEqual(bad('size'))
  })

  it('pages: cut frames, no cursor, no word on what follows, and more than a page holds', async () => {
    const page = (answer: () => Response) => relay({ '/v1/batches': answer }).transport().batches(undefined, 1_000)
    expect(await page(() => frames([Uint8Array.of(1)], PAGE))).toEqual({
      ok: true,
      value: { batches: [Uint8Array.of(1)], cursor: 'AAAAAAAAAAA.7', hasMore: false },
    })
    expect(await page(() => new Response(Uint8Array.of(0, 0, 0, 2, 1), { headers: PAGE }))).toEqual(bad('page'))
    expect(await page(() => frames([], { 'Salus-More': '0' }))).toEqual(bad('page'))
    expect(await page(() => frames([], { ...PAGE, 'Salus-Cursor': 'x' }))).toEqual(bad('page'))
    expect(await page(() => frames([], { 'Salus-Cursor': 'AAAAAAAAAAA.7' }))).toEqual(bad('page'))
    expect(await page(() => new Response(new Uint8Array(PAGE_BYTES_MAX + 1024 * 1024 + 1), { headers: PAGE }))).toEqual(
      bad('size'),
    )
  })

  it('a chain’s page has no cursor (S8)', async () => {
    const { transport, requests } = relay({
      [`/v1/streams/${LABS}/batches`]: () => frames([Uint8Array.of(1)], { 'Salus-More': '1' }),
    })
    expect(await transport().chain(LABS, A, 3)).toEqual({
      ok: true,
      value: { batches: [Uint8Array.of(1)], hasMore: true },
    })
    expect(requests.at(-1)?.path).toBe(`/v1/streams/${LABS}/batches?device=${A}&from=3`)
  })

  it('the core log: frames not in threes are refused, and a log of several pages is read whole', async () => {
    const core = (answer: Route) => relay({ '/v1/core': answer }).transport().core(4)
    expect(await core(() => frames([Uint8Array.of(1), Uint8Array.of(2)]))).toEqual(bad('core'))
    const asked: string[] = []
    const paged = await core(({ url }) => {
      asked.push(url.searchParams.get('from') ?? '')
      return frames([Uint8Array.of(asked.length), new Uint8Array(0), Uint8Array.of(9)], {
        'Salus-More': asked.length < 3 ? '1' : '0',
      })
    })
    expect(asked).toEqual(['4', '5', '6'])
    expect(paged).toEqual({
      ok: true,
      value: [1, 2, 3].map((entry) => ({ entry: Uint8Array.of(entry), wraps: undefined, links: Uint8Array.of(9) })),
    })
    expect(await core(() => frames([], { 'Salus-More': '1' }))).toEqual({ ok: true, value: [] })
  })

  it('refusals keep their name if it is one, and nothing else of their text', async () => {
    const push = (answer: Route) =>
      relay({ [`/v1/streams/${LABS}/batches`]: answer })
        .transport()
        .push(LABS, [])
    expect(await push(() => json({ error: 'ChainBroken', head: [1, 'x'] }, 409))).toEqual(refused(409, 'ChainBroken'))
    expect(await push(() => new Response('<script>', { status: 502 }))).toEqual(refused(502, 'Unnamed'))
    expect(await push(() => json({ error: 'A'.repeat(41) }, 400))).toEqual(refused(400, 'Unnamed'))
    expect(await push(() => json({ cursor: 'x' }))).toEqual({ ok: false, error: { type: 'BadAnswer', what: 'cursor' } })
    expect(await push(() => json({ cursor: 'AAAAAAAAAAA.7' }))).toEqual({ ok: true, value: 'AAAAAAAAAAA.7' })
    const head = (status: number) =>
      relay({ '/v1/core': () => json({ error: 'HeadMoved' }, status) })
        .transport()
        .appendCore(ZERO_HASH, { entry: Uint8Array.of(1), wraps: undefined, links: undefined })
    expect(await head(412)).toEqual({ ok: false, error: { type: 'HeadMoved' } })
    expect(await head(422)).toEqual(refused(422, 'HeadMoved'))
  })

  it('no network, and a body that breaks off, are both out of reach', async () => {
    expect(await relay({}).transport().heads()).toEqual(UNREACHABLE)
    const broken = new ReadableStream<Bytes>({
      pull: (controller) => {
        controller.error(new Error('connection reset'))
      },
    })
    expect(
      await relay({ '/v1/heads': () => new Response(broken) })
        .transport()
        .heads(),
    ).toEqual(UNREACHABLE)
  })

  it('an aborted link asks for nothing more', async () => {
    const { fetch, requests } = relay({})
    const stopping = new AbortController()
    const aborting: HttpFetch = (url, init) =>
      init?.signal?.aborted === true ? Promise.reject(new Error('aborted')) : fetch(url, init)
    const link = createHttpTransport({
      fetch: aborting,
      origin: ORIGIN,
      vault: VAULT,
      signer: { id: A, sign: () => new Uint8Array(64) },
      signal: stopping.signal,
    })
    stopping.abort()
    expect(await link.heads()).toEqual(UNREACHABLE)
    expect(requests).toEqual([])
  })
})

describe('pokes (S10)', () => {
  const listen = async (chunks: readonly string[], status = 200) => {
    const pokes: Poke[] = []
    const body = new ReadableStream<Bytes>({
      start: (controller) => {
        for (const chunk of chunks) controller.enqueue(utf8ToBytes(chunk))
        controller.close()
      },
    })
    const { transport } = relay({ '/v1/events': () => new Response(status === 200 ? body : null, { status }) })
    return { ended: await transport().events((poke) => pokes.push(poke), new AbortController().signal), pokes }
  }

  it('are read letter by letter, core first, and unknown ones mean nothing', async () => {
    expect(await listen(['.', 'b', 'bbcb', 'x', 'c'])).toEqual({
      ended: { ok: true, value: undefined },
      pokes: ['open', 'batches', 'core', 'batches', 'core'],
    })
    expect((await listen([], 401)).ended).toEqual(refused(401, 'Events'))
  })
})

describe('without a token', () => {
  it('a vault is placed by an invite (S4)', async () => {
    const place = (status: number, name: string) =>
      createVaultAtRelay(relay({ '/v1/vaults': () => json({ error: name }, status) }).fetch, ORIGIN, 'invite', {
        entry: Uint8Array.of(1),
        wraps: undefined,
        links: undefined,
      })
    expect(await place(201, '')).toEqual({ ok: true, value: undefined })
    expect(await place(403, 'InviteRefused')).toEqual({ ok: false, error: { type: 'InviteRefused' } })
    expect(await place(400, 'Malformed')).toEqual(refused(400, 'Malformed'))
  })

  it('the mailbox waits, ends with its life, and passes on no more than a message may have (S11)', async () => {
    let nowMs = 0
    const box = (answer: Route, signal = new AbortController().signal) =>
      relayMailbox(relay({ '/v1/pair/rid/1': answer }).fetch, ORIGIN, 'rid', () => nowMs, signal)
    let asks = 0
    expect(
      await box(() => (++asks < 3 ? json({ error: 'NotYet' }, 404) : new Response(Uint8Array.of(7)))).take(1),
    ).toEqual({ ok: true, value: Uint8Array.of(7) })
    const late = box(() => ((nowMs += PAIR_TTL_MS / 4), json({ error: 'NotYet' }, 404)))
    expect(await late.take(1)).toEqual({ ok: false, error: { type: 'Expired' } })
    let tries = 0
    expect(await box(() => (tries++, json({ error: 'NotYet' }, 404))).take(1)).toEqual({
      ok: false,
      error: { type: 'Expired' },
    })
    expect(tries).toBe(60)
    const sized = (bytes: number) => box(() => new Response(new Uint8Array(bytes))).take(1)
    expect((await sized(PAIR_MESSAGE_BYTES_MAX)).ok).toBe(true)
    expect((await sized(PAIR_MESSAGE_BYTES_MAX + 1)).ok).toBe(false)
    expect(await box(() => json({ error: 'SlotTaken' }, 409)).put(1, Uint8Array.of(1))).toEqual({
      ok: false,
      error: { type: 'MailboxRefused' },
    })
    expect(
      await relayMailbox(relay({}).fetch, ORIGIN, 'rid', () => 0, new AbortController().signal).put(
        1,
        Uint8Array.of(1),
      ),
    ).toEqual(UNREACHABLE)
    const cancelling = new AbortController()
    const cancelled = box(() => (cancelling.abort(), json({ error: 'NotYet' }, 404)), cancelling.signal)
    expect(await cancelled.take(1)).toEqual({ ok: false, error: { type: 'Cancelled' } })
  })
})
