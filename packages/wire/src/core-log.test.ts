import { bytesToBase64Url } from '@salus/base'
import { describe, expect, it } from 'vitest'
import type { Cut } from './core-body.ts'
import { type CoreRule, type CoreState, enrolSigningInput, isActive, isFull, newestEpoch } from './core-log.ts'
import { type StreamId, ZERO_HASH, hashOf, idBytes, vaultIdOf } from './ids.ts'
import { CORE_ENTRIES_MAX, DEVICES_ACTIVE_MAX } from './limits.ts'
import {
  type TestEntry,
  JOURNAL,
  KIT,
  LABS,
  LAPTOP,
  PHONE,
  STREAMS,
  WATCH,
  addDeviceEntry,
  applied,
  apply,
  attach,
  bytesNamed,
  canaryOf,
  deviceNamed,
  enrolmentOf,
  genesisEntry,
  hashNamed,
  linkOf,
  removeDeviceEntry,
  replaceDeviceEntry,
  rotationLinks,
  rotationWraps,
  settleEntry,
  signedEntry,
  streamNamed,
  testCrypto,
  textNamed,
  wrapOf,
} from './testing/test-core.ts'

const STRANGER = deviceNamed('stranger')

/** Phone, kit, two streams. */
const GENESIS = applied(undefined, genesisEntry())
/** The phone, a full laptop, and a watch that holds the journal alone. */
const FAMILY = applied(
  applied(GENESIS, addDeviceEntry(GENESIS, LAPTOP, STREAMS)),
  addWatch(applied(GENESIS, addDeviceEntry(GENESIS, LAPTOP, STREAMS))),
)

function addWatch(state: CoreState): TestEntry {
  return addDeviceEntry(state, WATCH, [JOURNAL])
}

function breaks(state: CoreState | undefined, entry: TestEntry, rule: CoreRule): void {
  expect(apply(state, entry)).toEqual({ ok: false, error: { type: 'CoreRuleBroken', rule } })
}

const STAY = [
  [LAPTOP, STREAMS],
  [WATCH, [JOURNAL]],
] as const
const NEW_PHONE = deviceNamed('new phone')

describe('genesis (V4, V6)', () => {
  it('names the vault by its own hash, and makes the first device full', () => {
    const entry = genesisEntry()
    const state = applied(undefined, entry)
    expect(idBytes(state.vault)).toEqual(testCrypto.sha256(entry.bytes))
    expect(idBytes(state.head)).toEqual(testCrypto.sha256(entry.bytes))
    expect([state.seq, state.suite, state.minSuite]).toEqual([0, 1, 1])
    expect([...state.seqOfHash]).toEqual([[state.head, 0]])
    expect(state.kit).toEqual({ id: KIT.id, keys: KIT.keys })
    expect([...state.devices.values()]).toEqual([
      { id: PHONE.id, keys: PHONE.keys, streams: new Set(STREAMS), sinceSeq: 0 },
    ])
    expect([...state.streams.values()]).toEqual(
      STREAMS.map((id) => ({ id, canaries: [canaryOf(id, 0)[1]], epochSinceSeq: [0] })),
    )
  })

  it('signature: by exactly device and kit, which differ', () => {
    for (const signers of [[PHONE], [KIT], [PHONE, STRANGER], [PHONE, KIT, STRANGER]])
      breaks(undefined, genesisEntry({ signers }), 'signature')
    breaks(undefined, genesisEntry({ body: { kit: PHONE.keys }, signers: [PHONE] }), 'signature')
  })

  it('signature: of these very bytes', () => {
    const entry = genesisEntry()
    const last = entry.bytes.length - 1
    entry.bytes[last] = (entry.bytes[last] ?? 0) ^ 1
    breaks(undefined, entry, 'signature')
  })

  it('position: vault, seq and prevHash are zero', () => {
    breaks(undefined, genesisEntry({ position: { vault: vaultIdOf(bytesNamed('vault')) } }), 'position')
    breaks(undefined, genesisEntry({ position: { seq: 1 } }), 'position')
    breaks(undefined, genesisEntry({ position: { prevHash: hashNamed('other') } }), 'position')
  })

  it('position: only genesis comes first, and it comes once', () => {
    breaks(undefined, addDeviceEntry(GENESIS, LAPTOP, STREAMS), 'position')
    const again = genesisEntry({ position: { vault: GENESIS.vault, seq: 1, prevHash: GENESIS.head } })
    breaks(GENESIS, again, 'position')
  })

  it('suite: not below the least that it allows', () => {
    breaks(undefined, genesisEntry({ body: { suite: 1, minSuite: 2 } }), 'suite')
    for (const body of [
      { suite: 2, minSuite: 1 },
      { suite: 2, minSuite: 2 },
    ] as const)
      expect(apply(undefined, genesisEntry({ body })).ok).toBe(true)
  })

  it('streams: at least one', () => {
    breaks(undefined, genesisEntry({ streams: [] }), 'streams')
    expect(apply(undefined, genesisEntry({ streams: [LABS] })).ok).toBe(true)
  })

  it('wraps: of every stream for device and kit, no more and no less (V12)', () => {
    const due = STREAMS.flatMap((stream) => [wrapOf(stream, 0, PHONE.id), wrapOf(stream, 0, KIT.id)])
    breaks(undefined, genesisEntry({ wraps: due.slice(1) }), 'wraps')
    breaks(undefined, genesisEntry({ wraps: [...due, wrapOf(LABS, 0, STRANGER.id)] }), 'wraps')
    breaks(undefined, genesisEntry({ wraps: [...due.slice(1), wrapOf(streamNamed('other'), 0, PHONE.id)] }), 'wraps')
    breaks(undefined, genesisEntry({ wraps: due.map((wrap) => ({ ...wrap, epoch: 1 })) }), 'wraps')
    breaks(undefined, genesisEntry({ body: { wraps: hashNamed('other') } }), 'wraps')
  })
})

describe('every later entry', () => {
  it('signature: by known, active signers alone, and checked before anything else (V15)', () => {
    breaks(
      GENESIS,
      addDeviceEntry(GENESIS, LAPTOP, STREAMS, { signers: [STRANGER], position: { seq: 7 } }),
      'signature',
    )
    breaks(GENESIS, addDeviceEntry(GENESIS, LAPTOP, STREAMS, { signers: [PHONE, STRANGER] }), 'signature')
    const replaced = applied(FAMILY, replaceDeviceEntry(FAMILY, NEW_PHONE, STREAMS, STAY))
    breaks(replaced, addDeviceEntry(replaced, STRANGER, STREAMS, { signers: [PHONE] }), 'signature')
  })

  it('signature: whichever byte of the entry changes, it is not accepted', () => {
    const entry = addDeviceEntry(GENESIS, LAPTOP, STREAMS)
    for (let at = 0; at < entry.bytes.length; at += 7) {
      const bytes = Uint8Array.from(entry.bytes)
      bytes[at] = (bytes[at] ?? 0) ^ 0x10
      expect(apply(GENESIS, { ...entry, bytes }).ok, `byte ${at}`).toBe(false)
    }
  })

  it('position: this vault, the next seq, the head before it (V6)', () => {
    for (const position of [
      { vault: vaultIdOf(bytesNamed('vault')) },
      { seq: 0 },
      { seq: 2 },
      { prevHash: hashNamed('fork') },
    ]) {
      breaks(GENESIS, addDeviceEntry(GENESIS, LAPTOP, STREAMS, { position }), 'position')
    }
  })

  it('malformed and unknown entries are told apart from broken rules (V7)', () => {
    const entry = addDeviceEntry(GENESIS, LAPTOP, STREAMS)
    const unknown = Uint8Array.from(entry.bytes)
    unknown[5] = 9
    expect(apply(GENESIS, { ...entry, bytes: unknown })).toEqual({
      ok: false,
      error: { type: 'UnknownEntry', version: 1, entryType: 9 },
    })
    expect(apply(GENESIS, { ...entry, bytes: entry.bytes.slice(1) })).toMatchObject({ error: { type: 'Malformed' } })
  })

  it(`limit: a log has at most ${CORE_ENTRIES_MAX} entries`, () => {
    const at = (seq: number): CoreState => ({ ...GENESIS, seq })
    const last = at(CORE_ENTRIES_MAX - 2)
    expect(apply(last, addDeviceEntry(last, LAPTOP, STREAMS)).ok).toBe(true)
    const full = at(CORE_ENTRIES_MAX - 1)
    breaks(full, addDeviceEntry(full, LAPTOP, STREAMS), 'limit')
  })

  it('leaves the state before it as it was', () => {
    const before = structuredClone(FAMILY)
    applied(FAMILY, settleEntry(FAMILY, [], [[NEW_PHONE, STREAMS]], { body: { heals: [hashNamed('branch')] } }))
    expect(FAMILY).toEqual(before)
  })
})

describe('addDevice', () => {
  it('enrols a device with the streams that it is granted', () => {
    expect(FAMILY.seq).toBe(2)
    expect(FAMILY.devices.get(WATCH.id)).toEqual({
      id: WATCH.id,
      keys: WATCH.keys,
      streams: new Set([JOURNAL]),
      sinceSeq: 2,
    })
    expect(FAMILY.seqOfHash.get(FAMILY.head)).toBe(2)
    const [laptop, watch] = [FAMILY.devices.get(LAPTOP.id), FAMILY.devices.get(WATCH.id)]
    expect([laptop && isFull(FAMILY, laptop), watch && isFull(FAMILY, watch)]).toEqual([true, false])
  })

  it('signer: one full active device, and nobody else', () => {
    for (const signers of [[KIT], [WATCH], [PHONE, LAPTOP]]) {
      breaks(FAMILY, addDeviceEntry(FAMILY, NEW_PHONE, STREAMS, { signers }), 'signer')
    }
    expect(apply(FAMILY, addDeviceEntry(FAMILY, NEW_PHONE, STREAMS, { signers: [LAPTOP] })).ok).toBe(true)
  })

  it('proof: by the new device, for this vault and this id (V9)', () => {
    const forged = [
      bytesToBase64Url(STRANGER.sign(enrolSigningInput(GENESIS.vault, LAPTOP.id))),
      bytesToBase64Url(LAPTOP.sign(enrolSigningInput(vaultIdOf(bytesNamed('vault')), LAPTOP.id))),
      bytesToBase64Url(LAPTOP.sign(enrolSigningInput(GENESIS.vault, STRANGER.id))),
      textNamed('proof', 64),
    ]
    for (const proof of forged) breaks(GENESIS, addDeviceEntry(GENESIS, LAPTOP, STREAMS, { body: { proof } }), 'proof')
  })

  it('deviceKnown: an id is enrolled once in a vault, and is never the kit’s (V9)', () => {
    breaks(FAMILY, addDeviceEntry(FAMILY, LAPTOP, STREAMS), 'deviceKnown')
    breaks(FAMILY, addDeviceEntry(FAMILY, KIT, STREAMS), 'deviceKnown')
    const replaced = applied(FAMILY, replaceDeviceEntry(FAMILY, NEW_PHONE, STREAMS, STAY))
    breaks(replaced, addDeviceEntry(replaced, PHONE, STREAMS, { signers: [LAPTOP] }), 'deviceKnown')
  })

  it('streams: at least one, and all of them known', () => {
    breaks(GENESIS, addDeviceEntry(GENESIS, LAPTOP, []), 'streams')
    breaks(GENESIS, addDeviceEntry(GENESIS, LAPTOP, [LABS, streamNamed('other')].sort(), { wraps: [] }), 'streams')
  })

  it('wraps: each granted stream’s newest epoch for the new device alone', () => {
    const rotated = applied(GENESIS, replaceDeviceEntry(GENESIS, LAPTOP, STREAMS))
    const add = (...wraps: ReturnType<typeof wrapOf>[]): TestEntry =>
      addDeviceEntry(rotated, WATCH, [JOURNAL], { wraps, signers: [LAPTOP] })
    breaks(rotated, add(), 'wraps')
    breaks(rotated, add(wrapOf(JOURNAL, 0, WATCH.id)), 'wraps')
    breaks(rotated, add(wrapOf(JOURNAL, 1, WATCH.id), wrapOf(JOURNAL, 0, WATCH.id)), 'wraps')
    breaks(rotated, add(wrapOf(JOURNAL, 1, WATCH.id), wrapOf(LABS, 1, WATCH.id)), 'wraps')
    breaks(rotated, add(wrapOf(JOURNAL, 1, WATCH.id), wrapOf(JOURNAL, 1, KIT.id)), 'wraps')
    expect(apply(rotated, add(wrapOf(JOURNAL, 1, WATCH.id))).ok).toBe(true)
  })

  it('wraps: malformed ones are malformed', () => {
    const wraps = new Uint8Array(116)
    const entry = addDeviceEntry(GENESIS, LAPTOP, STREAMS, { body: { wraps: hashOf(testCrypto.sha256(wraps)) } })
    expect(apply(GENESIS, { ...entry, attachments: { wraps, links: undefined } })).toEqual({
      ok: false,
      error: { type: 'Malformed', what: 'wraps' },
    })
  })

  it(`limit: at most ${DEVICES_ACTIVE_MAX} are active at once`, () => {
    let state = GENESIS
    for (let i = 1; i < DEVICES_ACTIVE_MAX; i++)
      state = applied(state, addDeviceEntry(state, deviceNamed(`device ${i}`), [JOURNAL]))
    expect([...state.devices.values()].filter(isActive)).toHaveLength(DEVICES_ACTIVE_MAX)
    breaks(state, addDeviceEntry(state, LAPTOP, [JOURNAL]), 'limit')
  })
})

describe('replaceDevice', () => {
  it('ends the retired, enrols the new, and rotates every stream (V11)', () => {
    const cut: Cut = [PHONE.id, LABS, 12, hashNamed('last batch')]
    const state = applied(FAMILY, replaceDeviceEntry(FAMILY, NEW_PHONE, STREAMS, STAY, { body: { cuts: [cut] } }))
    expect(state.devices.get(PHONE.id)).toMatchObject({
      untilSeq: 3,
      cuts: new Map([[LABS, { seq: 12, hash: hashNamed('last batch') }]]),
    })
    expect(state.devices.get(NEW_PHONE.id)).toMatchObject({ sinceSeq: 3, streams: new Set(STREAMS) })
    for (const stream of STREAMS) {
      expect(newestEpoch(state, stream)).toBe(1)
      expect(state.streams.get(stream)).toMatchObject({
        epochSinceSeq: [0, 3],
        canaries: [canaryOf(stream, 0)[1], canaryOf(stream, 1)[1]],
      })
    }
    expect(newestEpoch(state, streamNamed('other'))).toBe(-1)
  })

  it('signer: the retired, another full active device, or the kit', () => {
    for (const signer of [PHONE, LAPTOP, KIT]) {
      expect(apply(FAMILY, replaceDeviceEntry(FAMILY, NEW_PHONE, STREAMS, STAY, { signers: [signer] })).ok).toBe(true)
    }
    breaks(FAMILY, replaceDeviceEntry(FAMILY, NEW_PHONE, STREAMS, STAY, { signers: [WATCH] }), 'signer')
    breaks(FAMILY, replaceDeviceEntry(FAMILY, NEW_PHONE, STREAMS, STAY, { signers: [PHONE, KIT] }), 'signer')
  })

  it('signer: a device that is not full may replace itself alone', () => {
    const band = deviceNamed('band')
    const others = [
      [PHONE, STREAMS],
      [LAPTOP, STREAMS],
    ] as const
    const replaceWatch = replaceDeviceEntry(FAMILY, band, [JOURNAL], others, {
      body: { retired: WATCH.id },
      signers: [WATCH],
    })
    expect(apply(FAMILY, replaceWatch).ok).toBe(true)
  })

  it('deviceKnown: what is retired is active, what is enrolled is new', () => {
    const replace = (body: object, device = NEW_PHONE): TestEntry =>
      replaceDeviceEntry(FAMILY, device, STREAMS, STAY, { body, signers: [LAPTOP] })
    breaks(FAMILY, replace({ retired: STRANGER.id }), 'deviceKnown')
    breaks(FAMILY, replace({ retired: KIT.id }), 'deviceKnown')
    breaks(FAMILY, replace({}, LAPTOP), 'deviceKnown')
    const replaced = applied(FAMILY, replaceDeviceEntry(FAMILY, NEW_PHONE, STREAMS, STAY))
    const twice = replaceDeviceEntry(replaced, STRANGER, STREAMS, [[NEW_PHONE, STREAMS], ...STAY], {
      signers: [LAPTOP],
    })
    breaks(replaced, twice, 'deviceKnown')
  })

  it('proof and streams hold here as well', () => {
    breaks(
      FAMILY,
      replaceDeviceEntry(FAMILY, NEW_PHONE, STREAMS, STAY, { body: { proof: textNamed('proof', 64) } }),
      'proof',
    )
    breaks(FAMILY, replaceDeviceEntry(FAMILY, NEW_PHONE, [], STAY, { body: { streams: [] } }), 'streams')
  })

  it('full: a device that holds every stream remains (V8)', () => {
    breaks(GENESIS, replaceDeviceEntry(GENESIS, LAPTOP, [JOURNAL]), 'full')
    expect(apply(FAMILY, replaceDeviceEntry(FAMILY, NEW_PHONE, [JOURNAL], STAY)).ok).toBe(true)
  })

  it('cuts: of who is ended, in streams that it held (V10)', () => {
    const cutOf = (device: typeof PHONE, stream: StreamId): Cut => [device.id, stream, 1, hashNamed('batch')]
    for (const cut of [
      cutOf(LAPTOP, LABS),
      cutOf(STRANGER, LABS),
      cutOf(NEW_PHONE, LABS),
      cutOf(PHONE, streamNamed('other')),
    ]) {
      breaks(FAMILY, replaceDeviceEntry(FAMILY, NEW_PHONE, STREAMS, STAY, { body: { cuts: [cut] } }), 'cuts')
    }
    const band = deviceNamed('band')
    const replaceWatch = (cuts: Cut[]): TestEntry =>
      replaceDeviceEntry(
        FAMILY,
        band,
        [JOURNAL],
        [
          [PHONE, STREAMS],
          [LAPTOP, STREAMS],
        ],
        { body: { retired: WATCH.id, cuts } },
      )
    breaks(FAMILY, replaceWatch([cutOf(WATCH, LABS)]), 'cuts')
    expect(apply(FAMILY, replaceWatch([cutOf(WATCH, JOURNAL)])).ok).toBe(true)
  })

  it('cuts: who was ended before is not cut again', () => {
    const replaced = applied(FAMILY, replaceDeviceEntry(FAMILY, NEW_PHONE, STREAMS, STAY))
    const again = replaceDeviceEntry(replaced, STRANGER, STREAMS, STAY, {
      body: { retired: NEW_PHONE.id, cuts: [[PHONE.id, LABS, 1, hashNamed('batch')]] },
      signers: [LAPTOP],
    })
    breaks(replaced, again, 'cuts')
  })

  it('canaries: one for each stream of the vault', () => {
    const canaries = (...streams: StreamId[]) => ({
      body: { canaries: streams.sort().map((stream) => canaryOf(stream, 1)) },
    })
    breaks(FAMILY, replaceDeviceEntry(FAMILY, NEW_PHONE, STREAMS, STAY, canaries(LABS)), 'canaries')
    breaks(
      FAMILY,
      replaceDeviceEntry(FAMILY, NEW_PHONE, STREAMS, STAY, canaries(LABS, streamNamed('other'))),
      'canaries',
    )
    breaks(
      FAMILY,
      replaceDeviceEntry(FAMILY, NEW_PHONE, STREAMS, STAY, canaries(LABS, JOURNAL, streamNamed('other'))),
      'canaries',
    )
  })

  it('wraps: the new epoch for exactly the kit and every active holder', () => {
    const due = rotationWraps(FAMILY, [[NEW_PHONE, STREAMS], ...STAY])
    const replace = (wraps: ReturnType<typeof wrapOf>[]): TestEntry =>
      replaceDeviceEntry(FAMILY, NEW_PHONE, STREAMS, STAY, { wraps })
    expect(apply(FAMILY, replace(due)).ok).toBe(true)
    for (let i = 0; i < due.length; i++) breaks(FAMILY, replace(due.filter((_, j) => j !== i)), 'wraps')
    breaks(FAMILY, replace([...due, wrapOf(LABS, 1, PHONE.id)]), 'wraps')
    breaks(FAMILY, replace([...due, wrapOf(LABS, 1, WATCH.id)]), 'wraps')
    breaks(FAMILY, replace([...due, wrapOf(LABS, 0, LAPTOP.id)]), 'wraps')
  })

  it('links: from the new epoch of every stream, no more and no less (V13)', () => {
    const due = rotationLinks(FAMILY)
    const replace = (links: ReturnType<typeof linkOf>[]): TestEntry =>
      replaceDeviceEntry(FAMILY, NEW_PHONE, STREAMS, STAY, { links })
    breaks(FAMILY, replace(due.slice(1)), 'links')
    breaks(FAMILY, replace([...due, linkOf(LABS, 2)]), 'links')
    breaks(FAMILY, replace([...due.slice(1), linkOf(streamNamed('other'), 1)]), 'links')
    breaks(FAMILY, replace(due.map((link) => ({ ...link, epoch: 0 }))), 'links')
    breaks(
      FAMILY,
      replaceDeviceEntry(FAMILY, NEW_PHONE, STREAMS, STAY, { body: { links: hashNamed('other') } }),
      'links',
    )
  })

  it('what was dropped beside an entry is not missed (V7)', () => {
    const attachments = { wraps: undefined, links: undefined }
    expect(apply(FAMILY, replaceDeviceEntry(FAMILY, NEW_PHONE, STREAMS, STAY, { attachments })).ok).toBe(true)
  })

  it('wraps and links of other bytes than the body names are refused', () => {
    const { wraps, links } = attach(rotationWraps(FAMILY, [[NEW_PHONE, STREAMS], ...STAY]).slice(1), [])
    breaks(
      FAMILY,
      replaceDeviceEntry(FAMILY, NEW_PHONE, STREAMS, STAY, { attachments: { wraps, links: undefined } }),
      'wraps',
    )
    breaks(
      FAMILY,
      replaceDeviceEntry(FAMILY, NEW_PHONE, STREAMS, STAY, { attachments: { wraps: undefined, links } }),
      'links',
    )
  })
})

describe('removeDevice', () => {
  const LEFT = [
    [PHONE, STREAMS],
    [LAPTOP, STREAMS],
  ] as const

  it('ends the removed at its cut and rotates every stream, for those who are left (V11)', () => {
    const cut: Cut = [WATCH.id, JOURNAL, 4, hashNamed('last batch')]
    const state = applied(FAMILY, removeDeviceEntry(FAMILY, LEFT, { body: { cuts: [cut] } }))
    expect(state.devices.get(WATCH.id)).toMatchObject({
      untilSeq: 3,
      cuts: new Map([[JOURNAL, { seq: 4, hash: hashNamed('last batch') }]]),
    })
    for (const stream of STREAMS) expect(newestEpoch(state, stream)).toBe(1)
    expect([...state.devices.values()].filter(isActive).map(({ id }) => id)).toEqual([PHONE.id, LAPTOP.id])
  })

  it('signer: another full active device, or the kit; nobody removes itself', () => {
    for (const signer of [PHONE, LAPTOP, KIT])
      expect(apply(FAMILY, removeDeviceEntry(FAMILY, LEFT, { signers: [signer] })).ok).toBe(true)
    breaks(FAMILY, removeDeviceEntry(FAMILY, LEFT, { signers: [WATCH] }), 'signer')
    breaks(FAMILY, removeDeviceEntry(FAMILY, LEFT, { signers: [PHONE, LAPTOP] }), 'signer')
    const itself = removeDeviceEntry(
      FAMILY,
      [
        [PHONE, STREAMS],
        [WATCH, [JOURNAL]],
      ],
      { body: { removed: LAPTOP.id } },
    )
    breaks(FAMILY, itself, 'signer')
  })

  it('deviceKnown: who is removed is active', () => {
    breaks(FAMILY, removeDeviceEntry(FAMILY, LEFT, { body: { removed: STRANGER.id } }), 'deviceKnown')
    const once = applied(FAMILY, removeDeviceEntry(FAMILY, LEFT))
    breaks(once, removeDeviceEntry(once, LEFT), 'deviceKnown')
  })

  it('wraps: none for the removed, one for everybody else', () => {
    const due = rotationWraps(FAMILY, LEFT)
    breaks(FAMILY, removeDeviceEntry(FAMILY, LEFT, { wraps: [...due, wrapOf(JOURNAL, 1, WATCH.id)] }), 'wraps')
    breaks(FAMILY, removeDeviceEntry(FAMILY, LEFT, { wraps: due.slice(1) }), 'wraps')
  })

  it('cuts: of the removed alone', () => {
    const cut: Cut = [PHONE.id, LABS, 1, hashNamed('batch')]
    breaks(FAMILY, removeDeviceEntry(FAMILY, LEFT, { body: { cuts: [cut] } }), 'cuts')
  })
})

describe('settle', () => {
  const recovery = [[NEW_PHONE, STREAMS]] as const

  it('drops who is not kept, enrols, rotates and heals', () => {
    const heals = [hashNamed('branch')]
    const state = applied(FAMILY, settleEntry(FAMILY, [[WATCH, [JOURNAL]]], recovery, { body: { heals } }))
    expect(
      [...state.devices.values()]
        .filter(isActive)
        .map(({ id }) => id)
        .sort(),
    ).toEqual([WATCH.id, NEW_PHONE.id].sort())
    expect(state.devices.get(PHONE.id)).toMatchObject({ untilSeq: 3, cuts: new Map() })
    expect(state.healed).toEqual(new Set(heals))
    expect(STREAMS.map((stream) => newestEpoch(state, stream))).toEqual([1, 1])
    const again = applied(
      state,
      settleEntry(state, [[NEW_PHONE, STREAMS]], [], { body: { heals: [hashNamed('another')] } }),
    )
    expect(again.healed).toEqual(new Set([hashNamed('branch'), hashNamed('another')]))
  })

  it('may keep everybody and enrol nobody', () => {
    const everybody = [[PHONE, STREAMS], ...STAY] as const
    expect(apply(FAMILY, settleEntry(FAMILY, everybody, [])).ok).toBe(true)
  })

  it('signer: the kit alone', () => {
    for (const signers of [[PHONE], [LAPTOP], [PHONE, KIT]])
      breaks(FAMILY, settleEntry(FAMILY, [], recovery, { signers }), 'signer')
  })

  it('keep: names active devices', () => {
    for (const id of [STRANGER.id, KIT.id, NEW_PHONE.id])
      breaks(FAMILY, settleEntry(FAMILY, [], recovery, { body: { keep: [id] } }), 'keep')
    const settled = applied(FAMILY, settleEntry(FAMILY, [], recovery))
    breaks(settled, settleEntry(settled, [], [[STRANGER, STREAMS]], { body: { keep: [PHONE.id] } }), 'keep')
  })

  it('full: a device that holds every stream remains', () => {
    breaks(FAMILY, settleEntry(FAMILY, [[WATCH, [JOURNAL]]], []), 'full')
    breaks(FAMILY, settleEntry(FAMILY, [], []), 'full')
    breaks(FAMILY, settleEntry(FAMILY, [], [[NEW_PHONE, [JOURNAL]]]), 'full')
  })

  it('deviceKnown: nobody is enrolled again, kept or dropped or the kit', () => {
    breaks(FAMILY, settleEntry(FAMILY, [], [[PHONE, STREAMS]]), 'deviceKnown')
    breaks(FAMILY, settleEntry(FAMILY, [], [[KIT, STREAMS]]), 'deviceKnown')
  })

  it('cuts: of dropped devices alone', () => {
    const cut = (id: typeof PHONE.id): Cut => [id, JOURNAL, 3, hashNamed('batch')]
    const settle = (id: typeof PHONE.id): TestEntry =>
      settleEntry(FAMILY, [[WATCH, [JOURNAL]]], recovery, { body: { cuts: [cut(id)] } })
    expect(apply(FAMILY, settle(PHONE.id)).ok).toBe(true)
    for (const id of [WATCH.id, NEW_PHONE.id, KIT.id]) breaks(FAMILY, settle(id), 'cuts')
  })

  it('proof, streams, canaries, wraps and links hold here as well', () => {
    const enrol = (change: object) => ({ body: { enrol: [{ ...enrolmentOf(FAMILY, NEW_PHONE), ...change }] } })
    breaks(FAMILY, settleEntry(FAMILY, [], recovery, enrol({ proof: textNamed('proof', 64) })), 'proof')
    breaks(FAMILY, settleEntry(FAMILY, [], recovery, enrol({ streams: [] })), 'streams')
    breaks(FAMILY, settleEntry(FAMILY, [], recovery, { body: { canaries: [] } }), 'canaries')
    breaks(FAMILY, settleEntry(FAMILY, [], recovery, { wraps: rotationWraps(FAMILY, [[PHONE, STREAMS]]) }), 'wraps')
    breaks(FAMILY, settleEntry(FAMILY, [], recovery, { links: [] }), 'links')
  })

  it('limit: the kept and the enrolled are counted together', () => {
    const crowd = Array.from({ length: DEVICES_ACTIVE_MAX }, (_, i) => deviceNamed(`device ${i}`))
    const enrolled = (count: number) => crowd.slice(0, count).map((device) => [device, STREAMS] as const)
    expect(apply(GENESIS, settleEntry(GENESIS, [], enrolled(DEVICES_ACTIVE_MAX))).ok).toBe(true)
    expect(apply(GENESIS, settleEntry(GENESIS, [[PHONE, STREAMS]], enrolled(DEVICES_ACTIVE_MAX - 1))).ok).toBe(true)
    breaks(GENESIS, settleEntry(GENESIS, [[PHONE, STREAMS]], enrolled(DEVICES_ACTIVE_MAX)), 'limit')
  })
})

it('a device id is the hash of x, s and c, in that order (V1)', () => {
  const { c, s, x } = PHONE.keys
  const bytes = [x, s, c].flatMap((text) => [...Buffer.from(text, 'base64url')])
  expect(idBytes(PHONE.id)).toEqual(testCrypto.sha256(Uint8Array.from(bytes)).slice(0, 16))
})

it('who ends a device is not signed for by it any more, but its own replacement is', () => {
  const replaced = applied(GENESIS, replaceDeviceEntry(GENESIS, LAPTOP, STREAMS))
  const body = { type: 'addDevice', ...enrolmentOf(replaced, WATCH, [JOURNAL]), wraps: ZERO_HASH } as const
  breaks(replaced, signedEntry(replaced, body, [PHONE], { wraps: undefined, links: undefined }), 'signature')
})
