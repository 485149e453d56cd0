import { type ExactJson, type ExactObject, isExactArray, isExactObject } from '../json/exact-json.ts'
import { objectOf, objectsOf, textOf } from './fhir-access.ts'

/** A resource and where it stood. */
export interface FoundResource {
  readonly type: string
  readonly resource: ExactObject
  /** `file`, `entry[3]`, `line 7`, `entry[0].contained[2]`. */
  readonly where: string
  /** The `fullUrl` of its entry. */
  readonly fullUrl?: string
  /** The resource that contains it (FHIR R4, DomainResource.contained). */
  readonly container?: ExactObject
}

/**
 * Every resource of a JSON value: itself, a bundle's entries, bundles within bundles, the resources in Parameters, and
 * contained ones at any place. Bundles and Parameters are wrappers and not reported themselves. `notResource` hears of
 * entries that hold none. Depth is bounded by the JSON reader.
 */
export function* walkResources(
  value: ExactJson | undefined,
  where: string,
  notResource: (where: string) => void,
  fullUrl?: string,
): Generator<FoundResource> {
  if (isExactArray(value)) {
    for (const [index, item] of value.entries()) yield* walkResources(item, placeIn(where, `[${index}]`), notResource)
    return
  }
  const type = isExactObject(value) ? resourceTypeOf(value) : undefined
  if (!isExactObject(value) || type === undefined) {
    notResource(where)
    return
  }
  if (type === 'Bundle') {
    yield* walkEntries(value, where, notResource)
  } else if (type === 'Parameters') {
    yield* walkParameters(value, where, notResource)
  } else {
    yield { type, resource: value, where, ...(fullUrl === undefined ? {} : { fullUrl }) }
    yield* walkContained(value, where, notResource)
  }
}

function* walkEntries(
  bundle: ExactObject,
  where: string,
  notResource: (where: string) => void,
): Generator<FoundResource> {
  for (const [index, entry] of objectsOf(bundle, 'entry').entries()) {
    const place = placeIn(where, `entry[${index}]`)
    const resource = entry.get('resource')
    // A deletion or a response carries no resource and nothing to write (R4 Bundle, bdl-3 and bdl-4).
    if (resource === undefined && (entry.has('request') || entry.has('response'))) continue
    yield* walkResources(resource, place, notResource, textOf(entry, 'fullUrl'))
  }
}

function* walkParameters(
  parameters: ExactObject,
  where: string,
  notResource: (where: string) => void,
): Generator<FoundResource> {
  for (const name of ['parameter', 'part']) {
    for (const [index, parameter] of objectsOf(parameters, name).entries()) {
      const place = placeIn(where, `${name}[${index}]`)
      const resource = objectOf(parameter, 'resource')
      if (resource !== undefined) yield* walkResources(resource, place, notResource)
      yield* walkParameters(parameter, place, notResource)
    }
  }
}

function* walkContained(
  container: ExactObject,
  where: string,
  notResource: (where: string) => void,
): Generator<FoundResource> {
  for (const [index, resource] of objectsOf(container, 'contained').entries()) {
    const place = placeIn(where, `contained[${index}]`)
    const type = resourceTypeOf(resource)
    if (type === undefined) notResource(place)
    else yield { type, resource, where: place, container }
  }
}

/** FHIR's type names are short and of letters (R4 "Resource list"); anything else names none. */
function resourceTypeOf(resource: ExactObject): string | undefined {
  const type = textOf(resource, 'resourceType')
  return type !== undefined && /^[A-Z][A-Za-z]{0,63}$/.test(type) ? type : undefined
}

function placeIn(where: string, part: string): string {
  return where === 'file' ? part : `${where}.${part}`
}
