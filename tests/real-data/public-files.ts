import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/*
 * Public files that nobody here wrote, and facts about them counted by another program. Both lie outside of the
 * repository.
 */
export const DATA_FOLDER = process.env['SALUS_REAL_DATA'] ?? join(import.meta.dirname, '../../../shared/data')
export const HAS_DATA = existsSync(join(DATA_FOLDER, 'FACTS.json'))

/** How many Observations a FHIR file holds, contained ones included. */
export interface ObservationFact {
  /** Below {@link DATA_FOLDER}. */
  readonly path: string
  readonly observations: number
}

/** The FHIR files in JSON and NDJSON, as FACTS.json counts them. */
export function observationFacts(): readonly ObservationFact[] {
  if (!HAS_DATA) return []
  // Written by another program; a wrong shape fails the tests that use it.
  const facts = JSON.parse(readFileSync(join(DATA_FOLDER, 'FACTS.json'), 'utf8')) as Record<
    string,
    { facts: { observations_top_level?: number; observations_contained?: number } }
  >
  return Object.entries(facts)
    .filter(([path]) => path.startsWith('fhir/') && /\.(json|ndjson)$/.test(path))
    .map(([path, { facts: counted }]) => ({
      path,
      observations: (counted.observations_top_level ?? 0) + (counted.observations_contained ?? 0),
    }))
}
