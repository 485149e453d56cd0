import { createPublicKey, hash, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Bytes, type Result, bytesToBase64Url, hexToBytes } from '@salus/base'
import {
  type CoreCrypto,
  type CoreState,
  applyCoreEntry,
  attachSignatures,
  decodeBatchContent,
  decodeCoreEntry,
  decodeEnvelope,
  decodeFrames,
  decodeHeads,
  decodeLinks,
  decodeWraps,
  encodeBatchContent,
  encodeCoreEntry,
  encodeEnvelope,
  encodeFrames,
  encodeHeader,
  encodeHeads,
  encodeLinks,
  encodeWraps,
  pad,
  unpad,
} from '@salus/wire'
import { describe, expect, it } from 'vitest'
import { type CoreVector, type Vector, type WireVectors, makeWireVectors, summaryOf, toPlain } from './generate-wire.ts'

const FILES: readonly (keyof WireVectors)[] = [
  'frames.json',
  'padding.json',
  'envelope.json',
  'batch-content.json',
  'wraps.json',
  'links.json',
  'heads.json',
  'core-entry.json',
  'core-log.json',
  'signing-inputs.json',
]

/** Another implementation than the one that signed the vectors. */
const nodeCrypto: CoreCrypto = {
  sha256: (bytes) => Uint8Array.from(hash('sha256', bytes, 'buffer')),
  verifyEd25519: (publicKey, message, signature) => {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: bytesToBase64Url(publicKey) }, format: 'jwk' })
    return verify(null, message, key, signature)
  },
}

function read<Name extends keyof WireVectors>(name: Name): WireVectors[Name] {
  // The file is one of ours, and the test below compares all of it with what makes it.
  return JSON.parse(readFileSync(join(import.meta.dirname, 'wire', name), 'utf8')) as WireVectors[Name]
}

function fromHex(hex: string): Bytes {
  const bytes = hexToBytes(hex)
  if (!bytes.ok) throw new Error('vectors are hex')
  return bytes.value
}

/** Decodes, and encodes what was decoded again. */
interface Codec {
  readonly decode: (bytes: Bytes) => Result<unknown, unknown>
  readonly again: (bytes: Bytes) => Bytes
}

function codec<T>(
  decode: (bytes: Bytes) => Result<T, unknown>,
  encode: (value: T) => Bytes,
  show: (value: T) => unknown = (value) => value,
): Codec {
  const decoded = (bytes: Bytes): T => {
    const result = decode(bytes)
    if (!result.ok) throw new Error('accepted vectors decode')
    return result.value
  }
  return {
    decode: (bytes) => {
      const result = decode(bytes)
      return result.ok ? { ok: true, value: show(result.value) } : result
    },
    again: (bytes) => encode(decoded(bytes)),
  }
}

describe.each<[keyof WireVectors, Codec]>([
  ['frames.json', codec(decodeFrames, encodeFrames)],
  ['padding.json', codec(unpad, pad)],
  [
    'envelope.json',
    codec(
      decodeEnvelope,
      ({ header, commitment, ciphertext, signature }) =>
        encodeEnvelope(encodeHeader(header), commitment, ciphertext, signature),
      ({ header, commitment, ciphertext, signature }) => ({ header, commitment, ciphertext, signature }),
    ),
  ],
  ['batch-content.json', codec(decodeBatchContent, encodeBatchContent)],
  ['wraps.json', codec(decodeWraps, encodeWraps)],
  ['links.json', codec(decodeLinks, encodeLinks)],
  ['heads.json', codec(decodeHeads, encodeHeads)],
  [
    'core-entry.json',
    codec(
      decodeCoreEntry,
      ({ vault, seq, prevHash, body, signatures }) =>
        attachSignatures(encodeCoreEntry(vault, seq, prevHash, body), signatures),
      ({ vault, seq, prevHash, body, signatures }) => ({ vault, seq, prevHash, body, signatures }),
    ),
  ],
])('%s', (name, { decode, again }) => {
  it.each(read(name).filter(isVector))('$title', ({ bytes, decoded, refused }) => {
    const result = decode(fromHex(bytes))
    if (refused !== undefined) {
      expect(result).toEqual({ ok: false, error: refused })
      return
    }
    expect(toPlain(result)).toEqual({ ok: true, value: decoded })
    expect(again(fromHex(bytes))).toEqual(fromHex(bytes))
  })
})

describe('core-log.json', () => {
  const vectors = read('core-log.json')
  /** states[n] is what n accepted entries make. */
  const states: (CoreState | undefined)[] = [undefined]
  const apply = (vector: CoreVector) =>
    applyCoreEntry(nodeCrypto, states[vector.after], fromHex(vector.entry), {
      wraps: vector.wraps === null ? undefined : fromHex(vector.wraps),
      links: vector.links === null ? undefined : fromHex(vector.links),
    })
  for (const vector of vectors) {
    if (vector.refused !== undefined) continue
    const result = apply(vector)
    if (result.ok) states.push(result.value)
  }

  it.each(vectors)('$title', (vector) => {
    const result = apply(vector)
    if (vector.refused !== undefined) expect(result).toEqual({ ok: false, error: vector.refused })
    else expect(result.ok ? summaryOf(result.value) : result.error).toEqual(vector.state)
  })

  it('reaches every type of entry and every rule but the limits', () => {
    const rules = new Set(
      vectors
        .map(({ refused }) => (refused as { rule?: string } | undefined)?.rule)
        .filter((rule) => rule !== undefined),
    )
    expect([...rules].sort()).toEqual([
      'canaries',
      'cuts',
      'deviceKnown',
      'full',
      'keep',
      'links',
      'position',
      'proof',
      'signature',
      'signer',
      'streams',
      'suite',
      'wraps',
    ])
    expect(states).toHaveLength(6)
  })
})

describe('the files', () => {
  const made = makeWireVectors()
  it.each(FILES)('%s is still what the encoders make', (name) => {
    expect(JSON.parse(JSON.stringify(made[name]))).toEqual(read(name))
  })

  it('are all that there are', () => {
    expect(Object.keys(made).sort()).toEqual([...FILES].sort())
  })
})

function isVector(vector: Vector | CoreVector): vector is Vector {
  return 'bytes' in vector
}
