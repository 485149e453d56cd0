import type { Bytes } from './bytes.ts'

/** Source of bytes that nobody can foresee; tests pass a seeded one. */
export interface Random {
  bytes(length: number): Bytes
}

/** The platform's generator: the only place that asks for randomness. `length` ≤ 65,536 (Web Crypto §10.1.1). */
export const systemRandom: Random = {
  bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
}
