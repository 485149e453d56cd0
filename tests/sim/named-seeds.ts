/** A run that once failed, at the length at which it did, and what it found. */
export interface NamedSeed {
  readonly seed: number
  readonly steps: number
  readonly devices?: number
  readonly found: string
}

/** Every seed that ever found something stays here. */
export const NAMED_SEEDS: readonly NamedSeed[] = [
  {
    seed: 3,
    steps: 500,
    found:
      'a tab with an older core log went on from a batch of a tab with a newer one: the relay refused the chain for good',
  },
  {
    seed: 63,
    steps: 500,
    found: 'a command that was written while the outbox was read seemed to be lost by the relay: false Rollback',
  },
  { seed: 1019, steps: 1_500, found: 'a tab whose core entry another had stored first never read it: false Gap' },
  { seed: 1048, steps: 1_500, found: 'the same on both streams' },
]
