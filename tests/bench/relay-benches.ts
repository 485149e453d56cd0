import { join } from 'node:path'
import { type BenchPlan, isWanted } from './bench-plan.ts'
import { BenchProcess } from './processes/command-channel.ts'
import type { PusherCommands } from './processes/pusher-process.ts'
import type { Measured } from './report.ts'
import { median } from './statistics.ts'
import { VaultWorld } from './vault-world.ts'

const PUSHER = join(import.meta.dirname, 'processes/pusher-process.ts')
/** Bytes of a sealed batch beside its ciphertext, and of its frame. */
const AROUND_BYTES = 4 + 179 + 32 + 64

/** Not counted: the engine compiles what it runs often. */
const WARM_UP_SECONDS = 1

interface RelayBench {
  readonly name: string
  readonly clients: number
  readonly ciphertextBytes: number
  readonly what: string
}

/** W4: closed loops of clients with vaults of their own, signatures verified, one listener a vault. */
export const RELAY_BENCHES: readonly RelayBench[] = [
  { name: 'relay-50', clients: 50, ciphertextBytes: 512 + 16, what: 'one change' },
  { name: 'relay-batch', clients: 32, ciphertextBytes: 30_000 - AROUND_BYTES, what: '30 kB of 100 ops' },
]

export async function measureRelay(plan: BenchPlan, emit: (measured: Measured) => void): Promise<void> {
  for (const bench of RELAY_BENCHES) if (isWanted(plan, bench.name)) await measureOne(plan, bench, emit)
}

async function measureOne(plan: BenchPlan, bench: RelayBench, emit: (measured: Measured) => void): Promise<void> {
  const { name, clients, ciphertextBytes, what } = bench
  const seconds = plan.relaySeconds
  const world = await VaultWorld.start()
  const pusher = new BenchProcess<PusherCommands>(PUSHER)
  try {
    const invites = await Promise.all(Array.from({ length: clients }, () => world.relay.call('invite')))
    const floor = await pusher.call('floor', world.floorUrl, clients, seconds, ciphertextBytes + AROUND_BYTES)
    await pusher.call('enter', world.url, invites)
    await pusher.call('push', WARM_UP_SECONDS, ciphertextBytes)
    const cpuBeforeMs = await world.relay.call('cpuMs')
    const pushed = await pusher.call('push', seconds, ciphertextBytes)
    const cpuMs = (await world.relay.call('cpuMs')) - cpuBeforeMs
    await pusher.call('leave')
    emit({
      name,
      workload: `${clients} clients push ${what} each, durable, verified, one listener a vault`,
      unit: 'acks/s',
      samples: pushed.perSecond,
      floor: { what: 'kept unseen, a commit each', value: median(floor.perSecond) },
      details: { p95Ms: pushed.p95Ms, cpuMsEach: cpuMs / pushed.acknowledged },
    })
  } finally {
    await pusher.end()
    await world.stop()
  }
}
