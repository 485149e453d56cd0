/** Domain separation of the signatures that a relay checks. The labels of keys are in packages/crypto. */
export const SIGNATURE_LABELS = {
  /** A core entry (V5). */
  core: 'salus/v1/core',
  /** A batch (V20). */
  batch: 'salus/v1/batch-sig',
  /** Possession of a device's core key at its enrolment (V9). */
  enrol: 'salus/v1/enrol',
  /** A token request (S2). */
  auth: 'salus/v1/auth',
} as const
