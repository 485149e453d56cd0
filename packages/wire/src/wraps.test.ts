import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEVICES_ACTIVE_MAX, LINKS_BYTES_MAX, STREAMS_MAX, WRAPS_BYTES_MAX } from './limits.ts'
import { anyDeviceId, anyStreamId, anyU32, exactBytes } from './testing/arbitraries.ts'
import { type Link, type Wrap, decodeLinks, decodeWraps, encodeLinks, encodeWraps } from './wraps.ts'

const anyWrap: fc.Arbitrary<Wrap> = fc.record({
  stream: anyStreamId,
  epoch: anyU32,
  recipient: anyDeviceId,
  enc: exactBytes(32),
  ciphertext: exactBytes(49),
})
const anyLink: fc.Arbitrary<Link> = fc.record({ stream: anyStreamId, epoch: anyU32, ciphertext: exactBytes(48) })

describe.each([
  {
    name: 'wraps',
    rowBytes: 117,
    keyBytes: 36,
    bytesMax: WRAPS_BYTES_MAX,
    rowsMax: STREAMS_MAX * (DEVICES_ACTIVE_MAX + 1),
    rows: fc.array(anyWrap, { maxLength: 5 }).map((rows) => encodeWraps(rows)),
    reencode: (bytes: Uint8Array) => {
      const rows = decodeWraps(bytes)
      return rows.ok ? encodeWraps(rows.value.toReversed()) : rows
    },
  },
  {
    name: 'links',
    rowBytes: 68,
    keyBytes: 20,
    bytesMax: LINKS_BYTES_MAX,
    rowsMax: STREAMS_MAX,
    rows: fc.array(anyLink, { maxLength: 5 }).map((rows) => encodeLinks(rows)),
    reencode: (bytes: Uint8Array) => {
      const rows = decodeLinks(bytes)
      return rows.ok ? encodeLinks(rows.value.toReversed()) : rows
    },
  },
])('$name', ({ name, rowBytes, keyBytes, bytesMax, rowsMax, rows, reencode }) => {
  const malformed = { ok: false, error: { type: 'Malformed', what: name } }
  /** Rows whose keys ascend. */
  const ascending = (count: number): Uint8Array => {
    const bytes = new Uint8Array(count * rowBytes)
    for (let i = 0; i < count; i++) new DataView(bytes.buffer).setUint32(i * rowBytes, i)
    return bytes
  }

  it('have one spelling in any order', () => {
    fc.assert(
      fc.property(rows, (bytes) => {
        expect(reencode(bytes)).toEqual(bytes)
      }),
    )
  })

  it('are refused in any length but whole rows', () => {
    const bytes = ascending(2)
    for (let end = 0; end <= bytes.length; end++) {
      const result = reencode(bytes.subarray(0, end))
      if (end % rowBytes === 0) expect(result).toEqual(bytes.slice(0, end))
      else expect(result).toEqual(malformed)
    }
  })

  it('are refused when unsorted or when a key comes twice, whatever else differs', () => {
    const sorted = ascending(2)
    const swapped = Uint8Array.from([...sorted.subarray(rowBytes), ...sorted.subarray(0, rowBytes)])
    expect(reencode(swapped)).toEqual(malformed)
    const twice = ascending(1)
    const pair = Uint8Array.from([...twice, ...twice])
    pair[rowBytes + keyBytes] = 1
    expect(reencode(pair)).toEqual(malformed)
    pair[rowBytes + keyBytes - 1] = 1
    expect(reencode(pair)).toEqual(pair)
  })

  it(`number at most ${rowsMax}`, () => {
    expect(bytesMax).toBe(rowsMax * rowBytes)
    expect(reencode(ascending(rowsMax))).toEqual(ascending(rowsMax))
    expect(reencode(ascending(rowsMax + 1))).toEqual(malformed)
  })
})

describe('fields', () => {
  it('of a wrap lie where V12 says', () => {
    fc.assert(
      fc.property(anyWrap, (wrap) => {
        expect(decodeWraps(encodeWraps([wrap]))).toEqual({ ok: true, value: [wrap] })
      }),
    )
  })

  it('of a link lie where V13 says', () => {
    fc.assert(
      fc.property(anyLink, (link) => {
        expect(decodeLinks(encodeLinks([link]))).toEqual({ ok: true, value: [link] })
      }),
    )
  })
})
