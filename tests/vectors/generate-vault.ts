import { writeFileSync } from 'node:fs'
import { type Bytes, bytesToBase64Url, bytesToHex, bytesToUtf8, ok, present } from '@salus/base'
import { KDF_ITERATIONS_MIN, KDF_MEMORY_KIB_MIN, sha256 } from '@salus/crypto'
import { type Op, encodeOps, hlcOfMs } from '@salus/sync'
import {
  type Mailbox,
  acceptPairing,
  createDevice,
  createKeystore,
  encodeKeystore,
  enrolmentOf,
  kitDevice,
  kitWords,
  offerPairing,
  proveEnrolment,
  sealBatch,
  writeAddDevice,
  writeRemoveDevice,
  writeReplaceDevice,
  writeSettle,
} from '@salus/vault'
import { HEADER_BYTES, ZERO_HASH } from '@salus/wire'
import { seededRandom } from '../../packages/vault/src/seeded-random-for-tests.ts'
import { addDevice, coreOf, createTestVault, valueOf } from '../../packages/vault/src/vault-for-tests.ts'
import { vaultVectorRandom } from './vault-vector-seeds.ts'

/**
 * Wrote tests/vectors/vault, once: `node tests/vectors/generate-vault.ts`. Running it again must change nothing; where it
 * does, the format has changed.
 */
const random = vaultVectorRandom('vectors')
const hex = bytesToHex
const write = (name: string, json: unknown): void => {
  writeFileSync(new URL(`vault/${name}.json`, import.meta.url), `${JSON.stringify(json, undefined, 2)}\n`)
}
const flip = (bytes: Bytes, at: number): Bytes => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte))

const OPS: readonly Op[] = [
  { type: 'patch', id: 'r1', kind: 'dose', version: 1, fields: { amount: '0.25', note: null }, replaces: {} },
  { type: 'patch', id: 'r2', kind: 'future.kind', version: 7, fields: { later: { of: [1, 'ä'] } }, replaces: {} },
]
const base = hlcOfMs(1_795_000_000_000 as never)
const opsBytes = encodeOps({ base, ops: OPS })
const text = (bytes: Bytes): string => valueOf(bytesToUtf8(bytes))
const soundOps = text(opsBytes)
write('ops', {
  reads: [
    { what: 'two patches', text: soundOps },
    {
      what: 'a tombstone with its own clock',
      text: text(
        encodeOps({
          base,
          ops: [
            {
              type: 'tombstone',
              id: 'r1',
              kind: 'dose',
              version: 1,
              hlc: hlcOfMs(5 as never),
              replaces: { amount: [{ hlc: base, device: createDevice(random).id }] },
            },
          ],
        }),
      ),
    },
  ],
  refuses: [
    { failure: 'a blank', fault: 'NotCanonical', text: soundOps.replace('{"b"', '{ "b"') },
    {
      failure: 'keys out of order',
      fault: 'NotCanonical',
      text: soundOps.replace('"i":"r1","k":"dose"', '"k":"dose","i":"r1"'),
    },
    { failure: 'a number in another form', fault: 'NotCanonical', text: soundOps.replace('"v":1', '"v":1.0') },
    { failure: 'an unknown member of the whole', fault: 'UnknownVerb', text: soundOps.replace(/}$/, ',"x":1}') },
    { failure: 'an unknown member of an op', fault: 'UnknownVerb', text: soundOps.replace('"v":1', '"v":1,"x":1') },
    { failure: 'version zero', fault: 'MalformedOps', text: soundOps.replace('"v":1', '"v":0') },
    { failure: 'an id with a blank', fault: 'MalformedOps', text: soundOps.replace('"r1"', '"r 1"') },
    { failure: 'no ops', fault: 'MalformedOps', text: '{"b":1,"o":[]}' },
  ],
})

const envelopes = []
for (const suite of [1, 2] as const) {
  const vault = await createTestVault(`vector suite ${String(suite)}`, suite)
  const key = present(vault.keyring.get(vault.stream)?.epochs.get(0), 'a key')
  const draft = {
    vault: vault.core.vault,
    stream: vault.stream,
    suite,
    epoch: 0,
    device: vault.device.id,
    seq: 1,
    prevHash: ZERO_HASH,
    coreHead: vault.core.head,
    frontierChanges: new Map([[vault.kit.id, { seq: 3, hash: vault.core.head }]]),
    ops: opsBytes,
  }
  const seed = `envelope ${String(suite)}`
  const { bytes, hash } = await sealBatch(draft, key, vault.device.secrets.s, vaultVectorRandom(seed))
  const ciphertextAt = HEADER_BYTES + 32
  envelopes.push({
    suite,
    seed,
    vault: `vector suite ${String(suite)}`,
    streamKey: hex(key),
    signingSecret: hex(vault.device.secrets.s),
    publicKey: vault.device.keys.s,
    frontierChange: [vault.kit.id, 3, vault.core.head],
    ops: soundOps,
    batch: hex(bytes),
    hash,
    refuses: [
      { failure: 'a bit of the salt', fault: 'CommitmentWrong', batch: hex(flip(bytes, HEADER_BYTES - 10)) },
      { failure: 'a bit of the seq', fault: 'CommitmentWrong', batch: hex(flip(bytes, 4 + 3 + 32 + 16 + 4 + 16 + 1)) },
      { failure: 'a bit of the commitment', fault: 'CommitmentWrong', batch: hex(flip(bytes, HEADER_BYTES)) },
      { failure: 'a bit of the ciphertext', fault: 'OpenFailed', batch: hex(flip(bytes, ciphertextAt)) },
      { failure: 'a bit of the tag', fault: 'OpenFailed', batch: hex(flip(bytes, bytes.length - 65)) },
    ],
  })
}
write('envelope', envelopes)

const start = await createTestVault('vector core')
const second = createDevice(start.random)
const withSecond = await addDevice(start, second)
const successor = createDevice(start.random)
const replaced = valueOf(
  await writeReplaceDevice(
    withSecond.core,
    withSecond.keyring,
    { ended: [start.device.id], cuts: [[start.device.id, start.stream, 2, ZERO_HASH]], enrolled: successor },
    start.device,
    start.random,
  ),
)
const afterReplace = coreOf([replaced.written], withSecond.core)
const last = createDevice(start.random)
const settled = valueOf(
  await writeSettle(
    afterReplace,
    replaced.keyring,
    { ended: [second.id, successor.id], cuts: [], enrolled: last, heals: [afterReplace.head] },
    start.kit,
    start.random,
  ),
)
const afterSettle = coreOf([settled.written], afterReplace)
const third = createDevice(start.random)
const added = valueOf(
  await writeAddDevice(afterSettle, settled.keyring, enrolmentOf(afterSettle, third), last, start.random),
)
const afterAdd = coreOf([added], afterSettle)
const removal = valueOf(
  await writeRemoveDevice(
    afterAdd,
    settled.keyring,
    { removed: third.id, cuts: [[third.id, start.stream, 1, ZERO_HASH]] },
    last,
    start.random,
  ),
)
const entries = [...withSecond.records, replaced.written, settled.written, added, removal.written]
write('core-log', {
  vault: start.core.vault,
  kit: { x: hex(start.kit.secrets.x), s: hex(start.kit.secrets.s), c: hex(start.kit.secrets.c) },
  last: { x: hex(last.secrets.x), s: hex(last.secrets.s), c: hex(last.secrets.c) },
  entries: entries.map((record, i) => ({
    type: ['genesis', 'addDevice', 'replaceDevice', 'settle', 'addDevice', 'removeDevice'][i],
    entry: hex(record.entry),
    wraps: hex(record.wraps ?? new Uint8Array()),
    links: hex(record.links ?? new Uint8Array()),
  })),
  keys: [...removal.keyring].map(([stream, { category, epochs }]) => ({
    stream,
    category,
    epochs: [...epochs].map(([, key]) => hex(key)),
  })),
  refuses: entries.flatMap((record, i) => [
    {
      failure: `a bit of a signature of entry ${String(i)}`,
      index: i,
      rule: 'signature',
      entry: hex(flip(record.entry, record.entry.length - 1)),
    },
    {
      failure: `a bit of a signer of entry ${String(i)}`,
      index: i,
      rule: 'signature',
      entry: hex(flip(record.entry, record.entry.length - 80)),
    },
  ]),
})

const entropy = random.bytes(16)
const kit = kitDevice(entropy)
const words = kitWords(entropy)
write('recovery-kit', {
  entropy: hex(entropy),
  words,
  id: kit.id,
  keys: kit.keys,
  proof: proveEnrolment(kit, start.core.vault),
  provedVault: start.core.vault,
  refuses: [
    { failure: 'a word off the list', reason: 'words', words: words.with(0, 'salus') },
    { failure: 'eleven words', reason: 'words', words: words.slice(1) },
    { failure: 'a wrong checksum', reason: 'checksum', words: words.with(11, words[11] === 'zoo' ? 'zone' : 'zoo') },
  ],
})

const owner = createDevice(seededRandom('vector keystore'))
const locked = await createKeystore(
  { random: vaultVectorRandom('keystore'), derive: async ({ passphrase, salt }) => sha256(salt, passphrase) },
  { vault: start.core.vault, device: owner.id },
  owner.secrets,
  start.keyring,
  'a vector passphrase',
  { memoryKiB: KDF_MEMORY_KIB_MIN, iterations: KDF_ITERATIONS_MIN, parallelism: 1 },
)
write('keystore', {
  note: 'The slot key is SHA-256(salt | passphrase): Argon2id has vectors of its own.',
  passphrase: 'a vector passphrase',
  keystore: text(encodeKeystore(locked.keystore)),
  core: hex(owner.secrets.c),
  daily: { x: hex(owner.secrets.x), s: hex(owner.secrets.s) },
  streams: start.keyring.size,
})

const slots = new Map<number, Bytes>()
const waiting = new Map<number, (message: Bytes) => void>()
const mailbox: Mailbox = {
  put: async (slot, message) => {
    slots.set(slot, message)
    waiting.get(slot)?.(message)
    return ok()
  },
  take: async (slot) => ok(slots.get(slot) ?? (await new Promise<Bytes>((resolve) => waiting.set(slot, resolve)))),
}
const secret = random.bytes(16)
const [oldSide, newSide] = await Promise.all([
  offerPairing(secret, mailbox, { vault: start.core.vault, device: start.device.id }, vaultVectorRandom('pairing old')),
  acceptPairing(secret, mailbox, second, vaultVectorRandom('pairing new')),
])
valueOf(await valueOf(newSide).sendProof(proveEnrolment(second, start.core.vault)))
write('pairing', {
  secret: hex(secret),
  vault: start.core.vault,
  device: start.device.id,
  newDevice: { x: hex(second.secrets.x), s: hex(second.secrets.s), c: hex(second.secrets.c) },
  digits: valueOf(oldSide).digits,
  messages: [...slots].sort(([a], [b]) => a - b).map(([slot, message]) => ({ slot, message: hex(message) })),
  link: `https://salus.example/#pair=${bytesToBase64Url(secret)}`,
})
