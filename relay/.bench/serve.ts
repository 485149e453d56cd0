import { startRelay } from '../src/start-relay.ts'
const big = { burst: 1e6, perSecond: 1e6 }
const r = await startRelay({ port: 0, dataDir: process.argv[2]!, limits: { vaultsRate: big, authRate: big } })
console.log(r.url)
process.on('SIGTERM', () => void r.close().then(() => process.exit(0)))
