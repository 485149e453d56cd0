import { CHECK_IN_KIND } from './check-in.ts'
import { DEVICE_NAME_KIND } from './device-name.ts'
import { DOSE_KIND } from './dose.ts'
import { LAB_RESULT_KIND } from './lab-result.ts'

/** The streams that records of today's kinds are kept in. */
export type RecordCategory = 'core' | 'labs' | 'treatments' | 'journal'

/** The stream of each kind of record; an import goes with what it imported. */
export const CATEGORY_OF_KIND: ReadonlyMap<string, RecordCategory> = new Map([
  [LAB_RESULT_KIND, 'labs'],
  [DOSE_KIND, 'treatments'],
  [CHECK_IN_KIND, 'journal'],
  [DEVICE_NAME_KIND, 'core'],
])
