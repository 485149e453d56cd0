import './tt.ts'
import { startEngineWorker } from '@salus/engine/worker'

// WebKitGTK runs this file again when a part that is loaded later imports it; the engine that runs already is the one.
const started = globalThis as { isEngineStarted?: boolean }
if (started.isEngineStarted !== true) {
  started.isEngineStarted = true
  startEngineWorker()
}
