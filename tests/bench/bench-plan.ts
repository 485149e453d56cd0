import type { GridSize } from './grid-workload.ts'

/** How many records a bench writes, and how its name says so. */
export interface BenchSize {
  readonly label: string
  readonly count: number
}

/** What to measure and how thoroughly. */
export interface BenchPlan {
  /** Names or beginnings of names; undefined measures everything. */
  readonly only: readonly string[] | undefined
  readonly sizes: readonly BenchSize[]
  /** Of the labs grid in the built app. */
  readonly grids: readonly GridSize[]
  /** Times that each long measure is taken. */
  readonly tries: number
  /** Live edits that are counted. */
  readonly edits: number
  /** How long each of the relay's closed loops runs. */
  readonly relaySeconds: number
}

/** Once, ten times, a hundred times: what grows faster than the records shows. */
export const BENCH_SIZES: readonly BenchSize[] = [
  { label: '1k', count: 1_000 },
  { label: '10k', count: 10_000 },
  { label: '100k', count: 100_000 },
]

/** @param name empty for what this plan doesn't have */
export function isWanted(plan: BenchPlan, name: string): boolean {
  if (name === '') return false
  return plan.only === undefined || plan.only.some((wanted) => name === wanted || name.startsWith(`${wanted}-`))
}
