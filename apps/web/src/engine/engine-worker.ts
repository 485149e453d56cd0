import './tt.ts'
import { startEngineWorker } from '@salus/engine/worker'

// The bundler finds a worker by this very expression, so it stands here and not in the engine.
startEngineWorker({
  createKdfWorker: () => new Worker(new URL('./kdf-worker.ts', import.meta.url), { type: 'module', name: 'kdf' }),
})
