import { type Decimal, compareDecimals } from '../quantity/decimal.ts'

/** A dose taken, as far as its amount goes. */
export interface DoseAmountAt {
  readonly takenAtMs: number
  readonly amount: Decimal
  /** As logged: amounts in two units are never compared. */
  readonly unit: string
}

/** An amount that gave way to another, and was not taken up again at once. */
export interface DoseChange {
  /** Of the first dose with the new amount. */
  readonly atMs: number
  readonly from: Decimal
  readonly to: Decimal
  readonly unit: string
}

/** Doses in a row that make an amount the one that somebody takes: one or two may be a slip, or what the vial still held. */
export const KEPT_DOSES_MIN = 3

/**
 * Where the amount of one compound changed for good: an amount that was kept for {@link KEPT_DOSES_MIN} doses in a row
 * after another that was kept as long, both in one unit. What lies between the two and was not kept is passed over; a
 * return to the old amount is no change, and amounts that take turns are none either.
 *
 * @param doses of one compound, oldest first
 */
export function doseChanges(doses: readonly DoseAmountAt[]): DoseChange[] {
  const kept = runsOf(doses).filter((run) => run.count >= KEPT_DOSES_MIN)
  return kept.flatMap(({ first }, index) => {
    const before = kept[index - 1]?.first
    if (before === undefined || before.unit !== first.unit || isSame(before, first)) return []
    return [{ atMs: first.takenAtMs, from: before.amount, to: first.amount, unit: first.unit }]
  })
}

interface Run {
  readonly first: DoseAmountAt
  count: number
}

function runsOf(doses: readonly DoseAmountAt[]): Run[] {
  const runs: Run[] = []
  for (const dose of doses) {
    const run = runs.at(-1)
    if (run !== undefined && isSame(run.first, dose)) run.count += 1
    else runs.push({ first: dose, count: 1 })
  }
  return runs
}

function isSame(a: DoseAmountAt, b: DoseAmountAt): boolean {
  return a.unit === b.unit && compareDecimals(a.amount, b.amount) === 0
}
