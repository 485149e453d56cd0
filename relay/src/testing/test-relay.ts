import {
  type Bytes,
  type Clock,
  type Random,
  bytesToUtf8,
  canonicalJson,
  epochMs,
  present,
  systemRandom,
  utf8ToBytes,
} from '@salus/base'
import { type StreamId, type VaultId, decodeFrames, encodeFrames } from '@salus/wire'
import { createRelayApp } from '../app.ts'
import { createInvite } from '../invites.ts'
import type { RelayDeps } from '../relay-services.ts'
import { createSecurityLog } from '../security-log.ts'
import { MemoryStore } from '../store/memory-store.ts'
import type { RelayStore } from '../store/port.ts'
import type { Timer } from '../timer.ts'
import type { SentEntry, TestSigner, TestVault } from './test-vault.ts'

export const TEST_ORIGIN = 'https://salus.example'

/** A clock and timers that move when a test says so. */
export class TestTime implements Clock, Timer {
  #nowMs = 1_700_000_000_000
  readonly #alarms = new Set<{ readonly atMs: number; readonly run: () => void }>()

  nowMs(): ReturnType<Clock['nowMs']> {
    return epochMs(this.#nowMs)
  }

  after(delayMs: number, run: () => void): () => void {
    const alarm = { atMs: this.#nowMs + delayMs, run }
    this.#alarms.add(alarm)
    return () => void this.#alarms.delete(alarm)
  }

  advance(ms: number): void {
    this.#nowMs += ms
    for (const alarm of [...this.#alarms].sort((a, b) => a.atMs - b.atMs)) {
      if (alarm.atMs > this.#nowMs || !this.#alarms.delete(alarm)) continue
      alarm.run()
    }
  }

  get alarms(): number {
    return this.#alarms.size
  }
}

type Fetch = (path: string, init?: RequestInit) => Promise<Response>

/** A relay without a port, in memory unless a store is given, and what a client says to it. */
export class TestRelay {
  readonly time = new TestTime()
  readonly securityLines: string[] = []
  readonly errors: unknown[] = []
  readonly store: RelayStore
  readonly relay: ReturnType<typeof createRelayApp>

  constructor(deps: Partial<RelayDeps> = {}, random: Random = systemRandom) {
    this.store = deps.store ?? new MemoryStore(random)
    this.relay = createRelayApp({
      store: this.store,
      clock: this.time,
      timer: this.time,
      random,
      origins: () => [TEST_ORIGIN],
      corsOrigins: [],
      securityLog: createSecurityLog(this.time, (line) => this.securityLines.push(line)),
      onError: (error) => this.errors.push(error),
      ...deps,
    })
  }

  readonly fetch: Fetch = async (path, init) => this.relay.app.request(path, init)

  invite(lifeMs?: number): Promise<string> {
    return createInvite({ store: this.store, clock: this.time, random: systemRandom }, lifeMs)
  }

  /** Creates the vault here and authenticates its first device. */
  async enter(vault: TestVault): Promise<TestClient> {
    const client = new TestClient(this.fetch, TEST_ORIGIN)
    const created = await client.createVault(await this.invite(), vault.genesis)
    if (created.status !== 201) throw new Error(`createVault: ${created.status}`)
    await client.authenticate(vault.id, vault.device)
    return client
  }

  async clientOf(vault: VaultId | '', signer: TestSigner): Promise<TestClient> {
    const client = new TestClient(this.fetch, TEST_ORIGIN)
    await client.authenticate(vault, signer)
    return client
  }
}

/** Speaks the protocol as a device does. */
export class TestClient {
  readonly #fetch: Fetch
  readonly #origin: string
  token = ''

  constructor(fetchPath: Fetch, origin: string) {
    this.#fetch = fetchPath
    this.#origin = origin
  }

  async challenge(): Promise<string> {
    return textIn(await jsonOf(await this.#fetch('/v1/auth/challenge', { method: 'POST' })), 'nonce')
  }

  /** @returns the answer to `POST /v1/auth`; the token is kept when there is one */
  async authenticate(vault: VaultId | '', signer: TestSigner, change: Record<string, string> = {}): Promise<Response> {
    const nonce = await this.challenge()
    const body = {
      nonce,
      origin: this.#origin,
      signature: signer.signAuth(vault, this.#origin, nonce),
      signer: signer.id,
      vault,
      ...change,
    }
    const response = await this.#fetch('/v1/auth', { method: 'POST', body: canonicalJson(body) })
    if (response.ok) this.token = textIn(await jsonOf(response.clone()), 'token')
    return response
  }

  createVault(invite: string, genesis: SentEntry): Promise<Response> {
    return this.#fetch('/v1/vaults', {
      method: 'POST',
      body: encodeFrames([utf8ToBytes(invite), genesis.entry, genesis.wraps]),
    })
  }

  request(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers)
    headers.set('Authorization', `Bearer ${this.token}`)
    return this.#fetch(path, { ...init, headers })
  }

  appendCore(sent: SentEntry, prevHash: string): Promise<Response> {
    const body = encodeFrames([sent.entry, sent.wraps, sent.links])
    return this.request('/v1/core', { method: 'POST', body, headers: { 'If-Match': `"${prevHash}"` } })
  }

  push(stream: StreamId, batches: readonly Bytes[]): Promise<Response> {
    return this.request(`/v1/streams/${stream}/batches`, { method: 'POST', body: encodeFrames(batches) })
  }

  async pull(cursor = ''): Promise<{ batches: Bytes[]; cursor: string; hasMore: boolean }> {
    const response = await this.request(`/v1/batches?cursor=${cursor}`)
    return {
      batches: await framesOf(response),
      cursor: response.headers.get('Salus-Cursor') ?? '',
      hasMore: response.headers.get('Salus-More') === '1',
    }
  }
}

export async function jsonOf(response: Response): Promise<Record<string, unknown>> {
  // A test looks into it and fails where something else is there.
  return JSON.parse(
    present(okValue(bytesToUtf8(new Uint8Array(await response.arrayBuffer()))), 'JSON is UTF-8'),
  ) as Record<string, unknown>
}

function textIn(json: Record<string, unknown>, name: string): string {
  const text = json[name]
  if (typeof text !== 'string') throw new Error(`no ${name} in ${Object.keys(json).join()}`)
  return text
}

/** Status and body of a refusal, side by side. */
export async function refusalOf(response: Response): Promise<[number, Record<string, unknown>]> {
  return [response.status, await jsonOf(response)]
}

export async function framesOf(response: Response): Promise<Bytes[]> {
  return present(okValue(decodeFrames(new Uint8Array(await response.arrayBuffer()))), 'an answer is frames')
}

function okValue<T>(result: { ok: true; value: T } | { ok: false }): T | undefined {
  return result.ok ? result.value : undefined
}
