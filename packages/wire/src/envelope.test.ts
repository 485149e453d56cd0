import { type Bytes, bytesToHex, utf8ToBytes } from '@salus/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type EnvelopeHeader,
  HEADER_BYTES,
  TAG_BYTES,
  batchSigningInput,
  decodeEnvelope,
  encodeEnvelope,
  encodeHeader,
  headerWithoutSalt,
} from './envelope.ts'
import { deviceIdOf, hashOf, streamIdOf, vaultIdOf } from './ids.ts'
import { BATCH_BYTES_MAX } from './limits.ts'
import {
  anyBytes,
  anyDeviceId,
  anyHash,
  anySeq,
  anyStreamId,
  anyU32,
  anyVaultId,
  exactBytes,
} from './testing/arbitraries.ts'
import { testCrypto } from './testing/test-core.ts'

const COMMITMENT = new Uint8Array(32).fill(0xc0)
const SIGNATURE = new Uint8Array(64).fill(0x51)

const anyHeader = (ciphertextBytes: number): fc.Arbitrary<EnvelopeHeader> =>
  fc.record({
    suite: fc.constantFrom(1 as const, 2 as const),
    vault: anyVaultId,
    stream: anyStreamId,
    epoch: anyU32,
    device: anyDeviceId,
    seq: anySeq,
    prevHash: anyHash,
    coreHead: anyHash,
    salt: exactBytes(32),
    ciphertextBytes: fc.constant(ciphertextBytes),
  })

const anyEnvelope = anyBytes(TAG_BYTES, 60).chain((ciphertext) =>
  anyHeader(ciphertext.length).map((header) => ({ header, ciphertext })),
)

function sample(ciphertextBytes = 20): Bytes {
  const [header] = fc.sample(anyHeader(ciphertextBytes), { numRuns: 1, seed: 7 })
  if (header === undefined) throw new Error('one sample')
  return encodeEnvelope(encodeHeader(header), COMMITMENT, new Uint8Array(ciphertextBytes).fill(0xee), SIGNATURE)
}

describe('envelope (V16)', () => {
  it('round-trips, and gives its parts as they travelled', () => {
    fc.assert(
      fc.property(anyEnvelope, ({ header, ciphertext }) => {
        const headerBytes = encodeHeader(header)
        expect(headerBytes).toHaveLength(HEADER_BYTES)
        const bytes = encodeEnvelope(headerBytes, COMMITMENT, ciphertext, SIGNATURE)
        expect(decodeEnvelope(bytes)).toEqual({
          ok: true,
          value: { header, headerBytes, commitment: COMMITMENT, ciphertext, signature: SIGNATURE, bytes },
        })
      }),
    )
  })

  it('has each field where the rule says', () => {
    const header: EnvelopeHeader = {
      suite: 2,
      vault: vaultIdOf(new Uint8Array(32).fill(1)),
      stream: streamIdOf(new Uint8Array(16).fill(2)),
      epoch: 0x03030303,
      device: deviceIdOf(new Uint8Array(16).fill(4)),
      seq: 0x05050505,
      prevHash: hashOf(new Uint8Array(32).fill(6)),
      coreHead: hashOf(new Uint8Array(32).fill(7)),
      salt: new Uint8Array(32).fill(8),
      ciphertextBytes: 0x09090909,
    }
    const hex = (byte: number, length: number): string => bytesToHex(new Uint8Array(length).fill(byte))
    expect(bytesToHex(encodeHeader(header))).toBe(
      bytesToHex(utf8ToBytes('SLS1')) +
        '010102' +
        [hex(1, 32), hex(2, 16), hex(3, 4), hex(4, 16), hex(5, 4), hex(6, 32), hex(7, 32), hex(8, 32), hex(9, 4)].join(
          '',
        ),
    )
  })

  it('whatever single bit of the header is flipped, it is refused or reads as another header', () => {
    const bytes = sample()
    const original = decodeEnvelope(bytes)
    expect(original.ok).toBe(true)
    // magic, version, kind; then the length
    const refused = new Set([0, 1, 2, 3, 4, 5, 175, 176, 177, 178])
    for (let at = 0; at < HEADER_BYTES; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const flipped = Uint8Array.from(bytes)
        flipped[at] = (flipped[at] ?? 0) ^ (1 << bit)
        const read = decodeEnvelope(flipped)
        if (refused.has(at)) expect(read.ok, `byte ${at} bit ${bit}`).toBe(false)
        else if (read.ok) {
          expect(read.value.header, `byte ${at} bit ${bit}`).not.toEqual(original.ok && original.value.header)
          expect(encodeHeader(read.value.header)).toEqual(flipped.slice(0, HEADER_BYTES))
        } else expect(at, `byte ${at} bit ${bit}`).toBe(6)
      }
    }
  })

  it('is refused at every length but its own', () => {
    const bytes = sample()
    for (let end = 0; end < bytes.length; end++)
      expect(decodeEnvelope(bytes.slice(0, end)).ok, `cut at ${end}`).toBe(false)
    expect(decodeEnvelope(Uint8Array.from([...bytes, 0]))).toEqual({
      ok: false,
      error: { type: 'Malformed', what: 'length' },
    })
  })

  it('says whether it was cut within the header or behind it', () => {
    const bytes = sample()
    expect(decodeEnvelope(bytes.slice(0, HEADER_BYTES - 1))).toMatchObject({ error: { what: 'header' } })
    expect(decodeEnvelope(bytes.slice(0, HEADER_BYTES))).toMatchObject({ error: { what: 'length' } })
  })

  it.each<[string, number, number, string]>([
    ['another magic', 3, 0x32, 'magic'],
    ['version 0', 4, 0, 'version'],
    ['version 2', 4, 2, 'version'],
    ['kind 0', 5, 0, 'kind'],
    ['a chunk, which is reserved', 5, 2, 'kind'],
    ['a manifest, which is reserved', 5, 3, 'kind'],
    ['suite 0', 6, 0, 'suite'],
    ['suite 3', 6, 3, 'suite'],
  ])('refuses %s', (_, at, value, what) => {
    const bytes = sample()
    bytes[at] = value
    expect(decodeEnvelope(bytes)).toEqual({ ok: false, error: { type: 'Malformed', what } })
  })

  it('starts at seq 1', () => {
    const bytes = sample()
    bytes.fill(0, 75, 79)
    expect(decodeEnvelope(bytes)).toEqual({ ok: false, error: { type: 'Malformed', what: 'seq' } })
    bytes[78] = 1
    expect(decodeEnvelope(bytes)).toMatchObject({ ok: true, value: { header: { seq: 1 } } })
  })

  it("holds at least the cipher's tag", () => {
    expect(decodeEnvelope(sample(TAG_BYTES)).ok).toBe(true)
    expect(decodeEnvelope(sample(TAG_BYTES - 1))).toEqual({ ok: false, error: { type: 'Malformed', what: 'length' } })
  })

  it(`is at most ${BATCH_BYTES_MAX} bytes`, () => {
    const most = sample(BATCH_BYTES_MAX - HEADER_BYTES - 32 - 64)
    expect(most).toHaveLength(BATCH_BYTES_MAX)
    expect(decodeEnvelope(most).ok).toBe(true)
    expect(decodeEnvelope(sample(BATCH_BYTES_MAX - HEADER_BYTES - 32 - 64 + 1))).toEqual({
      ok: false,
      error: { type: 'Malformed', what: 'batch size' },
    })
  })

  it('reads a window of a greater buffer, and what it gives are copies', () => {
    const bytes = sample()
    const page = new Uint8Array(bytes.length + 8)
    page.set(bytes, 4)
    const read = decodeEnvelope(page.subarray(4, 4 + bytes.length))
    page.fill(0)
    expect(read.ok && [read.value.headerBytes, read.value.ciphertext]).toEqual([
      bytes.slice(0, HEADER_BYTES),
      new Uint8Array(20).fill(0xee),
    ])
  })
})

it('the salt is hedged with the header up to it (V21)', () => {
  const bytes = sample()
  const before = headerWithoutSalt(bytes.subarray(0, HEADER_BYTES))
  expect(before).toEqual(bytes.slice(0, HEADER_BYTES - 36))
})

it('an author signs the label and the hash of all before the signature (V20)', () => {
  const bytes = sample()
  const envelope = decodeEnvelope(bytes)
  if (!envelope.ok) throw new Error('a sample is well-formed')
  const input = batchSigningInput((part) => testCrypto.sha256(part), envelope.value)
  const label = utf8ToBytes('salus/v1/batch-sig')
  expect(input.slice(0, label.length)).toEqual(label)
  expect(input.slice(label.length)).toEqual(testCrypto.sha256(bytes.slice(0, -64)))
})
