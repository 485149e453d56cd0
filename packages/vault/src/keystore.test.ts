import { type Bytes, bytesToUtf8, canonicalJson, utf8ToBytes } from '@salus/base'
import {
  type DeriveArgon2id,
  KDF_ITERATIONS_MAX,
  KDF_ITERATIONS_MIN,
  KDF_MEMORY_KIB_MAX,
  KDF_MEMORY_KIB_MIN,
  type KdfParameters,
  sha256,
} from '@salus/crypto'
import { describe, expect, it } from 'vitest'
import { createDevice } from './device.ts'
import {
  KEYSTORE_BYTES_MAX,
  type Keystore,
  changePassphrase,
  createKeystore,
  decodeKeystore,
  encodeKeystore,
  openCoreSecret,
  replaceKeyring,
  unlockKeystore,
} from './keystore.ts'
import { seededRandom } from './seeded-random-for-tests.ts'
import { createTestVault, valueOf } from './vault-for-tests.ts'

const FLOOR: KdfParameters = { memoryKiB: KDF_MEMORY_KIB_MIN, iterations: KDF_ITERATIONS_MIN, parallelism: 1 }
const PASSPHRASE = 'corréct horse'
const WRONG = { ok: false, error: { type: 'WrongPassphrase' } }
const DAMAGED = { ok: false, error: { type: 'KeystoreDamaged' } }

/** Stands in for Argon2id, which is slow by design: every input counts, and calls are counted. */
function cheapKdf(): { derive: DeriveArgon2id; calls: () => number } {
  let calls = 0
  return {
    derive: async ({ passphrase, salt, memoryKiB, iterations, parallelism, length }) => {
      calls++
      return sha256(utf8ToBytes(JSON.stringify([memoryKiB, iterations, parallelism, length])), salt, passphrase)
    },
    calls: () => calls,
  }
}

async function createTestKeystore(seed = 'keystore') {
  const { core, device, keyring, random } = await createTestVault(seed)
  const { derive, calls } = cheapKdf()
  const owner = { vault: core.vault, device: device.id }
  const secrets = { ...device.secrets }
  const { keystore, daily } = await createKeystore({ random, derive }, owner, secrets, keyring, PASSPHRASE, FLOOR)
  return { keystore, daily, device, keyring, random, derive, calls, deps: { random, derive } }
}

function flipBit(bytes: Bytes, bit: number): Bytes {
  const flipped = bytes.slice()
  flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return flipped
}

const jsonOf = (keystore: Keystore): Record<string, never> => JSON.parse(valueOf(bytesToUtf8(encodeKeystore(keystore))))

describe('the keystore (V30 to V35)', () => {
  it('gives back keys and secrets, read from the disk and unlocked', async () => {
    const { keystore, device, keyring, derive } = await createTestKeystore()
    const read = valueOf(decodeKeystore(encodeKeystore(keystore)))
    expect(read).toEqual(keystore)
    const daily = valueOf(await unlockKeystore(derive, read, PASSPHRASE))
    expect(daily.keyring).toEqual(keyring)
    expect(daily.secrets).toEqual({ x: device.secrets.x, s: device.secrets.s })
    expect(await openCoreSecret(derive, read, PASSPHRASE)).toEqual({ ok: true, value: device.secrets.c })
  })

  it('an unlocked session holds no secret of the core log, nor the key to it (V30)', async () => {
    const { keystore, derive, device } = await createTestKeystore()
    const daily = valueOf(await unlockKeystore(derive, keystore, PASSPHRASE))
    expect(Object.keys(daily).sort()).toEqual(['keyring', 'secrets', 'unlockKey'])
    expect(Object.keys(daily.secrets).sort()).toEqual(['s', 'x'])
    expect([...daily.secrets.s, ...daily.secrets.x].join()).not.toContain(device.secrets.c.join())
  })

  it('one passphrase is one, however its accents are spelt, and no other opens', async () => {
    const { keystore, derive } = await createTestKeystore()
    expect((await unlockKeystore(derive, keystore, PASSPHRASE.normalize('NFD'))).ok).toBe(true)
    for (const other of ['correct horse', 'corréct horse ', 'Corréct horse', '']) {
      expect(await unlockKeystore(derive, keystore, other), other).toEqual(WRONG)
      expect(await openCoreSecret(derive, keystore, other), other).toEqual(WRONG)
    }
  })

  it('is read up to KEYSTORE_BYTES_MAX and no further (V35)', async () => {
    const owner = (await createTestVault('size')).core
    const { keystore } = await createKeystore(
      { random: seededRandom('size'), derive: cheapKdf().derive },
      { vault: owner.vault, device: owner.kit.id },
      createDevice(seededRandom('size')).secrets,
      new Map(),
      PASSPHRASE,
      FLOOR,
    )
    const room = KEYSTORE_BYTES_MAX - encodeKeystore({ ...keystore, daily: new Uint8Array() }).length
    const daily = new Uint8Array(Math.floor((room * 3) / 4))
    const full = encodeKeystore({ ...keystore, daily })
    expect(full.length).toBeLessThanOrEqual(KEYSTORE_BYTES_MAX)
    expect(decodeKeystore(full).ok).toBe(true)
    const over = encodeKeystore({ ...keystore, daily: new Uint8Array(daily.length + 3) })
    expect(over.length).toBeGreaterThan(KEYSTORE_BYTES_MAX)
    expect(decodeKeystore(over)).toEqual(DAMAGED)
  })

  it('a wrong passphrase, a damaged slot or box and one of another device look alike (V33)', async () => {
    const { keystore, derive } = await createTestKeystore()
    const other = (await createTestKeystore('another device')).keystore
    const { slot } = keystore
    const bits = [0, 100, 200, 8 * slot.wrapped.length - 1]
    const broken: Keystore[] = [
      ...bits.map((bit) => ({ ...keystore, slot: { ...slot, wrapped: flipBit(slot.wrapped, bit) } })),
      { ...keystore, slot: { ...slot, salt: flipBit(slot.salt, 3) } },
      { ...keystore, slot: { ...slot, kdf: { ...slot.kdf, iterations: 4 } } },
      { ...keystore, slot: { ...slot, wrapped: new Uint8Array(3) } },
      { ...keystore, slot: other.slot },
      { ...keystore, device: other.device },
      { ...keystore, vault: other.vault },
    ]
    for (const [index, damaged] of broken.entries()) {
      expect(await unlockKeystore(derive, damaged, PASSPHRASE), String(index)).toEqual(WRONG)
      expect(await openCoreSecret(derive, damaged, PASSPHRASE), String(index)).toEqual(WRONG)
    }
    for (const daily of [flipBit(keystore.daily, 300), other.daily, keystore.core, new Uint8Array(0)]) {
      expect(await unlockKeystore(derive, { ...keystore, daily }, PASSPHRASE)).toEqual(WRONG)
    }
    for (const core of [flipBit(keystore.core, 300), other.core, keystore.daily, new Uint8Array(0)]) {
      expect(await openCoreSecret(derive, { ...keystore, core }, PASSPHRASE)).toEqual(WRONG)
    }
  })

  it('a change of passphrase writes a new slot and leaves both boxes byte for byte (V34)', async () => {
    const { keystore, derive, deps, device } = await createTestKeystore()
    const kdf = { ...FLOOR, iterations: 5 }
    const changed = valueOf(await changePassphrase(deps, keystore, PASSPHRASE, 'the next', kdf))
    expect([changed.daily, changed.core]).toEqual([keystore.daily, keystore.core])
    expect(changed.slot.kdf).toEqual(kdf)
    expect(changed.slot.salt).not.toEqual(keystore.slot.salt)
    expect(await unlockKeystore(derive, changed, PASSPHRASE)).toEqual(WRONG)
    expect((await unlockKeystore(derive, changed, 'the next')).ok).toBe(true)
    expect(await openCoreSecret(derive, changed, 'the next')).toEqual({ ok: true, value: device.secrets.c })
    expect(await changePassphrase(deps, keystore, 'not it', 'the next', kdf)).toEqual(WRONG)
  })

  it('takes more stream keys under the same lock, and the core box stays', async () => {
    const { keystore, daily, derive, random, keyring } = await createTestKeystore()
    const [[stream, keys] = []] = [...keyring]
    if (stream === undefined || keys === undefined) throw new Error('a keyring has streams')
    const more = new Map(keyring).set(stream, { ...keys, epochs: new Map(keys.epochs).set(1, random.bytes(32)) })
    const replaced = await replaceKeyring(random, keystore, { ...daily, keyring: more })
    expect([replaced.slot, replaced.core]).toEqual([keystore.slot, keystore.core])
    expect(valueOf(await unlockKeystore(derive, replaced, PASSPHRASE)).keyring).toEqual(more)
  })

  it('parameters below the floor or above the ceiling are refused before a byte is derived (V32)', async () => {
    const { keystore, derive, calls } = await createTestKeystore()
    const withKdf = (kdf: Record<string, unknown>): Bytes => {
      const json = jsonOf(keystore)
      const [slot] = json['slots'] as unknown as { kdf: Record<string, unknown> }[]
      return utf8ToBytes(canonicalJson({ ...json, slots: [{ ...slot, kdf: { ...slot?.kdf, ...kdf } }] } as never))
    }
    const before = calls()
    const refused = [
      { m: KDF_MEMORY_KIB_MIN - 1 },
      { m: KDF_MEMORY_KIB_MAX + 1 },
      { t: KDF_ITERATIONS_MIN - 1 },
      { t: KDF_ITERATIONS_MAX + 1 },
      { p: 2 },
      { m: 65_536.5 },
      { alg: 'argon2d' },
      { salt: 'AAAA' },
    ]
    for (const kdf of refused) expect(decodeKeystore(withKdf(kdf)), JSON.stringify(kdf)).toEqual(DAMAGED)
    expect(calls()).toBe(before)
    for (const kdf of [{ m: KDF_MEMORY_KIB_MAX }, { t: KDF_ITERATIONS_MAX }]) {
      // Allowed, and yet another slot than the one that was written: its parameters are authenticated.
      expect(await unlockKeystore(derive, valueOf(decodeKeystore(withKdf(kdf))), PASSPHRASE)).toEqual(WRONG)
    }
  })

  it('refuses a file that is not a keystore', async () => {
    const { keystore } = await createTestKeystore()
    const json = jsonOf(keystore)
    const bytes = encodeKeystore(keystore)
    const broken: Bytes[] = [
      new Uint8Array(0),
      bytes.slice(0, -1),
      utf8ToBytes('[]'),
      utf8ToBytes(` ${valueOf(bytesToUtf8(bytes))}`),
      new Uint8Array(4 * 1024 * 1024 + 1),
      ...[{ version: 2 }, { slots: [] }, { vault: 'x' }, { device: 'x' }, { daily: '!' }, { core: 1 }].map((change) =>
        utf8ToBytes(canonicalJson({ ...json, ...change })),
      ),
    ]
    for (const [index, file] of broken.entries()) expect(decodeKeystore(file), String(index)).toEqual(DAMAGED)
  })

  it('writes no key and no passphrase as it is (V35)', async () => {
    const { keystore, daily, device, keyring } = await createTestKeystore()
    const file = encodeKeystore(keystore)
    const plain = [
      ...Object.values(device.secrets),
      daily.unlockKey,
      utf8ToBytes(PASSPHRASE),
      ...[...keyring.values()].flatMap(({ epochs }) => [...epochs.values()]),
    ]
    const boxes = [file, keystore.daily, keystore.core, keystore.slot.wrapped].map((bytes) => Buffer.from(bytes))
    for (const secret of plain) for (const box of boxes) expect(box.includes(secret)).toBe(false)
    const text = valueOf(bytesToUtf8(file))
    for (const secret of plain) {
      expect(text).not.toContain(Buffer.from(secret).toString('base64url'))
      expect(text).not.toContain(Buffer.from(secret).toString('hex'))
    }
  })

  it('nothing is drawn twice: the same vault locked twice has no byte string in common', async () => {
    const { keystore, derive, device, keyring } = await createTestKeystore()
    const again = await createKeystore(
      { random: seededRandom('again'), derive },
      keystore,
      device.secrets,
      keyring,
      PASSPHRASE,
      FLOOR,
    )
    expect(again.keystore.daily.slice(0, 24)).not.toEqual(keystore.daily.slice(0, 24))
    expect(again.keystore.slot.salt).not.toEqual(keystore.slot.salt)
    expect(createDevice(seededRandom('x')).id).not.toBe(device.id)
  })
})
