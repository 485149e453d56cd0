export interface VerifyReport {
  readonly batches: number
  readonly coreEntries: number
  readonly frontier: readonly {
    readonly stream: string
    readonly device: string
    readonly seq: number
    readonly hash: string
  }[]
  readonly faults: readonly string[]
}

export interface StateHashes {
  /** What the owner can see (V29). */
  readonly state: string
  /** History, tombstones and stamps too. */
  readonly log: string
}
