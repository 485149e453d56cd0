import { type Random, type Result, present } from '@salus/base'
import type { CoreState, StreamId, Suite } from '@salus/wire'
import { type CoreRecord, gatherKeys, readCore } from './core-reader.ts'
import { type WrittenEntry, enrolmentOf, writeAddDevice, writeGenesis } from './core-writer.ts'
import { type Device, createDevice } from './device.ts'
import type { Keyring } from './keyring.ts'
import { createKitEntropy, kitDevice } from './recovery-kit.ts'
import { seededRandom } from './seeded-random-for-tests.ts'

/** A vault as its first device sees it; tests put entries after it. */
export interface TestVault {
  readonly random: Random
  readonly device: Device
  readonly kit: Device
  readonly records: CoreRecord[]
  readonly keyring: Keyring
  readonly core: CoreState
  readonly stream: StreamId
}

/** The value of a result that the test takes for granted. */
export function valueOf<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(`not ok: ${JSON.stringify(result.error)}`)
  return result.value
}

/** The state after these entries; throws where a rule refuses one. */
export function coreOf(records: readonly CoreRecord[], from?: CoreState): CoreState {
  return present(valueOf(readCore(records, from)), 'a log of one entry and more has a state')
}

export async function createTestVault(seed: string, suite: Suite = 1): Promise<TestVault> {
  const random = seededRandom(seed)
  const device = createDevice(random)
  const kit = kitDevice(createKitEntropy(random))
  const { written, keyring } = valueOf(await writeGenesis(device, kit, suite, random))
  const core = coreOf([written])
  return {
    random,
    device,
    kit,
    records: [written],
    keyring,
    core,
    stream: present([...core.streams.keys()][0], 'streams'),
  }
}

/** Enrols a device with these streams, all by default. */
export async function addDevice(
  vault: TestVault,
  device: Device,
  streams?: readonly StreamId[],
): Promise<TestVault & { readonly written: WrittenEntry }> {
  const all = enrolmentOf(vault.core, device)
  const enrolment = { ...all, streams: streams ?? all.streams }
  const written = valueOf(await writeAddDevice(vault.core, vault.keyring, enrolment, vault.device, vault.random))
  return { ...vault, written, records: [...vault.records, written], core: coreOf([written], vault.core) }
}

/** The keys that a holder finds in the log. */
export async function keysOf(vault: Pick<TestVault, 'records' | 'core'>, holder: Device): Promise<Keyring> {
  return valueOf(await gatherKeys(vault.records, vault.core, holder))
}
