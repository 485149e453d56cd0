import type { LabResultInput } from '@salus/engine/api'

/** What a form for a result begins with; the rest is empty. */
export type ResultStart = Partial<Omit<LabResultInput, 'zone' | 'isDecimalConfirmed' | 'isImplausibleConfirmed'>>
