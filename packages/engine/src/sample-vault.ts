import { bytesToBase64Url, concatBytes, utf8ToBytes } from '@salus/base'
import { KDF_ITERATIONS_MIN, KDF_MEMORY_KIB_MIN, sha256 } from '@salus/crypto'
import { CATEGORY_OF_KIND, CHECK_IN_KIND } from '@salus/domain'
import { type SamplePerson, createSample } from '@salus/domain/sample'
import { createMemoryStore } from '@salus/store/memory'
import type { Op, OpsByStream } from '@salus/sync'
import type { StreamId } from '@salus/wire'
import { checkInId } from './commands/check-in-input.ts'
import { newRecordOp } from './commands/patch-record.ts'
import { FirstRun } from './first-run.ts'
import { settleDevice } from './new-device.ts'
import type { OpenVault, OpenVaultDeps } from './open-vault.ts'
import type { EnginePlatform } from './platform.ts'
import { importedRecordId } from './record-name.ts'

const PASSPHRASE_BYTES = 24

/** What a throwaway vault is opened with: its store is memory, and its platform reaches neither disk, tab nor network. */
export type SampleDeps = Pick<OpenVaultDeps, 'platform' | 'store' | 'device' | 'state' | 'keystore' | 'daily'>

/** Makes a real vault with keys of its own that lives in memory and ends with the engine. Its passphrase is not kept. */
export async function createSampleVault(platform: EnginePlatform): Promise<SampleDeps> {
  const isolated = isolatedPlatform(platform)
  const store = createMemoryStore()
  const firstRun = new FirstRun(isolated)
  await firstRun.drawKit()
  const passphrase = bytesToBase64Url(platform.random.bytes(PASSPHRASE_BYTES))
  const made = await firstRun.create({ passphrase, deviceName: '' })
  const settled = made.ok ? await settleDevice(isolated, store, made.value) : made
  if (!settled.ok) throw new Error(`Invariant broken: no vault in memory: ${settled.error.type}`)
  return { ...settled.value, platform: isolated, store }
}

/** The ops that write a person's two years; as few batches as an import makes. */
export function sampleOps(
  vault: OpenVault,
  person: SamplePerson,
  today: string,
  zone: string,
  language = 'en',
): OpsByStream {
  const ops = new Map<StreamId, Op[]>()
  for (const { kind, seed, fields } of createSample(person, today, zone, language)) {
    const category = CATEGORY_OF_KIND.get(kind)
    if (category === undefined) throw new Error('Invariant broken: a sample is of known kinds')
    const stream = vault.streamId(category)
    const id = kind === CHECK_IN_KIND ? checkInId(seed) : importedRecordId(kind, `sample ${seed}`)
    const list = ops.get(stream) ?? []
    list.push(newRecordOp(id, kind, fields))
    ops.set(stream, list)
  }
  return ops
}

function isolatedPlatform(platform: EnginePlatform): EnginePlatform {
  return {
    ...platform,
    openStore: () => Promise.reject(new Error('Invariant broken: a sample opens no database')),
    // Nobody can try passphrases against memory that ends with this worker, so nothing is stretched.
    derive: ({ passphrase, salt }) => Promise.resolve(sha256(concatBytes(utf8ToBytes('sample '), passphrase, salt))),
    calibrateKdf: () =>
      Promise.resolve({ memoryKiB: KDF_MEMORY_KIB_MIN, iterations: KDF_ITERATIONS_MIN, parallelism: 1 }),
    fetch: () => Promise.reject(new Error('Invariant broken: a sample reaches no network')),
    openChannel: () => ({ post: () => undefined, close: () => undefined }),
    onOnline: () => undefined,
  }
}
