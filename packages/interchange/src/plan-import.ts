import { type Result, err, ok } from '@salus/base'
import { detectFormat } from './detect.ts'
import { type FhirPlanOptions, planFhirJson, planFhirNdjson } from './fhir/plan-fhir.ts'
import type { ImportError } from './import-error.ts'
import type { ImportPlan } from './import-plan.ts'

/** What {@link planImport} needs besides the file: the catalogue, and for the records' source the file's hash and the import's id. */
export type ImportOptions = FhirPlanOptions

/** Reads a file and says what importing it would write and why the rest is not. Writes nothing, never throws. */
export function planImport(bytes: Uint8Array, options: ImportOptions): Result<ImportPlan, ImportError> {
  const detected = detectFormat(bytes)
  if (!detected.ok) return err(detected.error)
  switch (detected.value.format) {
    case 'fhir-json':
      return ok(planFhirJson(detected.value.value, options))
    case 'fhir-ndjson':
      return ok(planFhirNdjson(detected.value.text, options))
  }
}
