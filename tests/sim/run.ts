/**
 * `npm run sim -- --seeds N`: the simulator for longer than `npm test` has time. `--ops N` throws N dice a run, `--devices N`
 * begins with N devices, `--from N` with that seed, `--real` takes the vault's cryptography over the relay's own app.
 * What fails is printed as a line for named-seeds.ts.
 */
import { parseArgs } from 'node:util'
import { say } from '../runner/command.ts'
import { ATTACK_NAMES, attackSeed } from './attack-seed.ts'
import { copiedDiskSeed } from './copied-disk.ts'
import { makePlainVault } from './plain-sim-vault.ts'
import { makeRealVault } from './real-sim-vault.ts'
import { DEVICES_MAX, INVARIANTS, type SimOptions, simulate } from './simulation.ts'
import type { SimVault } from './sim-vault.ts'

const SEEDS = 1_000
const OPS = 500
/** Attacks on one vault in step, for each seed of these. */
const ATTACKED_PERCENT = 10

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    ops: { type: 'string' },
    devices: { type: 'string' },
    from: { type: 'string' },
    real: { type: 'boolean' },
  },
})
const seeds = Number(values.seeds ?? SEEDS)
const steps = Number(values.ops ?? OPS)
const from = Number(values.from ?? 1)
const devices = values.devices === undefined ? undefined : Number(values.devices)
const isSound = [seeds, steps, from].every((number) => Number.isSafeInteger(number) && number > 0)
if (!isSound || (devices !== undefined && !(devices >= 2 && devices <= DEVICES_MAX))) {
  process.stderr.write(
    `usage: npm run sim -- [--seeds N] [--ops N] [--devices 2 to ${String(DEVICES_MAX)}] [--from N] [--real]\n`,
  )
  process.exit(2)
}

say(`each run, once all is quiet:\n${INVARIANTS.map((invariant) => `- ${invariant}`).join('\n')}`)
let [passed, failed, saved, crashes] = [0, 0, 0, 0]

const failedAt = (seed: number, failure: unknown): void => {
  failed++
  const reason = failure instanceof Error ? failure.message : String(failure)
  say(`{ seed: ${String(seed)}, steps: ${String(steps)}, found: ${JSON.stringify(reason)} },`)
}

const run = async <Vault extends SimVault>(
  seed: number,
  kind: Pick<SimOptions<Vault>, 'makeVault' | 'isSequential'>,
): Promise<void> => {
  try {
    const end = await simulate({ seed, steps, ...(devices === undefined ? {} : { devices }), ...kind })
    saved += end.acknowledged
    crashes += end.crashes
    passed++
  } catch (failure) {
    failedAt(seed, failure)
  }
}

for (let seed = from; seed < from + seeds; seed++) {
  if (values.real === true) await run(seed, { makeVault: makeRealVault, isSequential: true })
  else await run(seed, { makeVault: makePlainVault, isSequential: false })
}
for (let seed = from; values.real !== true && seed < from + (seeds * ATTACKED_PERCENT) / 100; seed++) {
  for (const name of ATTACK_NAMES) {
    try {
      await attackSeed(name, seed)
      passed++
    } catch (failure) {
      failedAt(seed, new Error(`${name}: ${failure instanceof Error ? failure.message : String(failure)}`))
    }
  }
}
for (let seed = from; values.real !== true && seed < from + (seeds * ATTACKED_PERCENT) / 100; seed++) {
  try {
    await copiedDiskSeed(seed)
    passed++
  } catch (failure) {
    failedAt(seed, new Error(`a copied disk: ${failure instanceof Error ? failure.message : String(failure)}`))
  }
}
say(`${String(saved)} commands saved, ${String(crashes)} crashes, ${String(ATTACK_NAMES.length)} kinds of attack`)
say(`${String(passed)} passed, ${String(failed)} failed`)
process.exit(failed === 0 ? 0 : 1)
