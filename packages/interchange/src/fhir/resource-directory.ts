import type { ExactObject } from '../json/exact-json.ts'
import { objectsOf, textOf } from './fhir-access.ts'
import type { FoundResource } from './walk-resources.ts'

/** Finds resources of the same file by reference (R4 references, and Bundle "resolving references"). */
export class ResourceDirectory {
  readonly #byUrl = new Map<string, ExactObject>()
  readonly #containerOf = new Map<ExactObject, ExactObject>()

  add({ type, resource, fullUrl, container }: FoundResource): void {
    if (container !== undefined) {
      this.#containerOf.set(resource, container)
      return
    }
    const id = textOf(resource, 'id')
    if (fullUrl !== undefined) this.#byUrl.set(fullUrl, resource)
    if (id !== undefined) this.#byUrl.set(`${type}/${id}`, resource)
  }

  /** A reference from `from`: `#id` within its container or itself, `Type/id`, an absolute or a `urn:uuid:` URL. */
  find(reference: string, from: ExactObject): ExactObject | undefined {
    if (!reference.startsWith('#')) return this.#byUrl.get(reference)
    const container = this.#containerOf.get(from) ?? from
    return objectsOf(container, 'contained').find((resource) => `#${textOf(resource, 'id') ?? ''}` === reference)
  }
}
