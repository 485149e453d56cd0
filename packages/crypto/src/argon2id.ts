import { argon2idAsync as nobleArgon2id } from '@noble/hashes/argon2.js'
import { type Bytes, type Clock, assert } from '@salus/base'
import { argon2id as wasmArgon2id } from 'hash-wasm'
import { calibrateKdfWith } from './kdf-calibration.ts'
import {
  type Argon2idInput,
  type DeriveArgon2id,
  KDF_MEMORY_KIB_MAX,
  KDF_OUTPUT_BYTES,
  KDF_SALT_BYTES,
  type KdfParameters,
  checkKdfParameters,
} from './kdf-parameters.ts'

/** Where to compile WebAssembly; null where an engine has none. */
export type WasmCompiler = Pick<typeof WebAssembly, 'compile'> | null

const platformWasm: WasmCompiler = typeof WebAssembly === 'undefined' ? null : WebAssembly

/**
 * Stretches a passphrase with Argon2id (RFC 9106 §3), by hash-wasm, or by noble, several times slower, where WebAssembly
 * is missing or the page's policy forbids to compile it.
 * @returns 32 bytes.
 * @throws on an empty passphrase, another salt length, and parameters that `checkKdfParameters` refuses (a caller's
 *   bug), and what the engine throws where the device cannot give the memory.
 */
export async function argon2id(input: Argon2idInput, wasm: WasmCompiler = platformWasm): Promise<Bytes> {
  assert(input.passphrase.length > 0, 'a passphrase is not empty')
  assert(input.salt.length === KDF_SALT_BYTES, 'a salt has 16 bytes')
  assert(input.length === KDF_OUTPUT_BYTES, 'Argon2id gives 32 bytes')
  assert(checkKdfParameters(input).ok, 'Argon2id parameters are between floor and ceiling')
  const derive = await chooseArgon2id(wasm)
  return derive(input)
}

/** {@link deriveWithWasm} where this compiles WebAssembly, else {@link deriveWithNoble}. */
export async function chooseArgon2id(wasm: WasmCompiler): Promise<DeriveArgon2id> {
  return (await canCompile(wasm)) ? deriveWithWasm : deriveWithNoble
}

/** {@link calibrateKdfWith} {@link argon2id} on this thread. */
export function calibrateKdf(dependencies: {
  readonly clock: Clock
  readonly isPhone: boolean
}): Promise<KdfParameters> {
  return calibrateKdfWith({ ...dependencies, derive: argon2id })
}

/** hash-wasm's, unbounded: for cross-checks with small parameters. */
export const deriveWithWasm: DeriveArgon2id = async ({ passphrase, salt, memoryKiB, iterations, length }) => {
  const key = await wasmArgon2id({
    password: passphrase,
    salt,
    memorySize: memoryKiB,
    iterations,
    parallelism: 1,
    hashLength: length,
    outputType: 'binary',
  })
  return Uint8Array.from(key)
}

/** noble's, unbounded: for cross-checks with small parameters. */
export const deriveWithNoble: DeriveArgon2id = async ({ passphrase, salt, memoryKiB, iterations, length }) =>
  nobleArgon2id(passphrase, salt, {
    m: memoryKiB,
    t: iterations,
    p: 1,
    dkLen: length,
    maxmem: 1024 * KDF_MEMORY_KIB_MAX,
  })

/** The smallest module there is: the magic number and version 1 (WebAssembly Core §5.5.16). */
const EMPTY_MODULE = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00)

async function canCompile(wasm: WasmCompiler): Promise<boolean> {
  if (wasm === null) return false
  try {
    await wasm.compile(EMPTY_MODULE)
    return true
  } catch {
    // A Content-Security-Policy without 'wasm-unsafe-eval' is a CompileError (CSP3 §4.5).
    return false
  }
}
