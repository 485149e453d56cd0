import { PAIR_MESSAGE_BYTES_MAX, PAIR_SLOTS_MAX, PAIR_TRIES_MAX, PAIR_TTL_MS, PAIR_WAIT_MS } from '@salus/wire'
import { describe, expect, it } from 'vitest'
import { TestRelay, refusalOf } from '../../testing/test-relay.ts'

const rid = 'AAAAAAAAAAAAAAAAAAAAAA'
const otherRid = 'BBBBBBBBBBBBBBBBBBBBBA'

class Mailbox {
  readonly relay: TestRelay
  readonly #rid: string

  constructor(relay = new TestRelay(), id = rid) {
    this.relay = relay
    this.#rid = id
  }

  put(slot: number | string, body: BodyInit = 'hello'): Promise<Response> {
    return this.relay.fetch(`/v1/pair/${this.#rid}/${slot}`, { method: 'PUT', body })
  }

  get(slot: number | string, query = '', init: RequestInit = {}): Promise<Response> {
    return this.relay.fetch(`/v1/pair/${this.#rid}/${slot}${query}`, init)
  }
}

const taken = [409, { error: 'SlotTaken' }]
const closed = [409, { error: 'MailboxClosed' }]
const notYet = [404, { error: 'NotYet' }]

describe('The pairing mailbox (S11)', () => {
  it('keeps a message for each slot and gives it once', async () => {
    const box = new Mailbox()
    for (let slot = 1; slot <= PAIR_SLOTS_MAX; slot++) expect((await box.put(slot, `message ${slot}`)).status).toBe(201)
    for (let slot = 1; slot <= PAIR_SLOTS_MAX; slot++) {
      const response = await box.get(slot)
      expect(response.headers.get('Cache-Control')).toBe('no-store')
      expect(await response.text()).toBe(`message ${slot}`)
      expect(await refusalOf(await box.get(slot))).toEqual(notYet)
    }
    expect(await refusalOf(await new Mailbox(box.relay, otherRid).get(1))).toEqual(notYet)
  })

  it('is written once a slot, also after it was read', async () => {
    const box = new Mailbox()
    await box.put(1, 'first')
    expect(await refusalOf(await box.put(1, 'second'))).toEqual(taken)
    expect(await (await box.get(1)).text()).toBe('first')
    expect(await refusalOf(await box.put(1, 'third'))).toEqual(taken)
  })

  it('closes at the fifth refused write and keeps nothing', async () => {
    const box = new Mailbox()
    await box.put(1)
    await box.put(2)
    for (let i = 1; i < PAIR_TRIES_MAX; i++) expect(await refusalOf(await box.put(1))).toEqual(taken)
    expect(await refusalOf(await box.put(1))).toEqual(closed)
    expect(await refusalOf(await box.put(3))).toEqual(closed)
    expect((await box.get(2)).status).toBe(404)
    expect(box.relay.securityLines[0]).toContain('mailbox-closed')
    expect(box.relay.securityLines.join()).not.toContain(rid)
  })

  it('lives five minutes', async () => {
    const box = new Mailbox()
    await box.put(1)
    box.relay.time.advance(PAIR_TTL_MS - 1)
    expect((await box.get(1)).status).toBe(200)
    await box.put(2)
    box.relay.time.advance(1)
    expect((await box.get(2)).status).toBe(404)
    expect((await box.put(1)).status).toBe(201)
  })

  it('takes PAIR_MESSAGE_BYTES_MAX bytes and refuses one more', async () => {
    const box = new Mailbox()
    expect(await refusalOf(await box.put(1, new Uint8Array(PAIR_MESSAGE_BYTES_MAX + 1)))).toEqual([
      413,
      { error: 'TooLarge' },
    ])
    expect((await box.put(1, new Uint8Array(PAIR_MESSAGE_BYTES_MAX))).status).toBe(201)
  })

  it('knows the slots 1 to 6 and ids of 16 bytes only', async () => {
    const box = new Mailbox()
    for (const slot of [0, PAIR_SLOTS_MAX + 1, -1, '01', 'x', 1.5]) {
      expect((await box.put(slot)).status).toBe(400)
      expect((await box.get(slot)).status).toBe(400)
    }
    for (const id of ['short', `${rid}A`, 'AAAAAAAAAAAAAAAAAAAAAB', '!AAAAAAAAAAAAAAAAAAAAA']) {
      expect((await new Mailbox(box.relay, id).put(1)).status).toBe(400)
    }
  })

  it('holds a waiting read until the message comes', async () => {
    const box = new Mailbox()
    const waiting = box.get(1, '?wait=1')
    // The request reaches the mailbox before the write does.
    await Promise.resolve()
    while (box.relay.relay.load().waiters === 0) await new Promise(setImmediate)
    expect((await box.put(1, 'late')).status).toBe(201)
    expect(await (await waiting).text()).toBe('late')
    expect((await box.get(1)).status).toBe(404)
    expect((await box.put(1)).status).toBe(409)
  })

  it('gives up waiting after PAIR_WAIT_MS, and when the client leaves', async () => {
    const box = new Mailbox()
    const waiting = box.get(1, '?wait=1')
    while (box.relay.relay.load().waiters === 0) await new Promise(setImmediate)
    box.relay.time.advance(PAIR_WAIT_MS - 1)
    expect(box.relay.relay.load().waiters).toBe(1)
    box.relay.time.advance(1)
    expect((await waiting).status).toBe(404)
    const leaving = new AbortController()
    const left = box.get(1, '?wait=1', { signal: leaving.signal })
    while (box.relay.relay.load().waiters === 0) await new Promise(setImmediate)
    leaving.abort()
    expect((await left).status).toBe(404)
    expect([box.relay.relay.load().waiters, box.relay.time.alarms]).toEqual([0, 0])
    await box.put(1, 'kept')
    expect(await (await box.get(1, '?wait=1')).text()).toBe('kept')
  })

  it('gives one of two who wait the message', async () => {
    const box = new Mailbox()
    const both = [box.get(1, '?wait=1'), box.get(1, '?wait=1')]
    while (box.relay.relay.load().waiters < 2) await new Promise(setImmediate)
    await box.put(1)
    box.relay.time.advance(PAIR_WAIT_MS)
    expect((await Promise.all(both)).map((response) => response.status)).toEqual([200, 404])
  })

  it('bounds mailboxes without displacing one, and waiting reads', async () => {
    const relay = new TestRelay({ limits: { mailboxesMax: 1, mailboxWaitersMax: 1 } })
    const [first, second] = [new Mailbox(relay), new Mailbox(relay, otherRid)]
    expect((await first.put(1)).status).toBe(201)
    expect(await refusalOf(await second.put(1))).toEqual([503, { error: 'Busy' }])
    expect((await first.put(2)).status).toBe(201)
    const waiting = second.get(1, '?wait=1')
    while (relay.relay.load().waiters === 0) await new Promise(setImmediate)
    expect((await second.get(2, '?wait=1')).status).toBe(404)
    relay.relay.endOpenAnswers()
    expect((await waiting).status).toBe(404)
    relay.time.advance(PAIR_TTL_MS)
    expect((await second.put(1)).status).toBe(201)
  })

  it('bounds the requests of one address', async () => {
    const box = new Mailbox(new TestRelay({ limits: { pairRate: { burst: 1, perSecond: 0 } } }))
    expect((await box.put(1)).status).toBe(201)
    expect((await box.get(1)).status).toBe(429)
  })
})
