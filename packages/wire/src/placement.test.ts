import { describe, expect, it } from 'vitest'
import type { CoreState } from './core-log.ts'
import type { EnvelopeHeader } from './envelope.ts'
import { ZERO_HASH, vaultIdOf } from './ids.ts'
import { type ChainTip, type PlacementFault, checkPlacement } from './placement.ts'
import {
  JOURNAL,
  KIT,
  LABS,
  LAPTOP,
  PHONE,
  STREAMS,
  WATCH,
  addDeviceEntry,
  applied,
  bytesNamed,
  deviceNamed,
  genesisEntry,
  hashNamed,
  replaceDeviceEntry,
  streamNamed,
} from './testing/test-core.ts'

const NEW_PHONE = deviceNamed('new phone')
const HASH = hashNamed('this batch')
const CUT = hashNamed('last batch')

/** 0 genesis by the phone; 1 the laptop; 2 the watch, which holds the journal; 3 the phone is replaced, cut at labs 5. */
const AT_0 = applied(undefined, genesisEntry())
const AT_1 = applied(AT_0, addDeviceEntry(AT_0, LAPTOP, STREAMS))
const AT_2 = applied(AT_1, addDeviceEntry(AT_1, WATCH, [JOURNAL]))
const AT_3 = applied(
  AT_2,
  replaceDeviceEntry(
    AT_2,
    NEW_PHONE,
    STREAMS,
    [
      [LAPTOP, STREAMS],
      [WATCH, [JOURNAL]],
    ],
    {
      body: { cuts: [[PHONE.id, LABS, 5, CUT]] },
    },
  ),
)

function header(state: CoreState, change: Partial<EnvelopeHeader> = {}): EnvelopeHeader {
  return {
    suite: 1,
    vault: state.vault,
    stream: LABS,
    epoch: 0,
    device: PHONE.id,
    seq: 1,
    prevHash: ZERO_HASH,
    coreHead: state.head,
    salt: bytesNamed('salt'),
    ciphertextBytes: 512,
    ...change,
  }
}

const tipAt = (seq: number, coreSeq = 0): ChainTip => ({ seq, hash: hashNamed(`batch ${seq}`), coreSeq })
const after = (tip: ChainTip): Partial<EnvelopeHeader> => ({ seq: tip.seq + 1, prevHash: tip.hash })

function isPlaced(core: CoreState, batch: EnvelopeHeader, tip?: ChainTip, hash = HASH) {
  return checkPlacement(core, batch, hash, tip)
}

function isRefused(core: CoreState, batch: EnvelopeHeader, fault: PlacementFault, tip?: ChainTip, hash = HASH): void {
  expect(checkPlacement(core, batch, hash, tip)).toEqual({ ok: false, error: fault })
}

describe('where a batch may stand (V22)', () => {
  it('first in its chain, then after its predecessor; the answer is its core seq', () => {
    expect(isPlaced(AT_0, header(AT_0))).toEqual({ ok: true, value: 0 })
    expect(isPlaced(AT_2, header(AT_1, after(tipAt(1))), tipAt(1))).toEqual({ ok: true, value: 1 })
  })

  it('in this vault, and in one of its streams', () => {
    isRefused(AT_0, header(AT_0, { vault: vaultIdOf(bytesNamed('vault')) }), { type: 'ForeignVault' })
    isRefused(AT_0, header(AT_0, { stream: streamNamed('other') }), { type: 'UnknownStream' })
  })

  it("under a head on the reader's core log, not of a fork nor newer than it", () => {
    isRefused(AT_1, header(AT_1, { coreHead: hashNamed('fork') }), { type: 'UnknownCoreHead' })
    isRefused(AT_1, header(AT_2), { type: 'UnknownCoreHead' })
    expect(isPlaced(AT_2, header(AT_0)).ok).toBe(true)
  })

  it('under a head that never goes back along the chain', () => {
    const tip = tipAt(1, 2)
    isRefused(AT_2, header(AT_1, after(tip)), { type: 'CoreHeadWentBack' }, tip)
    expect(isPlaced(AT_2, header(AT_2, after(tip)), tip)).toEqual({ ok: true, value: 2 })
  })

  it("in exactly its stream's newest epoch at that head", () => {
    const laptop = { device: LAPTOP.id }
    isRefused(AT_2, header(AT_2, { epoch: 1 }), { type: 'WrongEpoch' })
    isRefused(AT_3, header(AT_3, { ...laptop, epoch: 0 }), { type: 'WrongEpoch' })
    isRefused(AT_3, header(AT_3, { ...laptop, epoch: 2 }), { type: 'WrongEpoch' })
    isRefused(AT_3, header(AT_2, { ...laptop, epoch: 1 }), { type: 'WrongEpoch' })
    expect(isPlaced(AT_3, header(AT_3, { ...laptop, epoch: 1 })).ok).toBe(true)
    expect(isPlaced(AT_3, header(AT_2, { ...laptop, epoch: 0 })).ok).toBe(true)
  })

  it("in the vault's suite", () => {
    isRefused(AT_0, header(AT_0, { suite: 2 }), { type: 'WrongSuite' })
  })

  it('by a device that holds the stream and is active at that head', () => {
    isRefused(AT_2, header(AT_2, { device: WATCH.id }), { type: 'NotItsAuthor' })
    isRefused(AT_2, header(AT_2, { device: KIT.id }), { type: 'NotItsAuthor' })
    isRefused(AT_2, header(AT_2, { device: deviceNamed('stranger').id }), { type: 'NotItsAuthor' })
    expect(isPlaced(AT_2, header(AT_2, { device: WATCH.id, stream: JOURNAL })).ok).toBe(true)
  })

  it('not by a device under a head before its enrolment', () => {
    isRefused(AT_2, header(AT_0, { device: LAPTOP.id }), { type: 'NotItsAuthor' })
    expect(isPlaced(AT_2, header(AT_1, { device: LAPTOP.id })).ok).toBe(true)
  })

  it('not by a device under the head that ended it', () => {
    isRefused(AT_3, header(AT_3, { epoch: 1 }), { type: 'NotItsAuthor' })
  })
})

describe('along a chain', () => {
  it('a hole is a gap, which names what is missing', () => {
    isRefused(AT_0, header(AT_0, { seq: 2 }), { type: 'ChainGap', expectedSeq: 1 })
    isRefused(
      AT_0,
      header(AT_0, { seq: 5, prevHash: hashNamed('batch 4') }),
      { type: 'ChainGap', expectedSeq: 3 },
      tipAt(2),
    )
  })

  it('another batch at a known seq, or after another predecessor, is a fork', () => {
    const tip = tipAt(2)
    for (const change of [
      { seq: 2, prevHash: hashNamed('batch 1') },
      { seq: 1 },
      { seq: 2, prevHash: tip.hash },
      { seq: 3, prevHash: hashNamed('other') },
      { seq: 3 },
    ]) {
      isRefused(AT_0, header(AT_0, change), { type: 'ChainFork' }, tip)
    }
    isRefused(AT_0, header(AT_0, { prevHash: hashNamed('batch 0') }), { type: 'ChainFork' })
  })
})

describe('cuts (V10)', () => {
  it('a batch below the cut counts, and the cut itself by its hash alone', () => {
    expect(isPlaced(AT_3, header(AT_2, after(tipAt(3))), tipAt(3)).ok).toBe(true)
    expect(isPlaced(AT_3, header(AT_2, after(tipAt(4))), tipAt(4), CUT).ok).toBe(true)
    isRefused(AT_3, header(AT_2, after(tipAt(4))), { type: 'BeyondCut' }, tipAt(4), hashNamed('backdated'))
  })

  it('nothing after the cut exists, also backdated, and it leaves no hole before it', () => {
    isRefused(AT_3, header(AT_2, { seq: 9, prevHash: hashNamed('batch 8') }), { type: 'BeyondCut' }, tipAt(5))
    isRefused(AT_3, header(AT_2, after(tipAt(5))), { type: 'BeyondCut' }, tipAt(5))
  })

  it('a stream without a cut counts nothing of the ended device', () => {
    isRefused(AT_3, header(AT_2, { stream: JOURNAL }), { type: 'BeyondCut' })
  })

  it('before the entry that cuts is known, the batch counts', () => {
    expect(isPlaced(AT_2, header(AT_2, after(tipAt(5))), tipAt(5)).ok).toBe(true)
  })
})
