import { Hono } from 'hono'
import { createAdaptorServer } from '@hono/node-server'
import { DatabaseSync } from 'node:sqlite'
const db = new DatabaseSync(process.argv[2] + '/f.sqlite')
db.exec('PRAGMA journal_mode=WAL'); db.exec('PRAGMA synchronous=FULL')
db.exec('CREATE TABLE b (id INTEGER PRIMARY KEY, m TEXT, n INTEGER, bytes BLOB)'); db.exec('CREATE INDEX bi ON b (m, n)')
const ins = db.prepare('INSERT INTO b (m, n, bytes) VALUES (?, ?, ?)')
let q: (() => void)[] = [], res: (() => void)[] = [], n = 0
const app = new Hono()
app.post('/v1/streams/:s/batches', async (c) => {
  const body = new Uint8Array(await c.req.raw.arrayBuffer())
  const s = c.req.param('s')
  await new Promise<void>((r) => { if (q.length === 0) setImmediate(() => { const a = q, b = res; q = []; res = []; db.exec('BEGIN'); for (const f of a) f(); db.exec('COMMIT'); for (const f of b) f() }); q.push(() => ins.run(s, n++, body)); res.push(r) })
  return c.body('{"cursor":"x"}')
})
const server = createAdaptorServer({ fetch: app.fetch })
server.listen(0, '127.0.0.1', () => console.log('http://127.0.0.1:' + (server.address() as any).port))
