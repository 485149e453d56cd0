import { type ExactJson, type ExactObject, exactJsonText } from '../json/exact-json.ts'
import type { FoundResource } from './walk-resources.ts'

/** What a server or an export changes without the observation being another: version, time of the copy, narrative. */
const VOLATILE: readonly string[] = ['meta', 'text']

/** What tells one container from another. A contained resource's own id means nothing outside of it (R4 references). */
const CONTAINER_IDENTITY: readonly string[] = [
  'resourceType',
  'id',
  'identifier',
  'subject',
  'effectiveDateTime',
  'effectivePeriod',
  'issued',
]

/**
 * Canonical text of what an observation says, the same in whatever file and at whatever place it stands. Of a contained
 * one it also names the container, for there two may read alike and be two.
 */
export function observationIdentity({ resource, container }: FoundResource): string {
  const content = exactJsonText(without(resource, VOLATILE))
  if (container === undefined) return `fhir-observation\n${content}`
  return `fhir-contained-observation\n${exactJsonText(only(container, CONTAINER_IDENTITY))}\n${content}`
}

function without(object: ExactObject, names: readonly string[]): ExactObject {
  return new Map<string, ExactJson>([...object].filter(([name]) => !names.includes(name)))
}

function only(object: ExactObject, names: readonly string[]): ExactObject {
  return new Map<string, ExactJson>([...object].filter(([name]) => names.includes(name)))
}
