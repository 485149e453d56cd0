import { bytesToBase64Url, present, utf8ToBytes } from '@salus/base'
import { sha256, signEd25519 } from '@salus/crypto'
import {
  type CoreBody,
  type CoreEntry,
  type CoreState,
  type Cut,
  type Wrap,
  ZERO_HASH,
  attachSignatures,
  coreSigningInput,
  decodeCoreEntry,
  decodeLinks,
  decodeWraps,
  encodeCoreEntry,
  encodeLinks,
  encodeWraps,
  hashOf,
  isActive,
  isFull,
  newestEpoch,
} from '@salus/wire'
import { describe, expect, it } from 'vitest'
import { type CoreRecord, gatherKeys, readCore } from './core-reader.ts'
import { enrolmentOf, writeAddDevice, writeReplaceDevice, writeSettle } from './core-writer.ts'
import { type Device, createDevice } from './device.ts'
import { CATEGORIES, type Keyring, joinKeyrings, streamOf } from './keyring.ts'
import { kitDevice } from './recovery-kit.ts'
import { sealLink } from './stream-key-wrapping.ts'
import { seededRandom } from './seeded-random-for-tests.ts'
import { type TestVault, addDevice, coreOf, createTestVault, keysOf, valueOf } from './vault-for-tests.ts'

const broken = (rule: string) => ({ ok: false, error: { type: 'CoreRuleBroken', rule } })
const forged = { ok: false, error: { type: 'ForgedWrap', stream: expect.any(String) } }

function entryOf(record: CoreRecord): CoreEntry {
  return valueOf(decodeCoreEntry(record.entry))
}

/** The same entry with another body, signed anew by those who signed it. */
function resign(
  record: CoreRecord,
  signers: readonly Device[],
  change: (body: CoreBody) => CoreBody,
  wraps = record.wraps,
  links = record.links,
): CoreRecord {
  const { vault, seq, prevHash, body } = entryOf(record)
  const signed = encodeCoreEntry(vault, seq, prevHash, change(body))
  const message = coreSigningInput(sha256, signed)
  const entry = attachSignatures(
    signed,
    signers.map((signer) => ({ signer: signer.id, signature: signEd25519(signer.secrets.c, message) })),
  )
  return { entry, wraps, links }
}

/** What the wraps' bytes are when one row is changed, with the entry that names them. */
function withWraps(record: CoreRecord, signers: readonly Device[], change: (rows: Wrap[]) => Wrap[]): CoreRecord {
  const wraps = encodeWraps(change(wrapRows(record)))
  return resign(record, signers, (body) => ({ ...body, wraps: hashOf(sha256(wraps)) }), wraps)
}

const wrapRows = (record: CoreRecord): Wrap[] => valueOf(decodeWraps(present(record.wraps, 'wraps')))

function keyTexts(keyring: Keyring): string[] {
  return [...keyring]
    .flatMap(([stream, { category, epochs }]) =>
      [...epochs].map(([epoch, key]) => `${stream} ${category} ${String(epoch)} ${bytesToBase64Url(key)}`),
    )
    .sort()
}

async function replaced(seed: string) {
  const vault = await createTestVault(seed)
  const next = createDevice(vault.random)
  const cuts: Cut[] = [[vault.device.id, vault.stream, 3, ZERO_HASH]]
  const succession = { ended: [vault.device.id], cuts, enrolled: next }
  const { written, keyring } = valueOf(
    await writeReplaceDevice(vault.core, vault.keyring, succession, vault.device, vault.random),
  )
  return {
    ...vault,
    next,
    written,
    keyring,
    before: vault,
    records: [...vault.records, written],
    core: coreOf([written], vault.core),
  }
}

describe('genesis (V6, V8)', () => {
  it('is taken by the rules and gives device and kit every key, a stranger none', async () => {
    const vault = await createTestVault('genesis')
    expect([...vault.keyring.values()].map(({ category }) => category).sort()).toEqual([...CATEGORIES].sort())
    expect(vault.core.vault).toBe(hashOf(sha256(vault.records[0]?.entry ?? new Uint8Array())))
    for (const holder of [vault.device, vault.kit])
      expect(keyTexts(await keysOf(vault, holder))).toEqual(keyTexts(vault.keyring))
    expect((await keysOf(vault, createDevice(vault.random))).size).toBe(0)
    for (const category of CATEGORIES)
      expect(vault.keyring.get(present(streamOf(vault.keyring, category), category))?.category).toBe(category)
  })

  it('two vaults of one device and kit are two vaults', async () => {
    expect((await createTestVault('a')).core.vault).not.toBe((await createTestVault('b')).core.vault)
  })

  it('a wrap left out or put in beside voids it, though everybody signed (V12)', async () => {
    const { records, device, kit } = await createTestVault('wraps')
    const genesis = present(records[0], 'genesis')
    const signers = [device, kit]
    expect(readCore([withWraps(genesis, signers, (rows) => rows)]).ok).toBe(true)
    expect(readCore([withWraps(genesis, signers, (rows) => rows.slice(1))])).toEqual(broken('wraps'))
    const extra = createDevice(seededRandom('extra')).id
    expect(
      readCore([withWraps(genesis, signers, (rows) => [...rows, { ...present(rows[0], 'a wrap'), recipient: extra }])]),
    ).toEqual(broken('wraps'))
    expect(
      readCore([withWraps(genesis, signers, (rows) => rows.map((row, i) => (i === 0 ? { ...row, epoch: 1 } : row)))]),
    ).toEqual(broken('wraps'))
    expect(readCore([{ ...genesis, wraps: new Uint8Array(117) }])).toEqual(broken('wraps'))
    // Dropped later, it is still the entry that it was (V7).
    expect(readCore([{ ...genesis, wraps: undefined }]).ok).toBe(true)
  })

  it('a canary of another key and a wrap that does not open are ForgedWrap (V14)', async () => {
    const vault = await createTestVault('canary')
    const genesis = present(vault.records[0], 'genesis')
    const signers = [vault.device, vault.kit]
    const otherCanary = resign(genesis, signers, (body) => {
      if (body.type !== 'genesis') return body
      const [first, second, ...rest] = body.canaries
      if (first === undefined || second === undefined) throw new Error('a genesis has streams')
      return { ...body, canaries: [[first[0], second[1]], [second[0], first[1]], ...rest] }
    })
    expect(await gatherKeys([otherCanary], coreOf([otherCanary]), vault.device)).toEqual(forged)
    const other = createDevice(seededRandom('thief'))
    const damaged = withWraps(genesis, signers, (rows) =>
      rows.map((row) => ({ ...row, ciphertext: row.ciphertext.map((byte) => byte ^ 1) })),
    )
    expect(await gatherKeys([damaged], coreOf([damaged]), vault.device)).toEqual(forged)
    // Sealed to somebody else's key under this device's name.
    const impostor = { ...other, id: vault.device.id }
    expect(await gatherKeys(vault.records, vault.core, impostor)).toEqual(forged)
  })

  it('wraps of one entry open in no other: vault, place and epoch are inside (V12)', async () => {
    const [a, b] = [await createTestVault('place a'), await createTestVault('place b')]
    const rows = wrapRows(present(a.records[0], 'genesis')).filter((row) => row.recipient === a.device.id)
    const other = createDevice(a.random)
    const added = await addDevice(a, other)
    // The same key, sealed to the same device, as if a later entry had brought it.
    const moved = withWraps(present(added.records[1], 'addDevice'), [a.device], (now) => [
      ...now.slice(1),
      { ...present(rows[0], 'a wrap'), stream: present(now[0], 'a wrap').stream, recipient: other.id },
    ])
    const core = coreOf([moved], a.core)
    expect(await gatherKeys([...a.records, moved], core, { ...a.device, id: other.id })).toEqual(forged)
    expect(b.core.vault).not.toBe(a.core.vault)
  })
})

describe('addDevice (V8, type 2)', () => {
  it('is taken by the rules; the new device finds the newest keys of what it was granted', async () => {
    const vault = await createTestVault('add')
    const [full, limited] = [createDevice(vault.random), createDevice(vault.random)]
    const withFull = await addDevice(vault, full)
    expect(keyTexts(await keysOf(withFull, full))).toEqual(keyTexts(vault.keyring))
    const granted = [...vault.core.streams.keys()].sort().slice(2, 4)
    const withBoth = await addDevice(withFull, limited, granted)
    expect([...(await keysOf(withBoth, limited)).keys()].sort()).toEqual(granted)
    const device = present(withBoth.core.devices.get(limited.id), 'enrolled')
    expect([isFull(withBoth.core, device), device.sinceSeq]).toEqual([false, 2])
    expect(withBoth.written.links).toHaveLength(0)
  })

  it('a device that did not offer its keys to this vault is not enrolled (V9)', async () => {
    const [vault, other] = [await createTestVault('proof'), await createTestVault('other vault')]
    const device = createDevice(vault.random)
    const enrolment = {
      ...enrolmentOf(vault.core, device),
      proof: enrolmentOf({ ...other.core, streams: vault.core.streams }, device).proof,
    }
    const written = valueOf(await writeAddDevice(vault.core, vault.keyring, enrolment, vault.device, vault.random))
    expect(readCore([written], vault.core)).toEqual(broken('proof'))
  })

  it('is not written for a public key that shares no secret', async () => {
    const vault = await createTestVault('low order')
    const enrolment = enrolmentOf(vault.core, createDevice(vault.random))
    const zero = { ...enrolment, device: { ...enrolment.device, x: bytesToBase64Url(new Uint8Array(32)) } }
    expect(await writeAddDevice(vault.core, vault.keyring, zero, vault.device, vault.random)).toEqual({
      ok: false,
      error: { type: 'LowOrderPublicKey' },
    })
  })

  it('signed by a device with some streams only, or by a stranger, is refused', async () => {
    const vault = await createTestVault('signers')
    const limited = createDevice(vault.random)
    const now = await addDevice(vault, limited, [...vault.core.streams.keys()].sort().slice(0, 1))
    const enrolment = enrolmentOf(now.core, createDevice(vault.random))
    const by = async (signer: Device) =>
      readCore([valueOf(await writeAddDevice(now.core, now.keyring, enrolment, signer, vault.random))], now.core)
    expect((await by(vault.device)).ok).toBe(true)
    expect(await by(limited)).toEqual(broken('signer'))
    expect(await by(createDevice(vault.random))).toEqual(broken('signature'))
  })
})

describe('replaceDevice (V8, type 3)', () => {
  it('rotates every stream; the successor walks the links back, the retired device learns nothing new (V11)', async () => {
    const { core, before, next, device, kit, keyring, records } = await replaced('replace')
    for (const stream of core.streams.keys()) expect(newestEpoch(core, stream)).toBe(1)
    expect(isActive(core.devices.get(device.id))).toBe(false)
    for (const holder of [next, kit])
      expect(keyTexts(await keysOf({ records, core }, holder))).toEqual(keyTexts(keyring))
    expect(keyTexts(keyring).length).toBe(2 * CATEGORIES.length)
    expect(keyTexts(await keysOf({ records, core }, device))).toEqual(keyTexts(before.keyring))
    expect(core.devices.get(device.id)?.cuts?.get(before.stream)).toEqual({ seq: 3, hash: ZERO_HASH })
  })

  it('a forged link and a link of another epoch are ForgedWrap (V13)', async () => {
    const { written, device, core, before, next, records } = await replaced('links')
    const rows = valueOf(decodeLinks(written.links))
    const forge = (change: typeof rows): CoreRecord => {
      const links = encodeLinks(change)
      return resign(written, [device], (body) => ({ ...body, links: hashOf(sha256(links)) }), written.wraps, links)
    }
    const swapped = forge(
      rows.map((row, i) => ({ ...row, ciphertext: present(rows[(i + 1) % rows.length], 'a link').ciphertext })),
    )
    expect(await gatherKeys([...before.records, swapped], coreOf([swapped], before.core), next)).toEqual(forged)
    expect(readCore([forge(rows.slice(1))], before.core)).toEqual(broken('links'))
    expect(readCore([forge(rows.map((row) => ({ ...row, epoch: 2 })))], before.core)).toEqual(broken('links'))
    expect((await gatherKeys(records, core, next)).ok).toBe(true)
  })

  it('a link to another key than the older epoch’s is ForgedWrap, though everybody signed (V13, V14)', async () => {
    const vault = await replaced('link')
    const key = present(vault.keyring.get(vault.stream)?.epochs.get(1), 'the new key')
    const other = await sealLink(vault.core.vault, vault.stream, 1, key, new Uint8Array(32).fill(7))
    const rows = valueOf(decodeLinks(present(vault.written.links, 'links')))
    const links = encodeLinks(rows.map((row) => (row.stream === vault.stream ? other : row)))
    const written = resign(
      vault.written,
      [vault.device],
      (body) => ({ ...body, links: hashOf(sha256(links)) }),
      vault.written.wraps,
      links,
    )
    const records = [...vault.before.records, written]
    expect(await gatherKeys(records, coreOf([written], vault.before.core), vault.next)).toEqual(forged)
  })

  it('is taken from the retired device, another full device or the kit, and from nobody else', async () => {
    const other = createDevice(seededRandom('other'))
    const vault = await addDevice(await createTestVault('who'), other)
    const succession = { ended: [vault.device.id], cuts: [], enrolled: createDevice(vault.random) }
    const by = async (signer: Device) =>
      readCore(
        [valueOf(await writeReplaceDevice(vault.core, vault.keyring, succession, signer, vault.random)).written],
        vault.core,
      )
    for (const signer of [vault.device, other, vault.kit]) expect((await by(signer)).ok).toBe(true)
    expect(await by(succession.enrolled)).toEqual(broken('signature'))
  })
})

describe('settle (V8, type 4)', () => {
  it('drops all, enrols one, heals what it names, and leaves every older key readable (S28)', async () => {
    const vault = await replaced('settle')
    const [fresh, head] = [createDevice(vault.random), hashOf(sha256(utf8ToBytes('a branch')))]
    const cuts: Cut[] = [
      [vault.next.id, present([...vault.core.streams.keys()][1], 'a stream'), 9, ZERO_HASH],
      [vault.next.id, vault.stream, 7, ZERO_HASH],
    ]
    const succession = { ended: [vault.next.id], cuts, enrolled: fresh, heals: [head] }
    // The kit has the words alone: its keys come out of the log.
    const keyring = await keysOf(vault, vault.kit)
    const settled = valueOf(await writeSettle(vault.core, keyring, succession, vault.kit, vault.random))
    const now: Pick<TestVault, 'records' | 'core'> = {
      records: [...vault.records, settled.written],
      core: coreOf([settled.written], vault.core),
    }
    expect([...now.core.devices.values()].filter(isActive).map((device) => device.id)).toEqual([fresh.id])
    expect(now.core.healed).toEqual(new Set([head]))
    expect(keyTexts(await keysOf(now, fresh))).toEqual(keyTexts(settled.keyring))
    expect(keyTexts(settled.keyring).length).toBe(3 * CATEGORIES.length)
    expect(keyTexts(await keysOf(now, vault.next)).length).toBe(2 * CATEGORIES.length)
  })

  it("keeps the devices that it doesn't end, with the new keys", async () => {
    const kept = createDevice(seededRandom('kept'))
    const vault = await addDevice(await createTestVault('keep'), kept)
    const succession = { ended: [vault.device.id], cuts: [], enrolled: createDevice(vault.random), heals: [] }
    const settled = valueOf(await writeSettle(vault.core, vault.keyring, succession, vault.kit, vault.random))
    const core = coreOf([settled.written], vault.core)
    expect(isActive(core.devices.get(kept.id))).toBe(true)
    expect(keyTexts(await keysOf({ records: [...vault.records, settled.written], core }, kept))).toEqual(
      keyTexts(settled.keyring),
    )
  })

  it('is the word of this vault’s kit alone', async () => {
    const vault = await createTestVault('kit')
    const succession = { ended: [vault.device.id], cuts: [], enrolled: createDevice(vault.random), heals: [] }
    const by = async (signer: Device) =>
      readCore(
        [valueOf(await writeSettle(vault.core, vault.keyring, succession, signer, vault.random)).written],
        vault.core,
      )
    expect((await by(vault.kit)).ok).toBe(true)
    expect(await by(vault.device)).toEqual(broken('signer'))
    expect(await by(kitDevice(new Uint8Array(16)))).toEqual(broken('signature'))
  })
})

describe('gathering keys', () => {
  it('finds each key once, though a caller passes entries twice', async () => {
    const { records, core, next, keyring } = await replaced('twice')
    expect(keyTexts(valueOf(await gatherKeys([...records, ...records.slice(1)], core, next)))).toEqual(
      keyTexts(keyring),
    )
  })

  it('goes as far back as links are kept', async () => {
    const { records, core, next } = await replaced('dropped')
    const withoutLinks = records.map((record) => ({ ...record, links: undefined }))
    const keys = valueOf(await gatherKeys(withoutLinks, core, next))
    expect([...keys.values()].every(({ epochs }) => [...epochs.keys()].join() === '1')).toBe(true)
    const older = await keysOf({ records, core }, next)
    expect(keyTexts(joinKeyrings(keys, older))).toEqual(keyTexts(older))
  })

  it('reads a log in parts as it reads it whole', async () => {
    const { records, core, before } = await replaced('parts')
    const byParts: CoreState = coreOf(records.slice(1), before.core)
    expect(byParts).toEqual(core)
    expect(coreOf(records)).toEqual(core)
    expect(readCore(records.slice(1))).toEqual(broken('position'))
  })
})
