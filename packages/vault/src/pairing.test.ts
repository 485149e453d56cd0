import {
  type Bytes,
  type Result,
  bytesToBase64Url,
  bytesToUtf8,
  canonicalJson,
  concatBytes,
  err,
  ok,
  utf8ToBytes,
} from '@salus/base'
import { LABELS, hkdfSha256, sha256 } from '@salus/crypto'
import { type DeviceKeys, ZERO_HASH, deviceIdOf, streamIdOf, vaultIdOf } from '@salus/wire'
import { describe, expect, it } from 'vitest'
import { type Device, createDevice, proveEnrolment } from './device.ts'
import {
  type EnrolmentNotice,
  type Mailbox,
  PAIR_SECRET_BYTES,
  type PairSlot,
  acceptPairing,
  joinLink,
  joinSecret,
  mailboxId,
  offerPairing,
  pairingLink,
  parseJoinLink,
  parsePairingLink,
} from './pairing.ts'
import { openBox, sealBox } from './sealed-box.ts'
import { seededRandom } from './seeded-random-for-tests.ts'
import { valueOf } from './vault-for-tests.ts'

const VAULT = vaultIdOf(sha256(utf8ToBytes('a vault')))
const SECRET = seededRandom('link').bytes(PAIR_SECRET_BYTES)
const FAILED = { ok: false, error: { type: 'PairingFailed' } }

type Tamper = (slot: PairSlot, message: Bytes, seen: ReadonlyMap<PairSlot, Bytes>) => Bytes | Promise<Bytes>

/** The relay's mailbox: write-once slots that wait. `tamper` is what the relay hands out. */
function mailboxes(tamper: Tamper = (_slot, message) => message): Mailbox & { readonly written: Map<PairSlot, Bytes> } {
  const written = new Map<PairSlot, Bytes>()
  const waiting = new Map<PairSlot, (message: Bytes) => void>()
  return {
    written,
    put: async (slot, message) => {
      if (written.has(slot)) return err({ type: 'MailboxRefused' })
      written.set(slot, message)
      waiting.get(slot)?.(message)
      return ok()
    },
    take: async (slot): Promise<Result<Bytes, never>> => {
      const message = written.get(slot) ?? (await new Promise<Bytes>((resolve) => waiting.set(slot, resolve)))
      return ok(await tamper(slot, message, written))
    },
  }
}

const oldSelf = { vault: VAULT, device: deviceIdOf(new Uint8Array(16).fill(1)) }

function pairOver(
  oldBox: Mailbox,
  newBox: Mailbox,
  seed = 'pair',
  device: { keys: DeviceKeys } = createDevice(seededRandom('new device')),
) {
  return Promise.all([
    offerPairing(SECRET, oldBox, oldSelf, seededRandom(`${seed} old`)),
    acceptPairing(SECRET, newBox, device, seededRandom(`${seed} new`)),
  ])
}

/** Both sides meet in one mailbox; a side whose other has failed is not waited for. */
async function pair(mailbox: Mailbox, seed?: string) {
  const [old, fresh] = await pairOver(mailbox, mailbox, seed)
  return { old: valueOf(old), fresh: valueOf(fresh) }
}

/** The first failure of either side; the other may wait for ever. */
async function failureOf(tamper: Tamper): Promise<unknown> {
  const box = mailboxes(tamper)
  const sides = [
    offerPairing(SECRET, box, oldSelf, seededRandom('old')),
    acceptPairing(SECRET, box, createDevice(seededRandom('n')), seededRandom('new')),
  ]
  return Promise.race(sides.map((side) => side.then((result) => (result.ok ? new Promise(() => undefined) : result))))
}

const named = (name: string, slot: PairSlot): Bytes => concatBytes(utf8ToBytes(name), Uint8Array.of(slot))

/** What a slot is sealed with, for somebody who knows the link. */
function slotKey(slot: PairSlot, secret: Bytes = SECRET): { key: Bytes; aad: Bytes } {
  const label = slot % 2 === 1 ? LABELS.pairToOld : LABELS.pairToNew
  return { key: hkdfSha256(secret, new Uint8Array(), named(label, slot), 32), aad: named(mailboxId(secret), slot) }
}

async function readSlot(slot: PairSlot, message: Bytes): Promise<Record<string, unknown>> {
  const { key, aad } = slotKey(slot)
  return JSON.parse(valueOf(bytesToUtf8(valueOf(await openBox(key, message, aad)))))
}

async function writeSlot(slot: PairSlot, json: object, seed = 'middle'): Promise<Bytes> {
  const { key, aad } = slotKey(slot)
  return sealBox(key, utf8ToBytes(canonicalJson(json as never)), aad, seededRandom(`${seed} ${String(slot)}`))
}

describe('pairing (S24 to S26)', () => {
  it('shows the same six digits on both sides and carries keys, vault, proof and notice across', async () => {
    const device = createDevice(seededRandom('new device'))
    const { old, fresh } = await pair(mailboxes())
    expect(old.digits).toMatch(/^[0-9]{6}$/)
    expect(fresh.digits).toBe(old.digits)
    expect(old.newDevice).toEqual(device.keys)
    expect([fresh.vault, fresh.enroller]).toEqual([VAULT, oldSelf.device])
    const proof = proveEnrolment(device, fresh.vault)
    valueOf(await fresh.sendProof(proof))
    expect(valueOf(await old.receiveProof())).toBe(proof)
    const notice: EnrolmentNotice = {
      core: { seq: 4, hash: ZERO_HASH },
      frontier: [{ stream: streamIdOf(new Uint8Array(16)), device: oldSelf.device, seq: 9, hash: ZERO_HASH }],
    }
    valueOf(await old.sendNotice(notice))
    expect(valueOf(await fresh.receiveNotice())).toEqual(notice)
  })

  it('shows other digits each time, evenly spread', async () => {
    const digits = new Set<string>()
    for (let i = 0; i < 40; i++) digits.add((await pair(mailboxes(), String(i))).old.digits)
    expect(digits.size).toBe(40)
    expect(new Set([...digits].map((text) => text[0])).size).toBeGreaterThan(5)
  })

  it('a relay that does not know the link can alter, cut, swap or reflect nothing', async () => {
    const flip = (message: Bytes): Bytes => message.map((byte, i) => (i === 30 ? byte ^ 1 : byte))
    for (const slot of [1, 2, 3, 4] as const) {
      const at =
        (change: (message: Bytes, seen: ReadonlyMap<PairSlot, Bytes>) => Bytes): Tamper =>
        (now, message, seen) =>
          now === slot ? change(message, seen) : message
      expect(await failureOf(at(flip)), `flipped ${String(slot)}`).toEqual(FAILED)
      expect(await failureOf(at((message) => message.slice(0, -1))), `cut ${String(slot)}`).toEqual(FAILED)
      expect(await failureOf(at(() => new Uint8Array(0))), `empty ${String(slot)}`).toEqual(FAILED)
      if (slot === 1) continue
      expect(await failureOf(at((message, seen) => seen.get(1) ?? message)), `message 1 as ${String(slot)}`).toEqual(
        FAILED,
      )
      expect(
        await failureOf(at((message, seen) => seen.get(slot === 2 ? 1 : 2) ?? message)),
        `reflected ${String(slot)}`,
      ).toEqual(FAILED)
    }
  })

  it('messages of another pairing are no messages of this one, not even under the same link', async () => {
    const earlier = mailboxes()
    await pair(earlier, 'earlier')
    // The relay replays the whole enrolled side of an earlier pairing to a new device that opens the link again.
    const replay: Tamper = (slot, message) =>
      slot === 2 || slot === 4 ? (earlier.written.get(slot) ?? message) : message
    const box = mailboxes(replay)
    const [old, fresh] = await pairOver(box, box, 'later')
    expect(valueOf(old).digits).not.toBe(valueOf(fresh).digits)
    // Message 4 alone breaks the commitment of this pairing.
    expect(await failureOf((slot, message) => (slot === 4 ? (earlier.written.get(4) ?? message) : message))).toEqual(
      FAILED,
    )
  })

  it('opening one link twice never seals two messages under one nonce', async () => {
    const [first, second] = [mailboxes(), mailboxes()]
    void acceptPairing(SECRET, first, createDevice(seededRandom('a')), seededRandom('first'))
    void acceptPairing(SECRET, second, createDevice(seededRandom('b')), seededRandom('second'))
    await Promise.resolve()
    await new Promise((resolve) => setImmediate(resolve))
    expect(first.written.get(1)?.slice(0, 24)).not.toEqual(second.written.get(1)?.slice(0, 24))
  })

  it('an X25519 key that shares no secret is refused on either side', async () => {
    const zero = bytesToBase64Url(new Uint8Array(32))
    const zeroed =
      (slot: PairSlot): Tamper =>
      async (now, message) =>
        now === slot ? writeSlot(slot, { ...(await readSlot(slot, message)), ephemeral: zero }) : message
    expect(await failureOf(zeroed(1))).toEqual(FAILED)
    expect(await failureOf(zeroed(4))).toEqual(FAILED)
  })

  it('refuses members that are missing or malformed, from somebody who knows the link', async () => {
    const change =
      (slot: PairSlot, members: object): Tamper =>
      async (now, message) =>
        now === slot ? writeSlot(slot, { ...(await readSlot(slot, message)), ...members }) : message
    const cases: readonly (readonly [PairSlot, object])[] = [
      [1, { ephemeral: 'AAAA' }],
      [1, { device: null }],
      [1, { device: { c: 'x', s: 'y', x: 'z' } }],
      [2, { commitment: '' }],
      [3, { nonce: 7 }],
      [4, { vault: 'x' }],
      [4, { device: 'x' }],
      [4, { nonce: '' }],
      [4, { more: 1 }],
    ]
    for (const [slot, members] of cases)
      expect(await failureOf(change(slot, members)), `${String(slot)} ${JSON.stringify(members)}`).toEqual(FAILED)
    expect(
      await failureOf(async (slot, message) =>
        slot === 1 ? sealBox(slotKey(1).key, utf8ToBytes('[]'), slotKey(1).aad, seededRandom('x')) : message,
      ),
    ).toEqual(FAILED)
    expect(
      await failureOf(async (slot, message) =>
        slot === 1 ? sealBox(slotKey(1).key, utf8ToBytes('{ }'), slotKey(1).aad, seededRandom('x')) : message,
      ),
    ).toEqual(FAILED)
  })

  it('message 5 and 6 open only with what both sides agreed on: the link alone is not enough', async () => {
    const box = mailboxes()
    const { old, fresh } = await pair(box)
    valueOf(await fresh.sendProof(bytesToBase64Url(new Uint8Array(64))))
    await expect(readSlot(5, box.written.get(5) ?? new Uint8Array())).rejects.toThrow('OpenFailed')
    const forged = mailboxes(async (slot, message) =>
      slot === 5 || slot === 6 ? writeSlot(slot, { proof: bytesToBase64Url(new Uint8Array(64)) }) : message,
    )
    const met = await pair(forged)
    valueOf(await met.fresh.sendProof(bytesToBase64Url(new Uint8Array(64))))
    expect(await met.old.receiveProof()).toEqual(FAILED)
    valueOf(await met.old.sendNotice({ core: { seq: 0, hash: ZERO_HASH }, frontier: [] }))
    expect(await met.fresh.receiveNotice()).toEqual(FAILED)
    expect(old.digits).toBe(fresh.digits)
  })

  it('a mailbox that is taken, expired, cancelled or out of reach says so', async () => {
    for (const type of ['Expired', 'Cancelled', 'Unreachable'] as const) {
      const box: Mailbox = { put: async () => ok(), take: async () => err({ type }) }
      expect(await offerPairing(SECRET, box, oldSelf, seededRandom('x'))).toEqual({ ok: false, error: { type } })
      expect(await acceptPairing(SECRET, box, createDevice(seededRandom('y')), seededRandom('x'))).toEqual({
        ok: false,
        error: { type },
      })
    }
    const taken: Mailbox = { ...mailboxes(), put: async () => err({ type: 'MailboxRefused' }) }
    expect(await acceptPairing(SECRET, taken, createDevice(seededRandom('y')), seededRandom('x'))).toEqual({
      ok: false,
      error: { type: 'MailboxRefused' },
    })
  })
})

describe('somebody in the middle who knows the link', () => {
  /** Speaks to each side as if it were the other, in two mailboxes, with keys of its own. */
  async function inTheMiddle(
    attacker: Device,
    grind: (reveal: Record<string, unknown>) => Record<string, unknown> = (reveal) => reveal,
  ) {
    const withOld = mailboxes()
    const asNew = acceptPairing(SECRET, withOld, attacker, seededRandom('attacker as new'))
    const old = valueOf(await offerPairing(SECRET, withOld, oldSelf, seededRandom('old')))
    valueOf(await asNew)
    // The digits of the enrolled side are fixed; now those of the new device are to become the same.
    const box = mailboxes(async (slot, message) =>
      slot === 4 ? writeSlot(4, grind(await readSlot(4, message))) : message,
    )
    const [asOld, fresh] = await Promise.all([
      offerPairing(SECRET, box, oldSelf, seededRandom('attacker as old')),
      acceptPairing(SECRET, box, createDevice(seededRandom('new device')), seededRandom('new')),
    ])
    return { old, asOld, fresh }
  }

  it('shows the owner other digits on the two screens', async () => {
    const { old, fresh } = await inTheMiddle(createDevice(seededRandom('attacker')))
    expect(valueOf(fresh).digits).not.toBe(old.digits)
    expect(old.newDevice).toEqual(createDevice(seededRandom('attacker')).keys)
  })

  it('cannot try values of message 4 until the digits agree: it has committed to all of it', async () => {
    for (const member of ['vault', 'device', 'padding']) {
      const grind = (reveal: Record<string, unknown>): Record<string, unknown> => ({
        ...reveal,
        [member]: bytesToBase64Url(new Uint8Array(member === 'vault' ? 32 : 16).fill(5)),
      })
      const { fresh } = await inTheMiddle(createDevice(seededRandom('attacker')), grind)
      expect(fresh, member).toEqual(FAILED)
    }
  })
})

describe('a pairing link (S24)', () => {
  it('carries the secret in its fragment and is read with blanks around it', () => {
    const link = pairingLink('https://salus.example', SECRET)
    expect(new URL(link).pathname + new URL(link).search).toBe('/')
    for (const text of [link, ` ${link}\n`])
      expect(parsePairingLink(text)).toEqual({
        ok: true,
        value: { relayOrigin: 'https://salus.example', secret: SECRET },
      })
    for (const origin of [
      'http://localhost:8787',
      'http://127.0.0.1:1',
      'http://127.8.9.10',
      'http://[::1]:8787',
      'https://10.0.0.2:8787',
    ]) {
      expect(parsePairingLink(pairingLink(origin, SECRET)), origin).toMatchObject({
        ok: true,
        value: { relayOrigin: origin },
      })
    }
  })

  it('is refused when it is cut, longer, of another scheme or plain http to another machine (S1)', () => {
    const link = pairingLink('https://salus.example', SECRET)
    const bad = [
      '',
      'salus',
      link.slice(0, -1),
      `${link}A`,
      `${link}=`,
      link.replace('#pair=', '#invite='),
      link.replace('#pair=', '?pair='),
      link.replace('https:', 'http:'),
      link.replace('https:', 'ftp:'),
      'http://127.0.0.1.example/#pair=AAAAAAAAAAAAAAAAAAAAAA',
      'https://salus.example/#pair=',
    ]
    for (const text of bad) expect(parsePairingLink(text), text).toEqual({ ok: false, error: { type: 'BadLink' } })
  })

  it('names a mailbox that tells nothing of the secret', () => {
    expect(mailboxId(SECRET)).toMatch(/^[A-Za-z0-9_-]{22}$/)
    expect(mailboxId(SECRET)).not.toBe(mailboxId(SECRET.map((byte, i) => (i === 0 ? byte ^ 1 : byte))))
    expect(mailboxId(SECRET)).not.toContain(bytesToBase64Url(SECRET).slice(0, 6))
  })
})

describe('a link that the new device has drawn (S24)', () => {
  it('leads to the relay and to a secret of its own, and is read as the other kind by nobody', () => {
    const link = joinLink('https://salus.example', SECRET)
    expect(parseJoinLink(` ${link}\n`)).toEqual({
      ok: true,
      value: { relayOrigin: 'https://salus.example', secret: joinSecret(SECRET) },
    })
    const bad = { ok: false, error: { type: 'BadLink' } }
    expect(parsePairingLink(link)).toEqual(bad)
    expect(parseJoinLink(pairingLink('https://salus.example', SECRET))).toEqual(bad)
    for (const text of [link.slice(0, -1), `${link}A`, link.replace('https:', 'http:'), link.replace('#', '?')])
      expect(parseJoinLink(text), text).toEqual(bad)
  })

  it('whose fragment is passed off as the other kind opens no mailbox and no message', async () => {
    expect(mailboxId(joinSecret(SECRET))).not.toBe(mailboxId(SECRET))
    const box = mailboxes()
    void acceptPairing(joinSecret(SECRET), box, createDevice(seededRandom('n')), seededRandom('new'))
    expect(await offerPairing(SECRET, box, oldSelf, seededRandom('old'))).toEqual(FAILED)
  })

  it('is spent by the first who reads it: another finds every slot written', async () => {
    const box = mailboxes()
    const secret = joinSecret(SECRET)
    const sides = [
      offerPairing(secret, box, oldSelf, seededRandom('old')),
      acceptPairing(secret, box, createDevice(seededRandom('n')), seededRandom('new')),
    ] as const
    const [old, fresh] = await Promise.all(sides)
    expect(valueOf(old).digits).toBe(valueOf(fresh).digits)
    expect(await offerPairing(secret, box, oldSelf, seededRandom('again'))).toMatchObject({
      ok: false,
      error: { type: 'MailboxRefused' },
    })
  })
})
