import { utf8ToBytes } from '@salus/base'
import { type LabResult, decodeLabResult, loadCatalogue } from '@salus/domain'
import type { ImportPlan } from './import-plan.ts'
import { planImport } from './plan-import.ts'

/* What the tests of this package share: small FHIR resources and short ways to plan their import. */

export const catalogue = await loadCatalogue()

export function planText(text: string): ImportPlan {
  const plan = planImport(utf8ToBytes(text), { catalogue })
  if (!plan.ok) throw new Error(plan.error.type)
  return plan.value
}

export function planOf(content: unknown): ImportPlan {
  return planText(JSON.stringify(content))
}

/** A haemoglobin of 14.2 g/dL, with other or further elements. */
export function observation(more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code: '718-7', display: 'Hemoglobin' }], text: 'Hb' },
    valueQuantity: { value: 14.2, unit: 'g/dL' },
    ...more,
  }
}

export function bundle(...resources: unknown[]): Record<string, unknown> {
  return { resourceType: 'Bundle', type: 'collection', entry: resources.map((resource) => ({ resource })) }
}

export function firstResult(plan: ImportPlan): LabResult {
  const [record] = plan.records
  const result = decodeLabResult(record?.fields ?? {})
  if (!result.ok) throw new Error(`${result.error.type} ${result.error.field}`)
  return result.value
}

export function problemCodes(plan: ImportPlan): string[] {
  return plan.problems.map(({ reason }) => reason.code)
}
