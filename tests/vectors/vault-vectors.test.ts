import { type Bytes, type Result, bytesToHex, bytesToUtf8, hexToBytes, ok, present, utf8ToBytes } from '@salus/base'
import { sha256 } from '@salus/crypto'
import { decodeOps, encodeOps } from '@salus/sync'
import {
  type Mailbox,
  type PairSlot,
  acceptPairing,
  decodeKeystore,
  deviceOfSecrets,
  encodeKeystore,
  gatherKeys,
  kitDevice,
  kitWords,
  offerPairing,
  openBatch,
  openCoreSecret,
  parseKitWords,
  parsePairingLink,
  proveEnrolment,
  readCore,
  sealBatch,
  unlockKeystore,
  verifyBatch,
} from '@salus/vault'
import { type Suite, type VaultId, decodeEnvelope, hashOf, parseDeviceId } from '@salus/wire'
import { describe, expect, it } from 'vitest'
import { createTestVault } from '../../packages/vault/src/vault-for-tests.ts'
import { vaultVectorRandom } from './vault-vector-seeds.ts'
import coreLog from './vault/core-log.json' with { type: 'json' }
import envelopes from './vault/envelope.json' with { type: 'json' }
import keystore from './vault/keystore.json' with { type: 'json' }
import ops from './vault/ops.json' with { type: 'json' }
import pairing from './vault/pairing.json' with { type: 'json' }
import kit from './vault/recovery-kit.json' with { type: 'json' }

function valueOf<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(`not ok: ${JSON.stringify(result.error)}`)
  return result.value
}

const hex = (text: string): Bytes => valueOf(hexToBytes(text))
const deviceOf = (secrets: { x: string; s: string; c: string }) =>
  deviceOfSecrets({ x: hex(secrets.x), s: hex(secrets.s), c: hex(secrets.c) })

describe('ops (V24)', () => {
  it.each(ops.reads)('reads and writes: $what', ({ text }) => {
    const decoded = valueOf(decodeOps(utf8ToBytes(text)))
    expect(valueOf(bytesToUtf8(encodeOps(decoded)))).toBe(text)
  })

  it.each(ops.refuses)('refuses: $failure', ({ text, fault }) => {
    expect(decodeOps(utf8ToBytes(text))).toEqual({ ok: false, error: { type: fault } })
  })
})

describe.each(envelopes)('an envelope of suite $suite (V16 to V21)', (vector) => {
  const world = () => createTestVault(vector.vault, vector.suite as Suite)

  it('is sealed to these bytes and opens again', async () => {
    const { core, keyring, kit: other } = await world()
    const envelope = valueOf(decodeEnvelope(hex(vector.batch)))
    expect(await verifyBatch(core, envelope)).toBe(true)
    const opened = valueOf(await openBatch(keyring, envelope))
    expect(valueOf(bytesToUtf8(opened.ops))).toBe(vector.ops)
    expect([...opened.frontierChanges]).toEqual([[other.id, { seq: 3, hash: core.head }]])
    const draft = { ...envelope.header, ...opened }
    const sealed = await sealBatch(
      draft,
      hex(vector.streamKey),
      hex(vector.signingSecret),
      vaultVectorRandom(vector.seed),
    )
    expect([bytesToHex(sealed.bytes), sealed.hash]).toEqual([vector.batch, vector.hash])
  })

  it.each(vector.refuses)('refuses $failure', async ({ batch, fault }) => {
    const { core, keyring } = await world()
    const envelope = valueOf(decodeEnvelope(hex(batch)))
    expect(await verifyBatch(core, envelope)).toBe(false)
    expect(await openBatch(keyring, envelope)).toEqual({ ok: false, error: { type: fault } })
  })
})

describe('the core log (V5 to V14)', () => {
  const records = coreLog.entries.map(({ entry, wraps, links }) => ({
    entry: hex(entry),
    wraps: hex(wraps),
    links: hex(links),
  }))

  it('one entry of each type is taken, and kit and last device find every key', async () => {
    const core = present(valueOf(readCore(records)), 'a core')
    expect([core.vault, core.seq, core.head]).toEqual([
      coreLog.vault,
      records.length - 1,
      hashOf(sha256(present(records.at(-1), 'the newest').entry)),
    ])
    for (const holder of [deviceOf(coreLog.kit), deviceOf(coreLog.last)]) {
      const keyring = valueOf(await gatherKeys(records, core, holder))
      const found = [...keyring].map(([stream, { category, epochs }]) => ({
        stream,
        category,
        epochs: [...epochs].sort(([a], [b]) => a - b).map(([, key]) => bytesToHex(key)),
      }))
      expect(new Map(found.map((keys) => [keys.stream, keys]))).toEqual(
        new Map(coreLog.keys.map((keys) => [keys.stream, keys])),
      )
    }
  })

  it.each(coreLog.refuses)('refuses $failure', ({ index, entry, rule }) => {
    const before = readCore(records.slice(0, index))
    expect(before.ok).toBe(true)
    const changed = { ...present(records[index], 'an entry'), entry: hex(entry) }
    expect(readCore([changed], valueOf(before))).toEqual({ ok: false, error: { type: 'CoreRuleBroken', rule } })
  })
})

describe('the recovery kit (V2, V9)', () => {
  it('has these words, keys and proof', () => {
    const device = kitDevice(hex(kit.entropy))
    expect([kitWords(hex(kit.entropy)), device.id, device.keys]).toEqual([kit.words, kit.id, kit.keys])
    expect(parseKitWords(kit.words)).toEqual(ok(hex(kit.entropy)))
    expect(proveEnrolment(device, kit.provedVault as VaultId)).toBe(kit.proof)
  })

  it.each(kit.refuses)('refuses $failure', ({ words, reason }) => {
    expect(parseKitWords(words)).toEqual({ ok: false, error: { type: 'BadKit', reason } })
  })
})

describe('the keystore (V30 to V33)', () => {
  it('unlocks to these secrets, and is written as it was', async () => {
    const bytes = utf8ToBytes(keystore.keystore)
    const read = valueOf(decodeKeystore(bytes))
    const derive = async ({ passphrase, salt }: { passphrase: Bytes; salt: Bytes }): Promise<Bytes> =>
      sha256(salt, passphrase)
    const daily = valueOf(await unlockKeystore(derive, read, keystore.passphrase))
    expect([bytesToHex(daily.secrets.x), bytesToHex(daily.secrets.s), daily.keyring.size]).toEqual([
      keystore.daily.x,
      keystore.daily.s,
      keystore.streams,
    ])
    expect(bytesToHex(valueOf(await openCoreSecret(derive, read, keystore.passphrase)))).toBe(keystore.core)
    expect(encodeKeystore(read)).toEqual(bytes)
  })
})

describe('pairing (S24, S25)', () => {
  const replay = (): { mailbox: Mailbox; put: Map<PairSlot, string> } => {
    const messages = new Map(pairing.messages.map(({ slot, message }) => [slot, hex(message)]))
    const put = new Map<PairSlot, string>()
    return {
      put,
      mailbox: {
        put: async (slot, message) => {
          put.set(slot, bytesToHex(message))
          return ok()
        },
        take: async (slot) => ok(present(messages.get(slot), 'a message')),
      },
    }
  }
  const written = (slots: readonly number[]) =>
    new Map(pairing.messages.filter(({ slot }) => slots.includes(slot)).map(({ slot, message }) => [slot, message]))
  const self = { vault: pairing.vault as VaultId, device: present(readIds(pairing.device), 'an id') }

  it('the enrolled device writes these messages and shows these digits', async () => {
    const { mailbox, put } = replay()
    const side = valueOf(await offerPairing(hex(pairing.secret), mailbox, self, vaultVectorRandom('pairing old')))
    expect([side.digits, put]).toEqual([pairing.digits, written([2, 4])])
    expect(valueOf(await side.receiveProof())).toHaveLength(86)
  })

  it('the new device writes these messages and shows these digits', async () => {
    const { mailbox, put } = replay()
    const device = deviceOf(pairing.newDevice)
    const side = valueOf(await acceptPairing(hex(pairing.secret), mailbox, device, vaultVectorRandom('pairing new')))
    expect([side.digits, put]).toEqual([pairing.digits, written([1, 3])])
    valueOf(await side.sendProof(proveEnrolment(device, side.vault)))
    expect(put).toEqual(written([1, 3, 5]))
    expect(valueOf(parsePairingLink(pairing.link)).secret).toEqual(hex(pairing.secret))
  })
})

function readIds(text: string) {
  const parsed = parseDeviceId(text)
  return parsed.ok ? parsed.value : undefined
}
