import '../../../apps/web/src/engine/tt.ts'
import { wrap } from 'comlink'
import type { WorkerBench } from './bench-worker.ts'
import { type LivePage, createLivePage } from './live-page.ts'

declare global {
  /** What the driver calls: all work is done in the worker, as in the app. */
  var bench: WorkerBench
  /** What has to be seen on the page itself. */
  var live: LivePage
}

const worker = new Worker(new URL('./bench-worker.ts', import.meta.url), { type: 'module' })
globalThis.bench = wrap<WorkerBench>(worker)
globalThis.live = createLivePage(globalThis.bench)
