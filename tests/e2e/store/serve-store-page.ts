import { createServer } from 'node:http'
import { join } from 'node:path'
import { build } from 'vite'

export interface StoreSite {
  readonly url: string
  close(): Promise<void>
}

const HTML =
  '<!doctype html><html lang="en"><meta charset="utf-8"><title>Store</title><script type="module" src="/page.js"></script></html>'

/** Bundles `page.ts` in memory and serves it on a free port of this machine. */
export async function serveStorePage(): Promise<StoreSite> {
  const script = await bundlePage()
  const server = createServer((request, response) => {
    const isScript = request.url === '/page.js'
    response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html; charset=utf-8' })
    response.end(isScript ? script : HTML)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return {
    url: `http://localhost:${address.port}/`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function bundlePage(): Promise<string> {
  const result = await build({
    root: import.meta.dirname,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      target: 'es2024',
      rolldownOptions: {
        input: join(import.meta.dirname, 'page.ts'),
        output: { entryFileNames: 'page.js', codeSplitting: false },
      },
    },
  })
  const outputs = 'output' in result ? result.output : []
  const [chunk] = outputs
  if (chunk?.type !== 'chunk' || outputs.length !== 1) throw new Error('the page is one script')
  return chunk.code
}
