import { FILE_TARGETS } from './file-targets.ts'
import type { FuzzTarget } from './fuzz-target.ts'
import { NETWORK_TARGETS } from './network-targets.ts'
import { VAULT_TARGETS } from './vault-targets.ts'
import { WIRE_TARGETS } from './wire-targets.ts'

/** Every reader of bytes from outside. */
export const FUZZ_TARGETS: readonly FuzzTarget[] = [
  ...WIRE_TARGETS,
  ...VAULT_TARGETS,
  ...FILE_TARGETS,
  ...NETWORK_TARGETS,
]
