import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import { type Bytes, base64UrlToBytes, hexToBytes, present, utf8ToBytes } from '@salus/base'
import { describe, expect, it } from 'vitest'
import { FIELD_PRIME, GROUP_ORDER, isPrimeOrderPoint, littleEndianToBigint } from './ed25519-point.ts'
import { StrictEd25519 } from './strict-ed25519.ts'

function hex(text: string): Bytes {
  const bytes = hexToBytes(text)
  if (!bytes.ok) throw new Error('hex')
  return bytes.value
}

const littleEndian = (value: bigint): Bytes =>
  Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn))

function signed(message: Bytes): { publicKey: Bytes; signature: Bytes } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const x = base64UrlToBytes(present(publicKey.export({ format: 'jwk' }).x, 'x'))
  if (!x.ok) throw new Error('x')
  return { publicKey: x.value, signature: new Uint8Array(sign(null, message, privateKey)) }
}

/** A secret scalar and its public point (RFC 8032 §5.1.5). */
function scalarPair(): { scalar: bigint; point: Bytes } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const [seed, point] = [privateKey.export({ format: 'jwk' }).d, publicKey.export({ format: 'jwk' }).x]
  const digest = new Uint8Array(
    createHash('sha512')
      .update(Buffer.from(seed ?? '', 'base64url'))
      .digest(),
  )
  digest[0] = (digest[0] ?? 0) & 248
  digest[31] = ((digest[31] ?? 0) & 63) | 64
  return {
    scalar: littleEndianToBigint(digest.subarray(0, 32)),
    point: new Uint8Array(Buffer.from(point ?? '', 'base64url')),
  }
}

describe('Strict Ed25519 (V20)', () => {
  const ed25519 = new StrictEd25519()
  const message = utf8ToBytes('message')

  it('agrees with RFC 8032 §7.1, tests 1 to 3', () => {
    const vectors = [
      [
        'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
        '',
        'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
      ],
      [
        '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
        '72',
        '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
      ],
      [
        'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
        'af82',
        '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
      ],
    ] as const
    for (const [key, text, signature] of vectors) {
      expect(ed25519.verify(hex(key), hex(text), hex(signature))).toBe(true)
      expect(ed25519.verify(hex(key), hex(`${text}00`), hex(signature))).toBe(false)
    }
  })

  it('refuses any changed byte, another length and another key', () => {
    const { publicKey, signature } = signed(message)
    expect(ed25519.verify(publicKey, message, signature)).toBe(true)
    for (let i = 0; i < 64; i++) {
      const changed = Uint8Array.from(signature)
      changed[i] = (changed[i] ?? 0) ^ 1
      expect(ed25519.verify(publicKey, message, changed)).toBe(false)
    }
    expect(ed25519.verify(publicKey, message, signature.subarray(0, 63))).toBe(false)
    expect(ed25519.verify(publicKey.subarray(0, 31), message, signature)).toBe(false)
    expect(ed25519.verify(signed(message).publicKey, message, signature)).toBe(false)
  })

  it('refuses S + L, a second signature of the same message (RFC 8032 §5.1.7)', () => {
    const { publicKey, signature } = signed(message)
    const malleated = Uint8Array.from(signature)
    malleated.set(littleEndian(littleEndianToBigint(signature.subarray(32)) + GROUP_ORDER), 32)
    expect(ed25519.verify(publicKey, message, malleated)).toBe(false)
  })

  it('refuses a key of small order, for which a signature of zeros would fit (RFC 8032 §5.1.7)', () => {
    const identity = littleEndian(1n)
    const zeros = new Uint8Array(64)
    zeros[0] = 1
    // [0]B = R + [k]A holds for A = R = identity, whatever the message.
    for (const point of [
      identity,
      littleEndian(0n),
      littleEndian(FIELD_PRIME - 1n),
      hex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'),
      hex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'),
    ]) {
      expect(isPrimeOrderPoint(point)).toBe(false)
      expect(ed25519.verify(point, message, zeros)).toBe(false)
    }
    const { publicKey } = signed(message)
    for (const r of [identity, littleEndian(0n), littleEndian(FIELD_PRIME - 1n)]) {
      const signature = new Uint8Array(64)
      signature.set(r)
      expect(ed25519.verify(publicKey, message, signature)).toBe(false)
    }
  })

  it('refuses a key with a part of small order, and one that is not canonical or on no curve', () => {
    const base = hex(`58${'66'.repeat(31)}`)
    expect(isPrimeOrderPoint(base)).toBe(true)
    // The base point plus the point of order 2, (0, -1): x and y change their signs.
    const y = FIELD_PRIME - littleEndianToBigint(base)
    const mixed = littleEndian(y | (1n << 255n))
    expect([isPrimeOrderPoint(littleEndian(y)), isPrimeOrderPoint(mixed)]).toEqual([false, false])
    expect(isPrimeOrderPoint(littleEndian(FIELD_PRIME + 3n))).toBe(false)
    expect(isPrimeOrderPoint(littleEndian(2n))).toBe(false)
    expect(isPrimeOrderPoint(littleEndian(1n | (1n << 255n)))).toBe(false)
    expect(isPrimeOrderPoint(base.subarray(0, 31))).toBe(false)
  })

  it('refuses a signature that OpenSSL takes, under a key with a part of small order', () => {
    // A' = A + (0, -1), of order 2·L. A signature by a's secret fits A' wherever the challenge k is even (RFC 8032 §5.1.7).
    const [signer, nonce] = [scalarPair(), scalarPair()]
    const y = FIELD_PRIME - (littleEndianToBigint(signer.point) & ((1n << 255n) - 1n))
    const sign = 1n - (littleEndianToBigint(signer.point) >> 255n)
    const mixedKey = littleEndian(y | (sign << 255n))
    let text = new Uint8Array(1)
    let challenge = 1n
    while (challenge % 2n !== 0n) {
      text = Uint8Array.from([...text, 7])
      const digest = createHash('sha512').update(nonce.point).update(mixedKey).update(text).digest()
      challenge = littleEndianToBigint(digest) % GROUP_ORDER
    }
    const signature = new Uint8Array(64)
    signature.set(nonce.point)
    signature.set(littleEndian((nonce.scalar + challenge * signer.scalar) % GROUP_ORDER), 32)
    const x = Buffer.from(mixedKey).toString('base64url')
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
    expect(verify(null, text, key, signature)).toBe(true)
    expect(ed25519.verify(mixedKey, text, signature)).toBe(false)
  })

  it('keeps at most so many keys, the last used ones', () => {
    const small = new StrictEd25519(2)
    const signers = [signed(message), signed(message), signed(message)] as const
    for (const { publicKey, signature } of signers) expect(small.verify(publicKey, message, signature)).toBe(true)
    expect(small.keysCached).toBe(2)
    for (const { publicKey, signature } of signers) expect(small.verify(publicKey, message, signature)).toBe(true)
    expect(small.keysCached).toBe(2)
  })
})
