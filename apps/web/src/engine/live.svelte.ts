import type { Query, QueryName, QueryViews } from '@salus/engine/view-types'
import { untrack } from 'svelte'
import { missingViews } from '../state/missing-views.svelte.ts'
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
  let tries = $state(0)
  const askAgain = (): void => void tries++
  let value = $state.raw<QueryViews[Name] | undefined>(undefined)

  $effect(() => {
    const { api } = engine
    let isOver = false
    value = undefined
    void tries
    const show = (view: QueryViews[Name]): void => {
      if (isOver) return
      value = view
      missingViews.remove(askAgain)
    }
    const subscription = api.subscribe(query(), show, () => {
      if (!isOver) missingViews.add(askAgain)
    })
    return () => {
      isOver = true
      untrack(() => missingViews.remove(askAgain))
      void subscription.then((id) => api.unsubscribe(id))
    }
  })

  return {
    get value() {
      return value
    },
  }
}
