import type { CheckInScale } from './api.ts'
import type { DoseChangeView } from './view-types.ts'

/** Ratings from 1 to 5, null where there is none. */
export interface CheckInView extends Readonly<Record<CheckInScale, number | null>> {
  readonly id: string
  readonly day: string
  readonly note: string
}

/** How somebody was over time. */
export interface CheckInsView {
  /** Oldest first; of a longer journal the newest {@link CHECK_INS_MAX}. */
  readonly checkIns: readonly CheckInView[]
  /** Of all compounds, oldest first. */
  readonly doseChanges: readonly DoseChangeView[]
}

/** Ten years of days. */
export const CHECK_INS_MAX = 3_660
