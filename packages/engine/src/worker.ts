import * as Comlink from 'comlink'
import { systemRandom } from '@salus/base'
import { createBrowserPlatform } from './browser-platform.ts'
import { createEngine } from './engine.ts'
import { guarded } from './guarded.ts'
import type { EngineStart } from './kdf-call.ts'

/**
 * Starts the engine in this worker with the port that the page sends first, and answers the page through Comlink. That
 * speaks over the worker itself: over a port of its own WebKitGTK now and then lost what was said.
 */
export function startEngineWorker(): void {
  addEventListener(
    'message',
    ({ data: { kdf } }: MessageEvent<EngineStart>) => {
      kdf.start()
      const engine = createEngine(createBrowserPlatform(kdf))
      Comlink.expose(
        guarded(engine, systemRandom, (id, error) => {
          // eslint-disable-next-line no-console -- it reaches the person's own browser and nobody else
          console.error(`Salus internal error ${id}`, error)
        }),
      )
    },
    { once: true },
  )
}
