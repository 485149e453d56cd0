import { present } from '@salus/base'
import { describe, expect, it, vi } from 'vitest'
import { ATTACKS } from './attacks.ts'
import { Dice } from './dice.ts'
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

const plain = (seed: number, steps = 500) => simulate({ seed, steps, makeVault: makePlainVault, isSequential: false })

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
  it.each(Object.entries(ATTACKS))('%s ends in the right alarm or in no effect', async (_name, attack) => {
    await forSeeds(seedsTo(ATTACK_SEEDS), async (seed) => {
      const { vault, devices } = await plain(seed, 250)
      const dice = new Dice(seed ^ 0x77)
      const writer = dice.pick(devices)
      const victim = dice.pick(devices.filter((device) => device !== writer))
      const scene = { relay: vault.relay, dice, stream: present(vault.streams[0], 'a stream'), writer, victim }
      const tab = present(victim.tabs[0], 'a device that runs')
      await attack.play(scene)
      const types = (await victim.store.alarms()).map((alarm) => alarm.id.split('/')[0] ?? '')
      expect(types.length > 0, 'is caught').toBe(attack.alarms.length > 0)
      expect(attack.alarms).toEqual(expect.arrayContaining(types))
      expect(tab.replica.stream(scene.stream).records.get('forged')).toBeUndefined()
      vault.relay.malice = {}
      if (!attack.isHealed) return
      for (let round = 0; round < 2; round++)
        for (const device of devices) await present(device.tabs[0], 'a device that runs').session.full()
      const states = devices.map((device) => device.hashes(present(device.tabs[0], 'a device that runs')))
      expect(new Set(states.map((hashes) => JSON.stringify(hashes))).size).toBe(1)
    })
  })
})

/** Seeds that once failed, each with what it found. They run at the length at which they failed. */
describe('seeds that found something', () => {
  it.each([
    [
      3,
      500,
      'a tab with an older core log went on from a batch of a tab with a newer one: the relay refused the chain for good',
    ],
    [63, 500, 'a command that was written while the outbox was read seemed to be lost by the relay: false Rollback'],
    [1019, 1_500, 'a tab whose core entry another had stored first never read it: false Gap'],
    [1048, 1_500, 'the same on both streams'],
  ])('seed %i at %i steps: %s', async (seed, steps) => {
    await forSeeds([seed], async () => {
      expect((await plain(seed, steps)).acknowledged).toBeGreaterThan(0)
    })
  })
})
