import { type Bytes, concatBytes, systemClock, utf8ToBytes } from '@salus/base'
import { Replica, createHttpTransport, createVaultAtRelay, receive, relayMailbox } from '@salus/sync'
import { createMemoryStore } from '@salus/store/memory'
import { PAGE_BYTES_MAX, ZERO_VAULT, encodeFrames } from '@salus/wire'
import { A, B, LABS, TestWorld } from '../../packages/sync/src/devices-for-tests.ts'
import { plainCrypto } from '../../packages/sync/src/plain-vault-for-tests.ts'
import { TEST_ORIGIN, TestRelay } from '../../relay/src/testing/test-relay.ts'
import { TestSigner, TestVault } from '../../relay/src/testing/test-vault.ts'
import type { FuzzTarget } from './fuzz-target.ts'
import { goldenBytes } from './golden-seeds.ts'

const text = (bytes: Bytes): string => new TextDecoder().decode(bytes)

/** Some batches of a device, and a replica of another that takes what the relay makes of them. */
const world = new TestWorld()
const writer = world.device(B)
for (let i = 0; i < 3; i++) await writer.put(`r${String(i)}`, { a: i })
const BATCHES = (await writer.store.chain({ stream: LABS, device: B }, 1)).map((row) => row.bytes)

async function receiveAll(body: Bytes): Promise<void> {
  const replica = new Replica({
    store: createMemoryStore(),
    clock: world.clock,
    crypto: plainCrypto,
    core: () => world.core,
    self: A,
    onChange: () => undefined,
  })
  await receive(replica, [...BATCHES.slice(0, 1), body, ...BATCHES.slice(1)])
}

/** A relay whose every answer is this body, with this status and cursor. */
function answering(body: Bytes) {
  const status = (body[0] ?? 0) % 8 === 0 ? 412 : 200
  const cursor = (body[1] ?? 0) % 2 === 0 ? 'AAAAAAAAAAA.1' : String(body[1])
  return async (): Promise<Response> =>
    new Response(body, { status, headers: { 'salus-more': String((body[2] ?? 0) % 3), 'salus-cursor': cursor } })
}

async function askEverything(body: Bytes): Promise<void> {
  const signed = createHttpTransport({
    fetch: async (url) =>
      url.endsWith('/challenge')
        ? new Response('{"nonce":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}')
        : url.endsWith('/v1/auth')
          ? new Response(`{"token":"${'A'.repeat(43)}","vault":"${ZERO_VAULT}"}`)
          : answering(body)(),
    origin: TEST_ORIGIN,
    vault: ZERO_VAULT,
    signer: { id: A, sign: () => new Uint8Array(64) },
  })
  await signed.heads()
  await signed.batches(undefined, PAGE_BYTES_MAX)
  await signed.chain(LABS, A, 1)
  await signed.push(LABS, BATCHES)
  // The core log is read page by page; an endless one is bounded by its own limit, and slow here.
  if ((body[2] ?? 0) % 3 !== 1) await signed.core(0)
}

async function signInWith(body: Bytes): Promise<void> {
  const transport = createHttpTransport({
    fetch: answering(body),
    origin: TEST_ORIGIN,
    vault: ZERO_VAULT,
    signer: { id: A, sign: () => new Uint8Array(64) },
  })
  await transport.signIn()
  await createVaultAtRelay(answering(body), TEST_ORIGIN, 'invite', { entry: body, wraps: undefined, links: undefined })
  const mailbox = relayMailbox(
    answering(body),
    TEST_ORIGIN,
    'A'.repeat(22),
    () => systemClock.nowMs(),
    new AbortController().signal,
  )
  await mailbox.put(1, body)
  if ((body[0] ?? 0) % 8 !== 0) await mailbox.take(1)
}

const vault = new TestVault()
/** Limits of frequency are not what is tried here. */
const UNLIMITED = { burst: 1e9, perSecond: 1e9 }
const relay = new TestRelay({ limits: { authRate: UNLIMITED, vaultsRate: UNLIMITED, pairRate: UNLIMITED } })
const client = await relay.enter(vault)
const [PUSHED] = vault.batches(1)
const ENTRY = vault.addDevice(new TestSigner())

/** Sends a body to a route; a 500 is a crash. */
async function post(path: string, init: RequestInit): Promise<void> {
  const response = await client.request(path, init)
  await response.arrayBuffer()
  const [thrown] = relay.errors.splice(0)
  if (thrown !== undefined) throw new Error(`${path} throws`, { cause: thrown })
  if (response.status === 500) throw new Error(`${path} answers 500`)
}

/** What a relay says to a device, and what anybody says to a relay. */
export const NETWORK_TARGETS: readonly FuzzTarget[] = [
  { name: 'batches from a relay', shape: 'bytes', seeds: BATCHES, read: receiveAll },
  {
    name: 'answers of a relay',
    shape: 'bytes',
    seeds: [
      encodeFrames(BATCHES),
      ...goldenBytes('wire/heads.json', 'bytes'),
      ...goldenBytes('wire/frames.json', 'bytes'),
    ],
    read: askEverything,
  },
  {
    name: 'sign-in answers',
    shape: 'json',
    seeds: [
      utf8ToBytes(`{"nonce":"${'A'.repeat(43)}"}`),
      utf8ToBytes(`{"token":"${'A'.repeat(43)}","vault":"${ZERO_VAULT}"}`),
      utf8ToBytes('{"error":"InviteRefused"}'),
    ],
    read: signInWith,
  },
  {
    name: 'relay: push',
    shape: 'bytes',
    seeds: [encodeFrames(PUSHED === undefined ? [] : [PUSHED]), encodeFrames(BATCHES)],
    read: (body) => post(`/v1/streams/${vault.stream}/batches`, { method: 'POST', body }),
  },
  {
    name: 'relay: core',
    shape: 'bytes',
    seeds: [encodeFrames([ENTRY.entry, ENTRY.wraps, ENTRY.links])],
    read: (body) => post('/v1/core', { method: 'POST', body, headers: { 'If-Match': `"${vault.core.head}"` } }),
  },
  {
    name: 'relay: auth',
    shape: 'json',
    seeds: [
      utf8ToBytes(
        `{"nonce":"${'A'.repeat(43)}","origin":"${TEST_ORIGIN}","signature":"${'A'.repeat(86)}","signer":"${vault.device.id}","vault":"${vault.id}"}`,
      ),
    ],
    read: (body) => post('/v1/auth', { method: 'POST', body }),
  },
  {
    name: 'relay: new vault',
    shape: 'bytes',
    seeds: [encodeFrames([utf8ToBytes(await relay.invite()), vault.genesis.entry, vault.genesis.wraps])],
    read: (body) => post('/v1/vaults', { method: 'POST', body }),
  },
  {
    name: 'relay: pairing',
    shape: 'bytes',
    seeds: [concatBytes(utf8ToBytes('1'), new Uint8Array(64))],
    read: (body) => post(`/v1/pair/${'A'.repeat(22)}/${String((body[0] ?? 0) % 8)}`, { method: 'PUT', body }),
  },
  {
    name: 'relay: addresses',
    shape: 'bytes',
    seeds: [
      '/v1/batches?cursor=AAAAAAAAAAA.1',
      `/v1/streams/${vault.stream}/batches?device=${vault.device.id}&from=1`,
      '/v1/core?from=1',
      '/v1/heads',
      `/v1/pair/${'A'.repeat(22)}/1`,
    ].map(utf8ToBytes),
    read: (bytes) => {
      const path = `/${text(bytes).replace(/^\/+/, '')}`
      // What no client can dial, the server never sees; an open stream of events would not end.
      return URL.canParse(path, TEST_ORIGIN) && !path.includes('events') ? post(path, {}) : undefined
    },
  },
]
