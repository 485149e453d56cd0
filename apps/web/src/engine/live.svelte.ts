import type { Query, QueryName, QueryViews } from '@salus/engine/view-types'
import { engine } from './client.ts'

/** What a query answers now, and again after each change; undefined until the first answer. */
export interface Live<Name extends QueryName> {
  readonly value: QueryViews[Name] | undefined
}

/**
 * Subscribes for as long as the component lives, and anew when the query changes. To be called while a component is
 * being set up. The query is a function so that it may read runes.
 */
export function live<Name extends QueryName>(query: () => Query<Name>): Live<Name> {
  let value = $state.raw<QueryViews[Name] | undefined>(undefined)

  $effect(() => {
    const { api } = engine
    let isOver = false
    value = undefined
    const subscription = api.subscribe(query(), (view) => {
      if (!isOver) value = view
    })
    return () => {
      isOver = true
      void subscription.then((id) => api.unsubscribe(id))
    }
  })

  return {
    get value() {
      return value
    },
  }
}
