import { describe, expect, it, vi } from 'vitest'
import { ATTACK_NAMES, attackSeed } from './attack-seed.ts'
import { NAMED_SEEDS } from './named-seeds.ts'
import { copiedDiskSeed } from './copied-disk.ts'
import { makePlainVault } from './plain-sim-vault.ts'
import { makeRealVault } from './real-sim-vault.ts'
import { PLANTED, simulate } from './simulation.ts'

/** `SALUS_SIM_SEED=n` runs one seed again. */
const ONLY = process.env['SALUS_SIM_SEED']
const SEEDS = 200
// Seeds take seconds; a busy machine must not make one of them fail.
vi.setConfig({ testTimeout: 180_000 })
const REAL_SEEDS = 24
const ATTACK_SEEDS = 25
const COPY_SEEDS = 40

const seedsTo = (count: number): number[] =>
  ONLY === undefined ? Array.from({ length: count }, (_, i) => i + 1) : [Number(ONLY)]

/** Runs each seed; a failure names the one that it fell on. */
async function forSeeds(seeds: readonly number[], run: (seed: number) => Promise<void>): Promise<void> {
  for (const seed of seeds) {
    try {
      await run(seed)
    } catch (failure) {
      const reason = failure instanceof Error ? (failure.stack ?? failure.message) : String(failure)
      throw new Error(`SALUS_SIM_SEED=${String(seed)} fails: ${reason}`, { cause: failure })
    }
  }
}

const plain = (seed: number, steps = 500, devices?: number) =>
  simulate({
    seed,
    steps,
    makeVault: makePlainVault,
    isSequential: false,
    ...(devices === undefined ? {} : { devices }),
  })

describe('two to four devices, with drops, doubles, delays, reorder, crashes, two tabs and skewed clocks', () => {
  it(`${String(SEEDS)} seeds converge, lose nothing that was saved and raise no alarm`, async () => {
    let [acknowledged, crashes, devices] = [0, 0, 0]
    await forSeeds(seedsTo(SEEDS), async (seed) => {
      const end = await plain(seed)
      acknowledged += end.acknowledged
      crashes += end.crashes
      devices += end.devices.length
    })
    // The dice do throw all that: a run in which nothing happens proves nothing.
    if (ONLY === undefined) {
      expect(acknowledged).toBeGreaterThan(10 * SEEDS)
      expect(crashes).toBeGreaterThan(2 * SEEDS)
      expect(devices).toBeGreaterThan(2.5 * SEEDS)
    }
  })

  it('a seed gives the same run again', async () => {
    const [first, second] = [await plain(7), await plain(7)]
    expect(second.vault.relay.batches).toEqual(first.vault.relay.batches)
    expect((await plain(8)).vault.relay.batches).not.toEqual(first.vault.relay.batches)
  })

  it(`${String(REAL_SEEDS)} seeds with the vault’s own cryptography over the relay’s own app: the same, and the relay can read nothing`, async () => {
    await forSeeds(seedsTo(REAL_SEEDS), async (seed) => {
      const { vault, acknowledged } = await simulate({ seed, steps: 450, makeVault: makeRealVault, isSequential: true })
      const bytes = Buffer.from(await vault.relayBytes())
      expect(acknowledged).toBeGreaterThan(0)
      for (const text of [PLANTED, 'takenAt', 'record-1', 'planted-passphrase']) {
        for (const encoding of ['utf8', 'utf16le'] as const) expect(bytes.includes(text, 0, encoding), text).toBe(false)
        expect(bytes.includes(Buffer.from(text).toString('base64url').slice(0, -2))).toBe(false)
      }
    })
  })

  it('the search for planted text finds it where there is no cryptography', async () => {
    const { vault } = await plain(1)
    expect(Buffer.from(await vault.relayBytes()).includes(PLANTED)).toBe(true)
  })
})

describe('a relay that attacks a vault in step', () => {
  it.each(ATTACK_NAMES)('%s: the right alarm or no effect, and no state changed', async (name) => {
    await forSeeds(seedsTo(ATTACK_SEEDS), (seed) => attackSeed(name, seed))
  })
})

describe('a disk that is set back to an earlier copy of itself', () => {
  it(`${String(COPY_SEEDS)} seeds: is retired, forks nothing, and its successor issues anew what it had not sent`, async () => {
    await forSeeds(seedsTo(COPY_SEEDS), copiedDiskSeed)
  })
})

/** They run at the length at which they failed. */
describe('seeds that found something', () => {
  it.each(NAMED_SEEDS)('seed $seed at $steps steps: $found', async ({ seed, steps, devices }) => {
    await forSeeds([seed], async () => {
      expect((await plain(seed, steps, devices)).acknowledged).toBeGreaterThan(0)
    })
  })
})
