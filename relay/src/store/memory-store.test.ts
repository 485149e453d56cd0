import { systemRandom } from '@salus/base'
import { relayStoreContract } from './contract.ts'
import { MemoryStore } from './memory-store.ts'

relayStoreContract('The relay store in memory', () => new MemoryStore(systemRandom))
