import { present } from '@salus/base'
import { ATTACKS } from './attacks.ts'
import { Dice } from './dice.ts'
import { makePlainVault } from './plain-sim-vault.ts'
import { must, simulate } from './simulation.ts'

/** Steps of the honest run that makes the vault which is then attacked. */
const STEPS_BEFORE = 250

export const ATTACK_NAMES = Object.keys(ATTACKS)

/**
 * One attack on a vault in step: the right alarm or no effect, nothing forged is taken, and where the relay only withheld
 * or bent, honest answers make all good.
 */
export async function attackSeed(name: string, seed: number): Promise<void> {
  const attack = present(ATTACKS[name], 'an attack')
  const { vault, devices } = await simulate({
    seed,
    steps: STEPS_BEFORE,
    makeVault: makePlainVault,
    isSequential: false,
  })
  const dice = new Dice(seed ^ 0x77)
  const writer = dice.pick(devices)
  const victim = dice.pick(devices.filter((device) => device !== writer))
  const scene = { relay: vault.relay, dice, stream: present(vault.streams[0], 'a stream'), writer, victim }
  const tab = present(victim.tabs[0], 'a device that runs')
  await attack.play(scene)
  const types = (await victim.store.alarms()).map((alarm) => alarm.id.split('/')[0] ?? '')
  must(types.length > 0 === attack.alarms.length > 0, `alarms: ${types.join(' ')}`)
  for (const type of types) must(attack.alarms.includes(type), `a false alarm: ${type}`)
  must(!tab.replica.stream(scene.stream).records.has('forged'), 'what was forged is taken')
  vault.relay.malice = {}
  if (!attack.isHealed) return
  for (let round = 0; round < 2; round++)
    for (const device of devices) await present(device.tabs[0], 'a device that runs').session.full()
  const states = devices.map((device) => device.hashes(present(device.tabs[0], 'a device that runs')))
  must(new Set(states.map((hashes) => JSON.stringify(hashes))).size === 1, 'states differ after honest answers')
}
