import { createServer } from 'node:http'

export interface StillPage {
  /** Address with a trailing slash. */
  readonly url: string
  close(): Promise<void>
}

/** Serves one HTML page on a free port of this machine, for proving a harness without the app. */
export async function serveStillPage(html: string): Promise<StillPage> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
    response.end(html)
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

/** A page with one labelled field, whose text a button shows. */
export const GREETING_PAGE = `<!doctype html><html lang="en"><title>Greeting</title><body><main>
<h1>Greeting</h1><label>Name <input id="name"></label><button type="button">Greet</button><p id="greeting"></p></main>
<script>document.querySelector('button').onclick = () => {
  document.getElementById('greeting').textContent = 'Hello, ' + document.getElementById('name').value
}</script></body></html>`
