import { type RequestOptions, request } from 'node:https'
import type { MachineView } from './machine-names.ts'

/** A machine of a home network as the platform describes it. */
export function testMachine(...addresses: string[]): MachineView {
  return {
    hostname: 'Attic',
    interfaces: {
      lo: [{ address: '127.0.0.1', internal: true }],
      wlan0: addresses.map((address) => ({ address, internal: false })),
    },
  }
}

/** The body of a GET over TLS, or the code of the error that refused it; its message where Node has no code for it. */
export function getOverTls(url: string, options: RequestOptions): Promise<string> {
  return new Promise((resolve) => {
    const asked = request(url, { agent: false, ...options }, (response) => {
      let body = ''
      response.on('data', (chunk: Buffer) => (body += chunk.toString()))
      response.on('end', () => resolve(body))
    })
    asked.on('error', (error) =>
      resolve('code' in error && error.code !== 'UNSPECIFIED' ? String(error.code) : error.message),
    )
    asked.end()
  })
}
