import { engine } from '../../engine/client.ts'
import type { TypedStart } from './typed-result.svelte.ts'

/** A saved result as a form holds it; null where it is gone, or came in a shape that no form holds. */
export async function savedResult(series: string, id: string): Promise<NonNullable<TypedStart['saved']> | null> {
  const view = await engine.api.read({ name: 'series', series })
  const input = view.ok ? view.value?.results.find((result) => result.id === id)?.input : undefined
  return input === undefined || input === null ? null : { id, input }
}
