import { rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DatabaseSync } from 'node:sqlite'

/** Most bytes that one answer gives. */
const BLOB_BYTES_MAX = 64 * 1024 * 1024

/**
 * As little of a server as there can be, for floors: `GET /?bytes=N` gives N bytes, `POST /` swallows a body, and
 * `POST /?durable=1` keeps it in SQLite with a flush before it answers.
 */
export async function startFloorServer(databasePath: string): Promise<{ readonly url: string; close(): void }> {
  const database = new DatabaseSync(databasePath)
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE kept (body BLOB NOT NULL) STRICT')
  const keep = database.prepare('INSERT INTO kept (body) VALUES (?)')
  const blob = new Uint8Array(BLOB_BYTES_MAX)
  for (let start = 0; start < blob.length; start += 65_536) crypto.getRandomValues(blob.subarray(start, start + 65_536))
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://floor')
    const headers = {
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Headers': '*',
      'Cache-Control': 'no-store',
    }
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      if (searchParams.has('durable')) keep.run(Buffer.concat(chunks))
      const bytes = Math.min(Number(searchParams.get('bytes') ?? 0), BLOB_BYTES_MAX)
      response.writeHead(200, { ...headers, 'Content-Length': bytes })
      response.end(blob.subarray(0, bytes))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server that listens on a port has an address with one.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.close()
      server.closeAllConnections()
      database.close()
      for (const suffix of ['', '-wal', '-shm']) rmSync(`${databasePath}${suffix}`, { force: true })
    },
  }
}
