import { describe, expect, it } from 'vitest'
import { makePlainVault } from './plain-sim-vault.ts'
import { simulate } from './simulation.ts'

/** `SALUS_SIM_SEED=n` runs one seed again. */
const ONLY = process.env['SALUS_SIM_SEED']
const seeds = (count: number): number[] => (ONLY === undefined ? Array.from({ length: count }, (_, i) => i + 1) : [Number(ONLY)])

const STEPS = 500

describe('two to four devices under drops, doubles, delays, reorder, crashes and skewed clocks', () => {
  it('200 seeds converge, lose nothing that was saved and raise no alarm', async () => {
    let [acknowledged, crashes, devices] = [0, 0, 0]
    for (const seed of seeds(200)) {
      try {
        const end = await simulate({ seed, makeVault: makePlainVault, isSequential: false, steps: STEPS })
        acknowledged += end.acknowledged
        crashes += end.crashes
        devices += end.devices.length
      } catch (failure) {
        throw new Error(`SALUS_SIM_SEED=${String(seed)}: ${failure instanceof Error ? (failure.stack ?? failure.message) : String(failure)}`, { cause: failure })
      }
    }
    console.log({ acknowledged, crashes, devices })
    expect(acknowledged).toBeGreaterThan(0)
  })
})
