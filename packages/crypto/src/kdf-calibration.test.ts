import { epochMs } from '@salus/base'
import { describe, expect, it } from 'vitest'
import { KDF_CALIBRATION_MS, calibrateKdfWith } from './kdf-calibration.ts'
import { type Argon2idInput, checkKdfParameters } from './kdf-parameters.ts'

describe('calibrateKdfWith (V32)', () => {
  it.each([
    ['a fast computer ends at 256 MiB', false, 1, 256],
    ['a fast phone ends at 128 MiB', true, 1, 128],
    ['a slow device keeps the floor', false, KDF_CALIBRATION_MS / 64, 64],
    ['just under 700 ms at the floor doubles once', false, (KDF_CALIBRATION_MS - 1) / 64, 128],
    ['just under 700 ms at 128 MiB doubles twice', false, (KDF_CALIBRATION_MS - 1) / 128, 256],
    ['700 ms at 128 MiB stays there', false, KDF_CALIBRATION_MS / 128, 128],
  ])('%s', async (_, isPhone, msPerMiB, memoryMiB) => {
    const device = deviceOf(msPerMiB)
    const parameters = await calibrateKdfWith({ ...device, isPhone })
    expect(parameters).toEqual({ memoryKiB: 1024 * memoryMiB, iterations: 3, parallelism: 1 })
    expect(checkKdfParameters(parameters).ok).toBe(true)
    expect(device.derivations.length).toBeLessThanOrEqual(3)
  })

  it('memory that the device cannot give ends the doubling', async () => {
    const parameters = await calibrateKdfWith({ ...deviceOf(1, 128), isPhone: false })
    expect(parameters.memoryKiB).toBe(1024 * 128)
  })

  it('a device that cannot give the floor gets no weaker setting', async () => {
    await expect(calibrateKdfWith({ ...deviceOf(1, 32), isPhone: false })).rejects.toThrow(RangeError)
  })

  it('a clock that stands still or goes back ends at the maximum, not in a loop', async () => {
    const parameters = await calibrateKdfWith({ ...deviceOf(-5), isPhone: false })
    expect(parameters.memoryKiB).toBe(1024 * 256)
  })
})

/** A device whose derivations take time in proportion to their memory, on a clock of its own. */
function deviceOf(msPerMiB: number, memoryMiBMax = 1024) {
  let nowMs = 1_000_000
  const derivations: Argon2idInput[] = []
  return {
    clock: { nowMs: () => epochMs(nowMs) },
    derivations,
    derive: async (input: Argon2idInput) => {
      const memoryMiB = input.memoryKiB / 1024
      if (memoryMiB > memoryMiBMax) throw new RangeError('out of memory')
      derivations.push(input)
      nowMs += memoryMiB * msPerMiB
      return new Uint8Array(input.length)
    },
  }
}
