import { type Bytes, type Result, err, ok } from '@salus/base'

/** Least memory, 64 MiB (RFC 9106 §4, second recommended option). Weaker slots are refused whoever wrote them. */
export const KDF_MEMORY_KIB_MIN = 65_536
/** Most memory, 1 GiB: a slot that asks for more is an attempt to exhaust the device. */
export const KDF_MEMORY_KIB_MAX = 1_048_576
/** Fewest passes (RFC 9106 §4, second recommended option). */
export const KDF_ITERATIONS_MIN = 3
export const KDF_ITERATIONS_MAX = 10
/** Bytes of salt: 16 (RFC 9106 §3.1). */
export const KDF_SALT_BYTES = 16
/** Bytes derived. */
export const KDF_OUTPUT_BYTES = 32

/** Argon2id's cost as a keystore slot states it (V32). */
export interface KdfParameters {
  readonly memoryKiB: number
  readonly iterations: number
  readonly parallelism: 1
}

/** `KdfUnsupported`: a number that is no whole number, or more lanes than the one that SALUS1 uses. */
export interface KdfRefused {
  readonly type: 'KdfBelowFloor' | 'KdfAboveCeiling' | 'KdfUnsupported'
}

/** What is stretched and how: see `argon2id` in the package's `./argon2id` entry. */
export interface Argon2idInput extends KdfParameters {
  readonly passphrase: Bytes
  /** {@link KDF_SALT_BYTES} random bytes. */
  readonly salt: Bytes
  /** Bytes wanted. */
  readonly length: typeof KDF_OUTPUT_BYTES
}

/** Argon2id (RFC 9106), as the engine is given it: the work itself runs in a worker of its own. */
export type DeriveArgon2id = (input: Argon2idInput) => Promise<Bytes>

/** Checks parameters that come from a file or another device, before a byte is derived with them. */
export function checkKdfParameters(stated: {
  readonly memoryKiB: number
  readonly iterations: number
  readonly parallelism: number
}): Result<KdfParameters, KdfRefused> {
  const { memoryKiB, iterations, parallelism } = stated
  if (!Number.isSafeInteger(memoryKiB) || !Number.isSafeInteger(iterations)) return err({ type: 'KdfUnsupported' })
  if (parallelism !== 1) return err({ type: 'KdfUnsupported' })
  if (memoryKiB < KDF_MEMORY_KIB_MIN || iterations < KDF_ITERATIONS_MIN) return err({ type: 'KdfBelowFloor' })
  if (memoryKiB > KDF_MEMORY_KIB_MAX || iterations > KDF_ITERATIONS_MAX) return err({ type: 'KdfAboveCeiling' })
  return ok({ memoryKiB, iterations, parallelism: 1 })
}
