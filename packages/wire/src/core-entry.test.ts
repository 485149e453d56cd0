import { type Bytes, canonicalJson, concatBytes, isJsonObject, utf8ToBytes } from '@salus/base'
import { describe, expect, it } from 'vitest'
import { ByteWriter } from './binary.ts'
import { attachSignatures, coreSigningInput, decodeCoreEntry, encodeCoreEntry } from './core-entry.ts'
import { type DeviceId, ZERO_HASH, ZERO_VAULT, deviceIdOf, hashOf, idBytes } from './ids.ts'
import { CORE_BODY_BYTES_MAX, CORE_ENTRY_BYTES_MAX, CORE_SIGNERS_MAX } from './limits.ts'
import { genesisEntry, testCrypto } from './testing/test-core.ts'

const GENESIS = genesisEntry().bytes
const HEADER_BYTES = 4 + 1 + 1 + 32 + 4 + 32 + 4
const malformed = (what: string) => ({ ok: false, error: { type: 'Malformed', what } })

const signer = (first: number): { signer: DeviceId; signature: Bytes } => ({
  signer: deviceIdOf(new Uint8Array(16).fill(first)),
  signature: new Uint8Array(64).fill(first),
})

/** T of V5 around any body text. */
function signedBytes(text: Uint8Array, type = 1, version = 1): Bytes {
  return new ByteWriter()
    .bytes(utf8ToBytes('SLSC'))
    .u8(version)
    .u8(type)
    .bytes(idBytes(ZERO_VAULT))
    .u32(0)
    .bytes(idBytes(ZERO_HASH))
    .u32(text.length)
    .bytes(text)
    .finish()
}

function genesisText(): string {
  const decoded = decodeCoreEntry(GENESIS)
  if (!decoded.ok) throw new Error('genesis is well-formed')
  return new TextDecoder().decode(decoded.value.signedBytes.subarray(HEADER_BYTES))
}

describe('a core entry (V5)', () => {
  it('round-trips', () => {
    const decoded = decodeCoreEntry(GENESIS)
    if (!decoded.ok) throw new Error('genesis is well-formed')
    const { vault, seq, prevHash, body, signatures } = decoded.value
    expect([vault, seq, prevHash, body.type]).toEqual([ZERO_VAULT, 0, ZERO_HASH, 'genesis'])
    expect(attachSignatures(encodeCoreEntry(vault, seq, prevHash, body), signatures.toReversed())).toEqual(GENESIS)
    expect(concatBytes(decoded.value.signedBytes, GENESIS.slice(decoded.value.signedBytes.length))).toEqual(GENESIS)
  })

  it('is refused at every length but its own', () => {
    for (let end = 0; end < GENESIS.length; end++) {
      expect(decodeCoreEntry(GENESIS.slice(0, end)).ok, `cut at ${end}`).toBe(false)
    }
    expect(decodeCoreEntry(concatBytes(GENESIS, Uint8Array.of(0)))).toEqual(malformed('entry'))
  })

  it('whatever single bit is flipped, it is refused or is written again as it came', () => {
    for (let at = 0; at < GENESIS.length; at++) {
      const flipped = Uint8Array.from(GENESIS)
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8))
      const read = decodeCoreEntry(flipped)
      if (!read.ok) continue
      const { vault, seq, prevHash, body, signatures } = read.value
      expect(attachSignatures(encodeCoreEntry(vault, seq, prevHash, body), signatures), `byte ${at}`).toEqual(flipped)
    }
  })

  it('has its fields where the rule says', () => {
    const bytes = encodeCoreEntry(ZERO_VAULT, 0x01020304, hashOf(new Uint8Array(32).fill(9)), {
      type: 'settle',
      canaries: [],
      cuts: [],
      enrol: [],
      heals: [],
      keep: [],
      links: ZERO_HASH,
      wraps: ZERO_HASH,
    })
    const json = `{"canaries":[],"cuts":[],"enrol":[],"heals":[],"keep":[],"links":"${ZERO_HASH}","wraps":"${ZERO_HASH}"}`
    expect(bytes.slice(0, 6)).toEqual(Uint8Array.of(0x53, 0x4c, 0x53, 0x43, 1, 4))
    expect(bytes.slice(6, 38)).toEqual(new Uint8Array(32))
    expect(bytes.slice(38, 42)).toEqual(Uint8Array.of(1, 2, 3, 4))
    expect(bytes.slice(42, 74)).toEqual(new Uint8Array(32).fill(9))
    expect(bytes.slice(74, 78)).toEqual(Uint8Array.of(0, 0, 0, json.length))
    expect(new TextDecoder().decode(bytes.slice(78))).toBe(json)
  })

  it("is signed over a label and T's hash", () => {
    const input = coreSigningInput((bytes) => testCrypto.sha256(bytes), utf8ToBytes('T'))
    expect(input).toEqual(concatBytes(utf8ToBytes('salus/v1/core'), testCrypto.sha256(utf8ToBytes('T'))))
  })
})

describe('types and versions (V7, V8)', () => {
  it('reserved and unknown types are kept apart from malformed ones', () => {
    for (let entryType = 6; entryType <= 255; entryType++) {
      const bytes = Uint8Array.from(GENESIS)
      bytes[5] = entryType
      expect(decodeCoreEntry(bytes)).toEqual({ ok: false, error: { type: 'UnknownEntry', version: 1, entryType } })
    }
  })

  it('a later version is unknown, whatever its type', () => {
    for (const [version, entryType] of [
      [2, 1],
      [255, 4],
      [2, 200],
    ] as const) {
      const bytes = Uint8Array.from(GENESIS)
      bytes.set([version, entryType], 4)
      expect(decodeCoreEntry(bytes)).toEqual({ ok: false, error: { type: 'UnknownEntry', version, entryType } })
    }
  })

  it('version 0, type 0 and another magic are malformed', () => {
    for (const [at, value, what] of [
      [4, 0, 'version'],
      [5, 0, 'version'],
      [0, 0x54, 'magic'],
      [3, 0x31, 'magic'],
      [0, 0xff, 'magic'],
    ] as const) {
      const bytes = Uint8Array.from(GENESIS)
      bytes[at] = value
      expect(decodeCoreEntry(bytes)).toEqual(malformed(what))
    }
  })

  it('a body of one type is no body of another', () => {
    for (const type of [2, 3, 4]) {
      const bytes = Uint8Array.from(GENESIS)
      bytes[5] = type
      expect(decodeCoreEntry(bytes)).toMatchObject({ error: { type: 'Malformed' } })
    }
  })
})

describe('bodies', () => {
  const withText = (text: Uint8Array): Bytes => attachSignatures(signedBytes(text), [signer(1), signer(2)])

  it('are canonical JSON', () => {
    const text = genesisText()
    const body: unknown = JSON.parse(text)
    if (!isJsonObject(body)) throw new Error('a body is an object')
    expect(decodeCoreEntry(withText(utf8ToBytes(text))).ok).toBe(true)
    const spellings = [
      text.replace(',', ', '),
      `${text} `,
      JSON.stringify(Object.fromEntries(Object.entries(body).toReversed())),
      text.replace('"minSuite":1', '"minSuite":1.0'),
      text.replace('"minSuite":1', '"minSuite":1,"minSuite":1'),
      text.replace('"suite"', '"suit\\u0065"'),
      '',
      '{',
    ]
    for (const spelling of spellings)
      expect(decodeCoreEntry(withText(utf8ToBytes(spelling))), spelling.slice(-40)).toEqual(malformed('body'))
    expect(canonicalJson(body)).toBe(text)
  })

  it('are UTF-8', () => {
    expect(decodeCoreEntry(withText(Uint8Array.of(0x22, 0xff, 0x22)))).toEqual(malformed('entry'))
  })

  it(`are at most ${CORE_BODY_BYTES_MAX} bytes`, () => {
    const text = (length: number): Uint8Array => new Uint8Array(length).fill(0x20)
    expect(decodeCoreEntry(withText(text(CORE_BODY_BYTES_MAX)))).toEqual(malformed('body'))
    expect(decodeCoreEntry(withText(text(CORE_BODY_BYTES_MAX + 1)))).toEqual(malformed('body size'))
  })

  it(`make entries of at most ${CORE_ENTRY_BYTES_MAX} bytes, room for every signer included`, () => {
    expect(HEADER_BYTES + CORE_BODY_BYTES_MAX + 1 + CORE_SIGNERS_MAX * 80).toBeLessThanOrEqual(CORE_ENTRY_BYTES_MAX)
    const entry = (length: number): Bytes => concatBytes(GENESIS, new Uint8Array(length - GENESIS.length))
    expect(decodeCoreEntry(entry(CORE_ENTRY_BYTES_MAX))).toEqual(malformed('entry'))
    expect(decodeCoreEntry(entry(CORE_ENTRY_BYTES_MAX + 1))).toEqual(malformed('entry size'))
  })
})

describe('signatures', () => {
  const text = utf8ToBytes(genesisText())
  const signed = signedBytes(text)
  /** Signatures in the order that is given, unlike `attachSignatures`. */
  const attached = (count: number, rows: readonly { signer: DeviceId; signature: Bytes }[]): Bytes => {
    const writer = new ByteWriter().bytes(signed).u8(count)
    for (const row of rows) writer.bytes(idBytes(row.signer)).bytes(row.signature)
    return writer.finish()
  }

  it(`are 1 to ${CORE_SIGNERS_MAX}`, () => {
    const rows = (count: number) => Array.from({ length: count }, (_, i) => signer(i + 1))
    for (let count = 1; count <= CORE_SIGNERS_MAX; count++)
      expect(decodeCoreEntry(attached(count, rows(count))).ok).toBe(true)
    for (const count of [0, CORE_SIGNERS_MAX + 1])
      expect(decodeCoreEntry(attached(count, rows(count)))).toEqual(malformed('entry'))
    expect(decodeCoreEntry(attached(2, rows(1)))).toEqual(malformed('entry'))
    expect(decodeCoreEntry(attached(1, rows(2)))).toEqual(malformed('entry'))
  })

  it('ascend, and none signs twice', () => {
    expect(decodeCoreEntry(attached(2, [signer(2), signer(1)]))).toEqual(malformed('entry'))
    expect(decodeCoreEntry(attached(2, [signer(1), signer(1)]))).toEqual(malformed('entry'))
  })

  it("ascend by the signers' bytes, which is not the order of their text", () => {
    const [low, high] = [signer(0x00), signer(0xfb)]
    expect(low.signer > high.signer).toBe(true)
    expect(attachSignatures(signed, [high, low])).toEqual(attached(2, [low, high]))
    expect(decodeCoreEntry(attached(2, [low, high])).ok).toBe(true)
    expect(decodeCoreEntry(attached(2, [high, low]))).toEqual(malformed('entry'))
  })
})
