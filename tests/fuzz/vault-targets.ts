import { type Bytes, concatBytes, hexToBytes, ok, present, utf8ToBytes } from '@salus/base'
import { LABELS, deriveEnvelopeKeys, hkdfSha256, labelBytes, sealAead, sha256, zeroNonce } from '@salus/crypto'
import {
  type Mailbox,
  type PairSlot,
  acceptPairing,
  createDevice,
  decodeKeystore,
  encodeKeystore,
  gatherKeys,
  mailboxId,
  offerPairing,
  openBatch,
  parseKitWords,
  parsePairingLink,
  readCore,
  sealBox,
  unlockKeystore,
} from '@salus/vault'
import { decodeEnvelope, encodeHeader, pad, parseDeviceId, parseVaultId } from '@salus/wire'
import { readKitText } from '../../packages/engine/src/kit-desk.ts'
import { inflateRaw } from '../../packages/vault/src/deflate.ts'
import { openDraft } from '../../packages/engine/src/drafts.ts'
import type { OpenVault } from '../../packages/engine/src/open-vault.ts'
import { Dice } from '../sim/dice.ts'
import type { FuzzTarget } from './fuzz-target.ts'
import { golden, goldenBytes } from './golden-seeds.ts'

const random = new Dice(1).random
const text = (bytes: Bytes): string => new TextDecoder().decode(bytes)
const INFLATED_BYTES_MAX = 8 * 1024 * 1024

/** An envelope of the golden vectors with its stream's key: whoever has it may seal anything into a batch. */
const SEALED = present(
  goldenBytes('vault/envelope.json', 'batch').flatMap((batch, i) => {
    const envelope = decodeEnvelope(batch)
    const key = hexToBytes(golden('vault/envelope.json', 'streamKey')[i] ?? '')
    return envelope.ok && key.ok ? [{ envelope: envelope.value, key: key.value }] : []
  })[0],
  'a golden batch',
)

/** Seals this content as a device of the vault could, and opens it as any other does. */
async function openSealed(content: Bytes, isPadded: boolean): Promise<void> {
  const { envelope, key } = SEALED
  const plaintext = isPadded ? content : pad(content)
  const headerBytes = encodeHeader({ ...envelope.header, ciphertextBytes: plaintext.length + 16 })
  const keys = deriveEnvelopeKeys(key, envelope.header.salt, LABELS.batch, sha256(headerBytes))
  const { suite } = envelope.header
  const aad = concatBytes(headerBytes, keys.commitment)
  const ciphertext = await sealAead(suite, keys.key, zeroNonce(suite), plaintext, aad)
  const keyring = new Map([
    [envelope.header.stream, { category: 'labs' as const, epochs: new Map([[envelope.header.epoch, key]]) }],
  ])
  const opened = await openBatch(keyring, { ...envelope, headerBytes, commitment: keys.commitment, ciphertext })
  if (!opened.ok && (opened.error.type === 'CommitmentWrong' || opened.error.type === 'OpenFailed'))
    throw new Error('the target seals wrongly')
}

const SECRET = present(goldenBytes('vault/pairing.json', 'secret')[0], 'a secret')

/** A mailbox in which somebody who knows the link has left these plaintexts. */
function mailboxWith(messages: ReadonlyMap<number, Bytes>): Mailbox {
  return {
    put: async () => ok(),
    take: async (slot: PairSlot) => {
      const label = slot % 2 === 1 ? LABELS.pairToOld : LABELS.pairToNew
      const key = hkdfSha256(SECRET, new Uint8Array(), concatBytes(labelBytes(label), new Uint8Array([slot])), 32)
      const aad = concatBytes(utf8ToBytes(mailboxId(SECRET)), new Uint8Array([slot]))
      return ok(await sealBox(key, messages.get(slot) ?? utf8ToBytes('{}'), aad, random))
    },
  }
}

const ID = 'A'.repeat(22)
const KEY = 'A'.repeat(43)
const HELLO = utf8ToBytes(`{"device":{"c":"${KEY}","s":"${KEY}","x":"${KEY}"},"ephemeral":"${KEY.replace('A', 'C')}"}`)
const vault = parseVaultId(KEY)
const device = parseDeviceId(ID)
if (!vault.ok || !device.ok) throw new Error('zeros are ids')
const SELF = { vault: vault.value, device: device.value }
const NEW_DEVICE = createDevice(random)

const CORE_ENTRIES = goldenBytes('vault/core-log.json', 'entry')
const CORE_WRAPS = goldenBytes('vault/core-log.json', 'wraps')
const GENESIS = readCore(CORE_ENTRIES.slice(0, 1).map((entry) => ({ entry, wraps: CORE_WRAPS[0], links: undefined })))

/** Everything that is encrypted, and what stands before it. */
export const VAULT_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'sealed batch content',
    shape: 'bytes',
    seeds: goldenBytes('wire/batch-content.json', 'bytes'),
    read: (content) => openSealed(content, false),
  },
  {
    name: 'sealed padding',
    shape: 'bytes',
    seeds: goldenBytes('wire/padding.json', 'bytes').filter((bytes) => bytes.length < 10_000),
    read: (plaintext) => openSealed(plaintext, true),
  },
  {
    name: 'deflate',
    shape: 'bytes',
    seeds: [Uint8Array.from([0x4b, 0x4c, 0x4a, 0x06, 0x00]), Uint8Array.from([0x03, 0x00])],
    read: (bytes) => inflateRaw(bytes, INFLATED_BYTES_MAX),
  },
  {
    name: 'wraps and links of a core log',
    shape: 'bytes',
    seeds: [...CORE_WRAPS, ...goldenBytes('vault/core-log.json', 'links')],
    read: async (bytes) => {
      const state = GENESIS.ok ? GENESIS.value : undefined
      if (state === undefined) throw new Error('the golden genesis is read')
      const [entry] = CORE_ENTRIES
      if (entry !== undefined) await gatherKeys([{ entry, wraps: bytes, links: bytes }], state, NEW_DEVICE)
    },
  },
  {
    name: 'keystore',
    shape: 'json',
    seeds: golden('vault/keystore.json', 'keystore').map(utf8ToBytes),
    read: async (bytes) => {
      const keystore = decodeKeystore(bytes)
      if (!keystore.ok) return
      const again = decodeKeystore(encodeKeystore(keystore.value))
      if (!again.ok) throw new Error('what was read cannot be written')
      await unlockKeystore(async ({ passphrase, salt }) => sha256(salt, passphrase), keystore.value, 'x')
    },
  },
  {
    name: 'pairing hello',
    shape: 'json',
    seeds: [HELLO],
    read: (hello) => offerPairing(SECRET, mailboxWith(new Map([[1, hello]])), SELF, random),
  },
  {
    name: 'pairing answer',
    shape: 'json',
    seeds: [utf8ToBytes(`{"nonce":"${KEY}"}`)],
    read: async (answer) => {
      const offered = await offerPairing(
        SECRET,
        mailboxWith(
          new Map([
            [1, HELLO],
            [3, answer],
          ]),
        ),
        SELF,
        random,
      )
      if (offered.ok) await offered.value.receiveProof()
    },
  },
  {
    name: 'pairing commitment and reveal',
    shape: 'json',
    seeds: [
      utf8ToBytes(`{"commitment":"${KEY}"}`),
      utf8ToBytes(`{"device":"${ID}","ephemeral":"${KEY}","nonce":"${KEY}","vault":"${KEY}"}`),
    ],
    read: (reveal) =>
      acceptPairing(
        SECRET,
        mailboxWith(
          new Map([
            [2, honestCommitment(reveal)],
            [4, reveal],
          ]),
        ),
        NEW_DEVICE,
        random,
      ),
  },
  {
    name: 'pairing message',
    shape: 'bytes',
    seeds: goldenBytes('vault/pairing.json', 'message'),
    read: async (message) => {
      const raw: Mailbox = { put: async () => ok(), take: async () => ok(message) }
      await offerPairing(SECRET, raw, SELF, random)
      await acceptPairing(SECRET, raw, NEW_DEVICE, random)
    },
  },
  {
    name: 'pairing link',
    shape: 'bytes',
    seeds: golden('vault/pairing.json', 'link').map(utf8ToBytes),
    read: (bytes) => parsePairingLink(text(bytes)),
  },
  {
    name: 'kit words',
    shape: 'bytes',
    seeds: [utf8ToBytes('abandon '.repeat(11) + 'about'), utf8ToBytes('1. zoo, 2. zoo\n3. zoo')],
    read: (bytes) => {
      const read = readKitText(text(bytes))
      return parseKitWords(read.words.map((word) => word.text))
    },
  },
  {
    name: 'draft',
    shape: 'bytes',
    seeds: [random.bytes(80)],
    read: (bytes) => openDraft(vaultWithDraft(bytes), 'labs'),
  },
]

/** A commitment that holds, so that what comes after it is read too. */
function honestCommitment(reveal: Bytes): Bytes {
  const commitment = sha256(labelBytes(LABELS.pairCommit), reveal)
  return utf8ToBytes(`{"commitment":"${Buffer.from(commitment).toString('base64url')}"}`)
}

/** As much of an open vault as a draft asks for. */
function vaultWithDraft(sealed: Bytes): OpenVault {
  const part = { deps: { store: { meta: async () => sealed }, daily: { unlockKey: new Uint8Array(32) } } }
  return part as unknown as OpenVault
}
