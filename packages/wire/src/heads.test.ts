import { bytesToBase64Url, utf8ToBytes } from '@salus/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Heads, decodeHeads, encodeHeads, isCursor } from './heads.ts'
import { CONTROL_BYTES_MAX } from './limits.ts'
import { anyDeviceId, anyHash, anySeq, anyStreamId, anyU32, exactBytes } from './testing/arbitraries.ts'
import { hashNamed, textNamed } from './testing/test-core.ts'

const anyCursor = fc
  .tuple(exactBytes(8), fc.maxSafeNat())
  .map(([epoch, number]) => `${bytesToBase64Url(epoch)}.${number}`)
const chainName = ({ stream, device }: { stream: string; device: string }): string => `${stream} ${device}`
const anyHeads: fc.Arbitrary<Heads> = fc.record({
  core: fc.record({ seq: anyU32, hash: anyHash }),
  chains: fc
    .uniqueArray(fc.record({ stream: anyStreamId, device: anyDeviceId, seq: anySeq, hash: anyHash }), {
      maxLength: 5,
      selector: chainName,
    })
    .map((chains) => chains.sort((a, b) => (chainName(a) < chainName(b) ? -1 : 1))),
  cursor: anyCursor,
})

const CURSOR = `${textNamed('epoch', 8)}.7`
const S = textNamed('stream', 16)
const D = textNamed('device', 16)
const H = hashNamed('hash')
const decode = (json: unknown) => decodeHeads(utf8ToBytes(typeof json === 'string' ? json : JSON.stringify(json)))
const GOOD = { chains: [[S, D, 1, H]], core: [0, H], cursor: CURSOR }

describe('heads (S9)', () => {
  it('round-trip', () => {
    fc.assert(
      fc.property(anyHeads, (heads) => {
        expect(decodeHeads(encodeHeads(heads))).toEqual({ ok: true, value: heads })
      }),
    )
  })

  it('have one spelling, whatever the order in which chains were gathered', () => {
    fc.assert(
      fc.property(anyHeads, (heads) => {
        expect(encodeHeads({ ...heads, chains: heads.chains.toReversed() })).toEqual(encodeHeads(heads))
      }),
    )
  })

  it.each<[string, unknown]>([
    ['another member', { ...GOOD, extra: 1 }],
    ['a member less', { chains: [], core: [0, H] }],
    ['a core of one', { ...GOOD, core: [0] }],
    ['a core of three', { ...GOOD, core: [0, H, 1] }],
    ['a core seq below zero', { ...GOOD, core: [-1, H] }],
    ['a core seq beyond 32 bits', { ...GOOD, core: [0x100000000, H] }],
    ['a fraction', { ...GOOD, chains: [[S, D, 1.5, H]] }],
    ['a chain without batches', { ...GOOD, chains: [[S, D, 0, H]] }],
    ['a chain of three', { ...GOOD, chains: [[S, D, 1]] }],
    ['a chain of five', { ...GOOD, chains: [[S, D, 1, H, 1]] }],
    ['a short id', { ...GOOD, chains: [[S, textNamed('device', 15), 1, H]] }],
    ['a chain that is no list', { ...GOOD, chains: [{ stream: S }] }],
    [
      'a chain twice',
      {
        ...GOOD,
        chains: [
          [S, D, 1, H],
          [S, D, 2, H],
        ],
      },
    ],
    ['no cursor', { ...GOOD, cursor: '' }],
    ['a list', [GOOD]],
    ['white space', `${JSON.stringify(GOOD)} `],
    ['no JSON', 'heads'],
  ])('are refused with %s', (_, json) => {
    expect(decode(GOOD).ok).toBe(true)
    expect(decode(json)).toMatchObject({ ok: false, error: { type: 'Malformed' } })
  })

  it('are refused when chains are unsorted', () => {
    const streams = [textNamed('one', 16), textNamed('two', 16)].sort()
    const chains = streams.map((stream) => [stream, D, 1, H])
    expect(decode({ ...GOOD, chains }).ok).toBe(true)
    expect(decode({ ...GOOD, chains: chains.toReversed() }).ok).toBe(false)
  })

  it(`are at most ${CONTROL_BYTES_MAX} bytes`, () => {
    expect(decodeHeads(new Uint8Array(CONTROL_BYTES_MAX))).toEqual({
      ok: false,
      error: { type: 'Malformed', what: 'heads' },
    })
    expect(decodeHeads(new Uint8Array(CONTROL_BYTES_MAX + 1))).toEqual({
      ok: false,
      error: { type: 'Malformed', what: 'heads size' },
    })
  })
})

describe('a cursor (S7)', () => {
  it('is the relay epoch and a number', () => {
    fc.assert(
      fc.property(anyCursor, (cursor) => {
        expect(isCursor(cursor)).toBe(true)
      }),
    )
  })

  it.each([
    '',
    '.',
    'AAAAAAAAAAA',
    'AAAAAAAAAAA.',
    'AAAAAAAAAA.1',
    'AAAAAAAAAAAA.1',
    'AAAAAAAAAAA.01',
    'AAAAAAAAAAA.-1',
    'AAAAAAAAAAA.1.1',
    'AAAAAAAAAAA.1\n',
    'AAAAAAAAAA+.1',
    'AAAAAAAAAAB.1',
    'AAAAAAAAAAA.9007199254740992',
  ])('is not %j', (text) => {
    expect(isCursor(text)).toBe(false)
  })
})
