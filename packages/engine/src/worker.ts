import * as Comlink from 'comlink'
import { systemRandom } from '@salus/base'
import { createBrowserPlatform } from './browser-platform.ts'
import { createEngine } from './engine.ts'
import { guarded } from './guarded.ts'

/** Starts the engine in this worker and answers the page through Comlink. */
export function startEngineWorker(deps: { readonly createKdfWorker: () => Worker }): void {
  const engine = createEngine(createBrowserPlatform(deps.createKdfWorker))
  // Errors of ours name no user data; the console of the person's own browser is the only place they reach.
  Comlink.expose(
    guarded(engine, systemRandom, (id, error) => {
      console.error(`Salus internal error ${id}`, error)
    }),
  )
}
