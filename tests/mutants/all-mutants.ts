import { BATCH_MUTANTS } from './batch-mutants.ts'
import { CORE_LOG_MUTANTS } from './core-log-mutants.ts'
import { KEY_MUTANTS } from './key-mutants.ts'
import type { Mutant } from './mutant.ts'
import { PLACEMENT_MUTANTS } from './placement-mutants.ts'
import { RELAY_MUTANTS } from './relay-mutants.ts'
import { SESSION_MUTANTS } from './session-mutants.ts'

/** Every verification step of client and relay. */
export const MUTANTS: readonly Mutant[] = [
  ...BATCH_MUTANTS,
  ...PLACEMENT_MUTANTS,
  ...SESSION_MUTANTS,
  ...CORE_LOG_MUTANTS,
  ...KEY_MUTANTS,
  ...RELAY_MUTANTS,
]
