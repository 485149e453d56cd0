import type { Clock } from '@salus/base'
import {
  type DeriveArgon2id,
  KDF_ITERATIONS_MIN,
  KDF_MEMORY_KIB_MIN,
  KDF_OUTPUT_BYTES,
  KDF_SALT_BYTES,
  type KdfParameters,
} from './kdf-parameters.ts'

/** Memory is doubled while one derivation takes less than this. */
export const KDF_CALIBRATION_MS = 700
/** Where doubling ends: 256 MiB, 128 MiB on phones, so that an unlock does not get the page killed. */
export const KDF_CALIBRATED_MEMORY_KIB_MAX = 262_144
export const KDF_CALIBRATED_MEMORY_KIB_MAX_ON_PHONE = 131_072

/**
 * The cost for a new passphrase slot on this device (V32): from the floor on, memory doubles while one derivation
 * stays under {@link KDF_CALIBRATION_MS}. At most four derivations. A size that the device cannot give ends it as well.
 * @param derive the Argon2id that will open the slot, on the thread where it will run.
 * @throws what `derive` throws at the floor, below which nothing is allowed.
 */
export async function calibrateKdfWith(dependencies: {
  readonly clock: Clock
  readonly isPhone: boolean
  readonly derive: DeriveArgon2id
}): Promise<KdfParameters> {
  const { clock, isPhone, derive } = dependencies
  const memoryKiBMax = isPhone ? KDF_CALIBRATED_MEMORY_KIB_MAX_ON_PHONE : KDF_CALIBRATED_MEMORY_KIB_MAX
  let parameters = withMemory(KDF_MEMORY_KIB_MIN)
  let elapsedMs = await timeOf(clock, derive, parameters)
  while (elapsedMs < KDF_CALIBRATION_MS && 2 * parameters.memoryKiB <= memoryKiBMax) {
    const doubled = withMemory(2 * parameters.memoryKiB)
    try {
      elapsedMs = await timeOf(clock, derive, doubled)
    } catch {
      // The device cannot give this much memory; what it just gave stands.
      return parameters
    }
    parameters = doubled
  }
  return parameters
}

function withMemory(memoryKiB: number): KdfParameters {
  return { memoryKiB, iterations: KDF_ITERATIONS_MIN, parallelism: 1 }
}

async function timeOf(clock: Clock, derive: DeriveArgon2id, parameters: KdfParameters): Promise<number> {
  const startMs = clock.nowMs()
  await derive({
    ...parameters,
    passphrase: new Uint8Array(1),
    salt: new Uint8Array(KDF_SALT_BYTES),
    length: KDF_OUTPUT_BYTES,
  })
  return clock.nowMs() - startMs
}
