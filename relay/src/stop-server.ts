import type { Socket } from 'node:net'
import type { ServerType } from '@hono/node-server'
import { STOP_GRACE_MS, STOP_SWEEP_MS } from './limits.ts'
import { systemTimer } from './timer.ts'

/** Ends connections: those that have not asked for anything yet, or all. */
export type HangUp = (which: 'unused' | 'all') => void

/**
 * Knows a server's connections from before their first request on. Browsers open some in advance; Node takes them for busy
 * until they time out, and those still in a TLS handshake it does not know at all.
 */
export function trackSockets(server: ServerType): HangUp {
  const sockets = new Map<string, { readonly socket: Socket; isUsed: boolean }>()
  server.on('connection', (socket: Socket) => {
    const name = socketName(socket)
    sockets.set(name, { socket, isUsed: false })
    socket.once('close', () => sockets.delete(name))
  })
  server.on('request', (request: { readonly socket: Socket }) => {
    // Under TLS a request's socket is another object than the connection's, with the same two ends.
    const held = sockets.get(socketName(request.socket))
    if (held !== undefined) held.isUsed = true
  })
  return (which) => {
    for (const { socket, isUsed } of sockets.values()) if (which === 'all' || !isUsed) socket.destroy()
  }
}

/** Takes no more connections, lets requests under way finish for a while, and resolves when the last socket is gone. */
export async function stopServer(server: ServerType, hangUp: HangUp, endOpenAnswers: () => void): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  endOpenAnswers()
  hangUp('unused')
  let cancelSweep = (): void => undefined
  // A connection that is kept alive is idle only once its last answer is out.
  const sweep = (): void => {
    if ('closeIdleConnections' in server) server.closeIdleConnections()
    cancelSweep = systemTimer.after(STOP_SWEEP_MS, sweep)
  }
  sweep()
  const cancelGrace = systemTimer.after(STOP_GRACE_MS, () => hangUp('all'))
  await closed
  cancelSweep()
  cancelGrace()
}

function socketName(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort} ${socket.localAddress}`
}
