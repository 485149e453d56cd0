import { describe, expect, it } from 'vitest'
import {
  KDF_ITERATIONS_MAX,
  KDF_ITERATIONS_MIN,
  KDF_MEMORY_KIB_MAX,
  KDF_MEMORY_KIB_MIN,
  checkKdfParameters,
} from './kdf-parameters.ts'

const floor = { memoryKiB: KDF_MEMORY_KIB_MIN, iterations: KDF_ITERATIONS_MIN, parallelism: 1 }
const ceiling = { memoryKiB: KDF_MEMORY_KIB_MAX, iterations: KDF_ITERATIONS_MAX, parallelism: 1 }

describe('checkKdfParameters (V32)', () => {
  it('the floor is 64 MiB and 3 passes, the ceiling 1 GiB and 10', () => {
    expect(floor).toEqual({ memoryKiB: 64 * 1024, iterations: 3, parallelism: 1 })
    expect(ceiling).toEqual({ memoryKiB: 1024 * 1024, iterations: 10, parallelism: 1 })
  })

  it('takes floor and ceiling', () => {
    expect(checkKdfParameters(floor)).toEqual({ ok: true, value: floor })
    expect(checkKdfParameters(ceiling)).toEqual({ ok: true, value: ceiling })
  })

  it.each([
    ['KdfBelowFloor', { ...ceiling, memoryKiB: KDF_MEMORY_KIB_MIN - 1 }],
    ['KdfBelowFloor', { ...ceiling, iterations: KDF_ITERATIONS_MIN - 1 }],
    ['KdfBelowFloor', { ...floor, memoryKiB: 0 }],
    ['KdfBelowFloor', { ...floor, iterations: -1 }],
    ['KdfAboveCeiling', { ...floor, memoryKiB: KDF_MEMORY_KIB_MAX + 1 }],
    ['KdfAboveCeiling', { ...floor, iterations: KDF_ITERATIONS_MAX + 1 }],
    ['KdfUnsupported', { ...floor, parallelism: 2 }],
    ['KdfUnsupported', { ...floor, parallelism: 0 }],
    ['KdfUnsupported', { ...floor, memoryKiB: KDF_MEMORY_KIB_MIN + 0.5 }],
    ['KdfUnsupported', { ...floor, iterations: Number.NaN }],
    ['KdfUnsupported', { ...floor, memoryKiB: Number.POSITIVE_INFINITY }],
  ])('refuses as %s: %o', (type, stated) => {
    expect(checkKdfParameters(stated)).toEqual({ ok: false, error: { type } })
  })
})
