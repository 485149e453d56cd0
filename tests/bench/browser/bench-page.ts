import '../../../apps/web/src/engine/tt.ts'
import { wrap } from 'comlink'
import type { WorkerBench } from './bench-worker.ts'

declare global {
  /** What the driver calls: all work is done in the worker, as in the app. */
  var bench: WorkerBench
}

const worker = new Worker(new URL('./bench-worker.ts', import.meta.url), { type: 'module' })
globalThis.bench = wrap<WorkerBench>(worker)
