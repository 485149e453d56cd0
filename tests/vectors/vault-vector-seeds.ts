import type { Random } from '@salus/base'
import { seededRandom } from '../../packages/vault/src/seeded-random-for-tests.ts'

/** The randomness of the vault's vectors: generator and test draw the same bytes. */
export const vaultVectorRandom = (what: string): Random => seededRandom(`tests/vectors/vault ${what}`)
