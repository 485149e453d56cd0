/** A FHIR R4 bundle of this many results, no two alike; `first` is the number of the first. */
export function bundleOf(count: number, first = 0): string {
  return JSON.stringify({
    resourceType: 'Bundle',
    type: 'collection',
    entry: numbers(count).map((n) => ({ resource: observation(first + n) })),
  })
}

export function ndjsonOf(count: number): string {
  return numbers(count)
    .map((n) => `${JSON.stringify(observation(n))}\n`)
    .join('')
}

export function observation(n: number): Record<string, unknown> {
  return {
    resourceType: 'Observation',
    id: `o${n}`,
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code: '2986-8' }], text: 'Testosterone' },
    effectiveDateTime: `20${String(10 + (n % 15)).padStart(2, '0')}-03-${String(1 + (n % 28)).padStart(2, '0')}`,
    valueQuantity: { value: 200 + n, unit: 'ng/dL', system: 'http://unitsofmeasure.org', code: 'ng/dL' },
  }
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index)
}
