import { bytesToUtf8 } from '@salus/base'
import { describe, expect, it } from 'vitest'
import { LABELS, labelBytes } from './labels.ts'

// The order and every text are fixed in tests/vectors/crypto; that no label opens another is tested there as well,
// together with those of packages/wire, which this package may not import.
describe('labels', () => {
  const labels = Object.values(LABELS)

  it('are unique, and none is a prefix of another', () => {
    expect(new Set(labels).size).toBe(labels.length)
    for (const label of labels) expect(labels.filter((other) => other.startsWith(label))).toEqual([label])
  })

  it('are ASCII under the name of the format and its version', () => {
    for (const label of labels) {
      expect(label).toMatch(/^salus\/v1\/[a-z0-9-]+$/)
      expect(bytesToUtf8(labelBytes(label))).toEqual({ ok: true, value: label })
    }
  })
})
