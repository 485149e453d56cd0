import { createHash, createPrivateKey, createPublicKey, sign as nodeSign, verify as nodeVerify } from 'node:crypto'
import { ed25519 } from '@noble/curves/ed25519.js'
import { type Bytes, bytesToHex, concatBytes, hexToBytes } from '@salus/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ED25519_KEYS_CACHED_MAX, isStrictEd25519PublicKey } from './ed25519-public-key.ts'
import {
  type VerifyEd25519,
  createEd25519Verifier,
  ed25519KeysFromSeed,
  signEd25519,
  verifyEd25519,
  verifyEd25519Sync,
} from './sign.ts'

const verifyWithoutEngine = createEd25519Verifier(null)
const anyBytes = fc.uint8Array({ maxLength: 100 }).map((bytes): Bytes => Uint8Array.from(bytes))
const anySeed = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes): Bytes => Uint8Array.from(bytes))
/** A point of order 8, in RFC 8032's encoding. */
const ORDER_8 = ed25519.Point.fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05')

describe('signEd25519', () => {
  it('signs as OpenSSL does and every verifier accepts', async () => {
    await fc.assert(
      fc.asyncProperty(anySeed, anyBytes, async (seed, message) => {
        const { publicKey, secretKey } = ed25519KeysFromSeed(seed)
        const signature = signEd25519(secretKey, message)
        expect(signature).toEqual(Uint8Array.from(nodeSign(null, message, nodeSecretKey(seed))))
        expect(await verdicts(publicKey, message, signature)).toEqual([true, true, true])
      }),
      { numRuns: 50 },
    )
  })

  it('copies the seed, so that the caller can wipe its own', () => {
    const seed = new Uint8Array(32).fill(5)
    const { secretKey } = ed25519KeysFromSeed(seed)
    seed.fill(0)
    expect(secretKey).toEqual(new Uint8Array(32).fill(5))
  })

  it("a seed or secret of another length is the caller's bug", () => {
    expect(() => ed25519KeysFromSeed(new Uint8Array(31))).toThrow('Invariant broken')
    expect(() => signEd25519(new Uint8Array(64), new Uint8Array())).toThrow('Invariant broken')
  })
})

describe('verification', () => {
  it('refuses any changed bit of message, key or signature, with every verifier', async () => {
    await fc.assert(
      fc.asyncProperty(anySeed, anyBytes, fc.nat(2), fc.nat(), async (seed, text, part, bit) => {
        const message = concatBytes(Uint8Array.of(1), text)
        const publicKey = ed25519KeysFromSeed(seed).publicKey.slice()
        const signature = signEd25519(seed, message)
        flipBit([message, publicKey, signature][part] ?? message, bit)
        expect(await verdicts(publicKey, message, signature)).toEqual([false, false, false])
      }),
      { numRuns: 100 },
    )
  })

  it('all verifiers agree on signatures with parts of small order in key and R, and never exceed RFC 8032', async () => {
    let accepted = 0
    await fc.assert(
      fc.asyncProperty(fc.nat(7), fc.nat(7), anySeed, async (torsionInKey, torsionInR, seed) => {
        const { publicKey, message, signature } = signWithTorsion(seed, torsionInKey, torsionInR)
        const [engine, noble, sync] = await verdicts(publicKey, message, signature)
        expect([engine, noble]).toEqual([sync, sync])
        expect(sync).toBe(torsionInKey === 0 && torsionInR === 0)
        if (sync) expect(ed25519.verify(signature, message, publicKey, { zip215: false })).toBe(true)
        if (sync) expect(nodeVerify(null, message, nodePublicKey(publicKey), signature)).toBe(true)
        if (sync) accepted++
      }),
      { numRuns: 200, examples: [[0, 0, new Uint8Array(32)]] },
    )
    expect(accepted).toBeGreaterThan(0)
  })

  it('the pair that OpenSSL and noble disagree on is refused by both verifiers', async () => {
    let disagreements = 0
    for (let i = 0; i < 16; i++) {
      const { publicKey, message, signature } = signWithTorsion(new Uint8Array(32).fill(i), 1, 0)
      const openssl = nodeVerify(null, message, nodePublicKey(publicKey), signature)
      if (openssl !== ed25519.verify(signature, message, publicKey, { zip215: false })) disagreements++
      expect(await verdicts(publicKey, message, signature)).toEqual([false, false, false])
    }
    expect(disagreements).toBeGreaterThan(0)
  })

  it('refuses other lengths instead of throwing', async () => {
    const seed = new Uint8Array(32).fill(9)
    const { publicKey } = ed25519KeysFromSeed(seed)
    const signature = signEd25519(seed, seed)
    for (const [key, sig] of [
      [publicKey.slice(1), signature],
      [publicKey, signature.slice(1)],
      [publicKey, concatBytes(signature, Uint8Array.of(0))],
      [new Uint8Array(), new Uint8Array()],
    ] as const) {
      expect(await verdicts(key, seed, sig)).toEqual([false, false, false])
    }
  })

  it('stays right for more keys than are cached', async () => {
    const message = Uint8Array.of(1)
    for (let i = 0; i <= ED25519_KEYS_CACHED_MAX; i++) {
      const seed = new Uint8Array(32)
      new DataView(seed.buffer).setUint32(0, i)
      const { publicKey } = ed25519KeysFromSeed(seed)
      expect(await verifyEd25519(publicKey, message, signEd25519(seed, message))).toBe(true)
    }
    const first = ed25519KeysFromSeed(new Uint8Array(32))
    expect(await verifyEd25519(first.publicKey, message, signEd25519(first.secretKey, message))).toBe(true)
  })
})

describe('the choice of engine', () => {
  const seed = new Uint8Array(32).fill(3)
  const { publicKey } = ed25519KeysFromSeed(seed)
  const message = Uint8Array.of(1, 2, 3)
  const good = signEd25519(seed, message)
  const bad = signEd25519(seed, Uint8Array.of(4))

  it('the engine verifies where it has Ed25519, trying it once and importing each key once', async () => {
    const calls = { imports: 0, verifications: 0 }
    const verify = createEd25519Verifier(countingSubtle(calls))
    for (let i = 0; i < 5; i++) expect(await verify(publicKey, message, good)).toBe(true)
    expect(await verify(publicKey, message, bad)).toBe(false)
    expect(calls).toEqual({ imports: 2, verifications: 2 + 6 })
  })

  it('noble verifies where the engine has no Ed25519', async () => {
    const verify = createEd25519Verifier(
      subtleWith({ importKey: () => Promise.reject(new DOMException('', 'NotSupportedError')) }),
    )
    await expectRight(verify)
  })

  it.each([true, false])('an engine that always says %s is not believed', async (verdict) => {
    await expectRight(createEd25519Verifier(subtleWith({ verify: () => Promise.resolve(verdict) })))
  })

  it('noble decides where the engine throws later on', async () => {
    let left = 2
    const verify = createEd25519Verifier(
      subtleWith({
        verify: (...input) => (left-- > 0 ? crypto.subtle.verify(...input) : Promise.reject(new Error('gone'))),
      }),
    )
    await expectRight(verify)
  })

  async function expectRight(verify: VerifyEd25519): Promise<void> {
    expect(await verify(publicKey, message, good)).toBe(true)
    expect(await verify(publicKey, message, bad)).toBe(false)
  }
})

describe('isStrictEd25519PublicKey', () => {
  it('takes keys made from seeds and refuses the same with a part of small order', () => {
    const key = ed25519.Point.fromBytes(ed25519KeysFromSeed(new Uint8Array(32)).publicKey)
    expect(isStrictEd25519PublicKey(key.toBytes())).toBe(true)
    for (let i = 1n; i < 8n; i++) {
      expect(isStrictEd25519PublicKey(key.add(ORDER_8.multiplyUnsafe(i)).toBytes())).toBe(false)
    }
  })

  it('refuses what is no point', () => {
    const points = Array.from({ length: 64 }, (_, i) => isStrictEd25519PublicKey(new Uint8Array(32).fill(i + 2)))
    expect(points).toContain(false)
    expect(isStrictEd25519PublicKey(new Uint8Array(31))).toBe(false)
  })
})

/** The engine's verdict, noble's behind the same interface, and the synchronous one. */
async function verdicts(publicKey: Bytes, message: Bytes, signature: Bytes): Promise<readonly boolean[]> {
  return [
    await verifyEd25519(publicKey, message, signature),
    await verifyWithoutEngine(publicKey, message, signature),
    verifyEd25519Sync(publicKey, message, signature),
  ]
}

/** A signature whose equation holds once multiplied by the cofactor, with multiples of a point of order 8 in A and R. */
function signWithTorsion(seed: Bytes, torsionInKey: number, torsionInR: number) {
  const { Point } = ed25519
  const { scalar, point } = ed25519.utils.getExtendedPublicKey(seed)
  const nonce = Point.Fn.create(scalar * 3n + 1n)
  const publicKey = encode(point.add(ORDER_8.multiplyUnsafe(BigInt(torsionInKey))))
  const encodedR = encode(Point.BASE.multiply(nonce).add(ORDER_8.multiplyUnsafe(BigInt(torsionInR))))
  const message = Uint8Array.of(torsionInKey, torsionInR)
  const challenge = scalarFromHash(concatBytes(encodedR, publicKey, message))
  const encodedS = Point.Fn.toBytes(Point.Fn.create(nonce + challenge * scalar))
  return { publicKey, message, signature: concatBytes(encodedR, encodedS) }
}

function encode(point: typeof ORDER_8): Bytes {
  return Uint8Array.from(point.toBytes())
}

function scalarFromHash(input: Bytes): bigint {
  const hash = createHash('sha512').update(input).digest()
  return ed25519.Point.Fn.create(BigInt(`0x${bytesToHex(hash.reverse())}`))
}

function countingSubtle(calls: { imports: number; verifications: number }): SubtleCrypto {
  return subtleWith({
    // The overload that the verifier uses; TypeScript cannot pick it from a rest parameter.
    importKey: ((...input: Parameters<SubtleCrypto['importKey']>) => {
      calls.imports++
      return crypto.subtle.importKey(...input)
    }) as SubtleCrypto['importKey'],
    verify: (...input) => {
      calls.verifications++
      return crypto.subtle.verify(...input)
    },
  })
}

function subtleWith(replacement: Partial<SubtleCrypto>): SubtleCrypto {
  // A test double of the two methods used; the interface has a dozen more.
  return {
    importKey: crypto.subtle.importKey.bind(crypto.subtle),
    verify: crypto.subtle.verify.bind(crypto.subtle),
    ...replacement,
  } as SubtleCrypto
}

function nodeSecretKey(seed: Bytes) {
  return createPrivateKey({ key: derKey('302e020100300506032b657004220420', seed), format: 'der', type: 'pkcs8' })
}

function nodePublicKey(publicKey: Bytes) {
  return createPublicKey({ key: derKey('302a300506032b6570032100', publicKey), format: 'der', type: 'spki' })
}

/** A raw key behind its fixed DER header (RFC 8410 §4 and §7). */
function derKey(headerHex: string, key: Bytes): Buffer {
  const header = hexToBytes(headerHex)
  if (!header.ok) throw new Error('a DER header in hex')
  return Buffer.from(concatBytes(header.value, key))
}

function flipBit(bytes: Bytes, position: number): void {
  const bit = position % (8 * bytes.length)
  bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
}
