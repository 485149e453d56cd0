import { argon2id as nobleArgon2id } from '@noble/hashes/argon2.js'
import { ed25519 } from '@noble/curves/ed25519.js'
import { type Bytes, bytesToHex, hexToBytes } from '@salus/base'
import {
  LABELS,
  type Label,
  type Suite,
  createEd25519Verifier,
  deriveEnvelopeKeys,
  ed25519KeysFromSeed,
  equalSecret,
  hedgedSalt,
  hkdfSha256,
  hmacSha256,
  hpkeOpen,
  hpkeSeal,
  openAead,
  sealAead,
  sha256,
  signEd25519,
  verifyEd25519Sync,
  x25519KeysFromSeed,
  x25519SharedSecret,
} from '@salus/crypto'
import { argon2id } from '@salus/crypto/argon2id'
import { describe, expect, it } from 'vitest'
import { deriveWithNoble, deriveWithWasm } from '../../../packages/crypto/src/argon2id.ts'
import { extractAndExpand, keyScheduleBase } from '../../../packages/crypto/src/hpke-key-schedule.ts'
import { SIGNATURE_LABELS } from '../../../packages/wire/src/signature-labels.ts'
import collision from './aead-key-collision.json' with { type: 'json' }
import aead from './aead.json' with { type: 'json' }
import argon2idVectors from './argon2id.json' with { type: 'json' }
import ed25519Vectors from './ed25519.json' with { type: 'json' }
import envelopeKeys from './envelope-keys.json' with { type: 'json' }
import hashes from './hashes.json' with { type: 'json' }
import hpke from './hpke.json' with { type: 'json' }
import labels from './labels.json' with { type: 'json' }
import x25519 from './x25519.json' with { type: 'json' }

/** Each vector runs with the engine's Web Crypto and without it: both must give the same bytes and the same verdicts. */
const ENGINES: readonly (readonly [string, SubtleCrypto | null])[] = [
  ['Web Crypto', crypto.subtle],
  ['noble alone', null],
]

describe('hashes', () => {
  it.each(hashes.sha256)('SHA-256: $source, "$message"', ({ message, digest }) => {
    expect(bytesToHex(sha256(hex(message)))).toBe(digest)
  })

  it.each(hashes.hmacSha256)('HMAC-SHA-256: $source', ({ key, message, mac }) => {
    expect(bytesToHex(hmacSha256(hex(key), hex(message)))).toBe(mac)
  })

  it.each(hashes.hkdfSha256)('HKDF-SHA-256: $source', ({ ikm, salt, info, length, okm }) => {
    expect(bytesToHex(hkdfSha256(hex(ikm), hex(salt), hex(info), length))).toBe(okm)
  })
})

describe.each(ENGINES)('AEAD (V19) with %s', (_, subtle) => {
  it.each(aead.seals)('suite $suite seals and opens: $source', async (vector) => {
    const [suite, key, nonce, aad] = [suiteOf(vector.suite), hex(vector.key), hex(vector.nonce), hex(vector.aad)]
    const sealed = await sealAead(suite, key, nonce, hex(vector.plaintext), aad, subtle)
    expect(bytesToHex(sealed)).toBe(vector.ciphertext)
    expect(await openAead(suite, key, nonce, sealed, aad, subtle)).toEqual({ ok: true, value: hex(vector.plaintext) })
  })

  it.each(aead.refuses)('suite $suite refuses: $failure', async (vector) => {
    const { suite, key, nonce, ciphertext, aad } = vector
    const opened = await openAead(suiteOf(suite), hex(key), hex(nonce), hex(ciphertext), hex(aad), subtle)
    expect(opened).toEqual({ ok: false, error: { type: 'OpenFailed' } })
  })
})

describe('envelope keys', () => {
  it.each(envelopeKeys.derives)('derives key and commitment (V19): $label', (vector) => {
    const keys = deriveEnvelopeKeys(
      hex(vector.streamKey),
      hex(vector.salt),
      labelOf(vector.label),
      hex(vector.headerHash),
    )
    expect(bytesToHex(keys.key)).toBe(vector.key)
    expect(bytesToHex(keys.commitment)).toBe(vector.commitment)
  })

  it.each(envelopeKeys.hedges)('hedges the salt (V21): random $random', (vector) => {
    const { streamKey, random, headerWithoutSalt, plaintext, salt } = vector
    expect(bytesToHex(hedgedSalt(hex(streamKey), hex(random), hex(headerWithoutSalt), hex(plaintext)))).toBe(salt)
  })

  it('the commitment tells two keys apart that open the same ciphertext under the same AAD (V19)', async () => {
    const { sent, other } = collision
    const salt = hex(collision.salt)
    const headerHash = sha256(hex(collision.header))
    const keysOf = (streamKey: string) => deriveEnvelopeKeys(hex(streamKey), salt, labelOf(collision.label), headerHash)
    for (const side of [sent, other]) {
      const { key, commitment } = keysOf(side.streamKey)
      expect(bytesToHex(commitment)).toBe(side.commitment)
      const opened = await openAead(1, key, new Uint8Array(12), hex(collision.ciphertext), hex(collision.aad))
      expect(opened.ok).toBe(true)
    }
    expect(equalSecret(keysOf(sent.streamKey).commitment, hex(sent.commitment))).toBe(true)
    expect(equalSecret(keysOf(other.streamKey).commitment, hex(sent.commitment))).toBe(false)
  })
})

describe('Ed25519 (V20)', () => {
  const verifiers = [
    ...ENGINES.map(([name, subtle]) => [name, createEd25519Verifier(subtle)] as const),
    ['noble, synchronous', (...input: Parameters<typeof verifyEd25519Sync>) => verifyEd25519Sync(...input)] as const,
  ]

  it.each(ed25519Vectors.signs)('signs: $source', ({ secretKey, publicKey, message, signature }) => {
    expect(bytesToHex(ed25519KeysFromSeed(hex(secretKey)).publicKey)).toBe(publicKey)
    expect(bytesToHex(signEd25519(hex(secretKey), hex(message)))).toBe(signature)
  })

  describe.each(verifiers)('verified by %s', (_, verify) => {
    it.each([...ed25519Vectors.signs, ...ed25519Vectors.accepts])('accepts: $source', async (vector) => {
      expect(await verify(hex(vector.publicKey), hex(vector.message), hex(vector.signature))).toBe(true)
    })

    it.each(ed25519Vectors.refuses)('refuses: $failure', async (vector) => {
      expect(await verify(hex(vector.publicKey), hex(vector.message), hex(vector.signature))).toBe(false)
    })
  })

  it.each(ed25519Vectors.refuses.filter((vector) => vector.acceptedWithoutStrictness))(
    'only strictness refuses it, ZIP 215 accepts: $failure',
    ({ publicKey, message, signature }) => {
      expect(ed25519.verify(hex(signature), hex(message), hex(publicKey), { zip215: true })).toBe(true)
    },
  )
})

describe('X25519', () => {
  it.each(x25519.pairs)('public key: $source', ({ secretKey, publicKey }) => {
    expect(bytesToHex(x25519KeysFromSeed(hex(secretKey)).publicKey)).toBe(publicKey)
  })

  it.each(x25519.agrees)('shared secret: $source', ({ secretKey, publicKey, shared }) => {
    expect(x25519SharedSecret(hex(secretKey), hex(publicKey))).toEqual({ ok: true, value: hex(shared) })
  })

  it.each(x25519.refuses)(
    'refuses the all-zero output, as sender and as recipient: $failure',
    async ({ publicKey }) => {
      const secretKey = sha256(hex('07'))
      const refused = { ok: false, error: { type: 'LowOrderPublicKey' } }
      expect(x25519SharedSecret(secretKey, hex(publicKey))).toEqual(refused)
      const random = { bytes: () => secretKey.slice() }
      expect(await hpkeSeal(hex(publicKey), hex(''), hex(''), hex(''), random)).toEqual(refused)
      expect(await hpkeOpen(secretKey, hex(publicKey), hex(''), hex(''), new Uint8Array(16))).toEqual({
        ok: false,
        error: { type: 'OpenFailed' },
      })
    },
  )
})

describe.each(ENGINES)('HPKE (V12) with %s', (_, subtle) => {
  it.each(hpke.seals)('seals and opens: $source', async (vector) => {
    const [info, aad, plaintext] = [hex(vector.info), hex(vector.aad), hex(vector.plaintext)]
    const random = { bytes: () => hex(vector.skEm) }
    const sealed = await hpkeSeal(hex(vector.pkRm), info, aad, plaintext, random, subtle)
    expect(sealed).toEqual({ ok: true, value: { enc: hex(vector.enc), ciphertext: hex(vector.ciphertext) } })
    const opened = await hpkeOpen(hex(vector.skRm), hex(vector.enc), info, aad, hex(vector.ciphertext), subtle)
    expect(opened).toEqual({ ok: true, value: plaintext })
  })

  it.each(hpke.refuses)('refuses: $failure', async ({ secretKey, enc, info, aad, ciphertext }) => {
    const opened = await hpkeOpen(hex(secretKey), hex(enc), hex(info), hex(aad), hex(ciphertext), subtle)
    expect(opened).toEqual({ ok: false, error: { type: 'OpenFailed' } })
  })
})

describe('HPKE key schedule', () => {
  it.each(hpke.schedules)('$source', (vector) => {
    const diffieHellman = x25519SharedSecret(hex(vector.skRm), hex(vector.enc))
    if (!diffieHellman.ok) throw new Error('the vector holds a key of low order')
    const sharedSecret = extractAndExpand(diffieHellman.value, hex(vector.enc), hex(vector.pkRm))
    expect(bytesToHex(sharedSecret)).toBe(vector.sharedSecret)
    const keys = keyScheduleBase({ id: vector.aeadId, keyBytes: vector.keyBytes }, sharedSecret, hex(vector.info))
    expect(bytesToHex(keys.key)).toBe(vector.key)
    expect(bytesToHex(keys.baseNonce)).toBe(vector.baseNonce)
  })
})

describe('Argon2id (V32)', () => {
  it('noble gives the vector of RFC 9106 §5.3, whose associated data hash-wasm cannot take', () => {
    const { passphrase, salt, secret, associatedData, memoryKiB, iterations, parallelism, key } =
      argon2idVectors.rfc9106
    const derived = nobleArgon2id(hex(passphrase), hex(salt), {
      key: hex(secret),
      personalization: hex(associatedData),
      m: memoryKiB,
      t: iterations,
      p: parallelism,
      dkLen: 32,
    })
    expect(bytesToHex(derived)).toBe(key)
  })

  it.each(argon2idVectors.small)('hash-wasm = noble = $source, $memoryKiB KiB, t = $iterations', async (vector) => {
    const input = { ...argon2idInput(vector), length: 32, parallelism: 1 } as const
    expect(bytesToHex(await deriveWithWasm(input))).toBe(vector.key)
    expect(bytesToHex(await deriveWithNoble(input))).toBe(vector.key)
  })

  it.each(argon2idVectors.full)('argon2id = $source, $memoryKiB KiB, t = $iterations', async (vector) => {
    const input = { ...argon2idInput(vector), length: 32, parallelism: 1 } as const
    expect(bytesToHex(await argon2id(input))).toBe(vector.key)
  })
})

describe('labels', () => {
  it('the labels are those of the vectors: a changed label opens nothing that was sealed before', () => {
    expect(LABELS).toEqual(labels)
  })

  it('no label, those of signatures included, is a prefix of another', () => {
    const texts: readonly string[] = [...Object.values(LABELS), ...Object.values(SIGNATURE_LABELS)]
    for (const [i, text] of texts.entries()) {
      const longer = texts.filter((other, j) => i !== j && other.startsWith(text))
      expect(longer, text).toEqual([])
    }
  })
})

function argon2idInput(vector: { passphrase: string; salt: string; memoryKiB: number; iterations: number }) {
  const { memoryKiB, iterations } = vector
  return { passphrase: hex(vector.passphrase), salt: hex(vector.salt), memoryKiB, iterations }
}

function hex(text: string): Bytes {
  const bytes = hexToBytes(text)
  if (!bytes.ok) throw new Error('a vector holds lower-case hex')
  return bytes.value
}

function suiteOf(suite: number): Suite {
  if (suite !== 1 && suite !== 2) throw new Error('a vector names suite 1 or 2')
  return suite
}

function labelOf(text: string): Label {
  const label = Object.values(LABELS).find((known) => known === text)
  if (label === undefined) throw new Error('a vector names a known label')
  return label
}
