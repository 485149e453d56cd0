import './tt.ts'
import { startEngineWorker } from '@salus/engine/worker'

startEngineWorker()
