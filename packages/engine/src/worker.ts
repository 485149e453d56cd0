import * as Comlink from 'comlink'
import { systemRandom } from '@salus/base'
import { createBrowserPlatform } from './browser-platform.ts'
import { createEngine } from './engine.ts'
import { guarded } from './guarded.ts'
import type { EnginePorts } from './kdf-call.ts'

/** Starts the engine in this worker on the ports that the page sends first, and answers the page through Comlink. */
export function startEngineWorker(): void {
  addEventListener(
    'message',
    ({ data: { api, kdf } }: MessageEvent<EnginePorts>) => {
      kdf.start()
      const engine = createEngine(createBrowserPlatform(kdf))
      Comlink.expose(
        guarded(engine, systemRandom, (id, error) => {
          // eslint-disable-next-line no-console -- it reaches the person's own browser and nobody else
          console.error(`Salus internal error ${id}`, error)
        }),
        api,
      )
    },
    { once: true },
  )
}
