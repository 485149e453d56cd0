import * as Comlink from 'comlink'
import { systemRandom } from '@salus/base'
import { createBrowserPlatform } from './browser-platform.ts'
import { createEngine } from './engine.ts'
import { guarded } from './guarded.ts'

/** Starts the engine in this worker and answers the page through Comlink. */
export function startEngineWorker(deps: { readonly createKdfWorker: () => Worker }): void {
  const engine = createEngine(createBrowserPlatform(deps.createKdfWorker))
  Comlink.expose(
    guarded(engine, systemRandom, (id, error) => {
      // eslint-disable-next-line no-console -- it reaches the person's own browser and nobody else
      console.error(`Salus internal error ${id}`, error)
    }),
  )
}
