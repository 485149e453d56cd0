import type { Hono } from 'hono'
import { HEALTH_INTERVAL_MS } from '../../limits.ts'
import { refuse, replyJson } from '../../reply.ts'
import type { RelayEnv, RelayServices } from '../../relay-services.ts'

/** `GET /healthz`: 200 when a write to the database succeeds, else 503 (S12). One write a second answers all who ask. */
export function addHealthRoute(app: Hono<RelayEnv>, services: RelayServices): void {
  let probe: { readonly atMs: number; readonly isHealthy: Promise<boolean> } | undefined

  app.get('/healthz', async (c) => {
    const nowMs = services.clock.nowMs()
    if (probe === undefined || Math.abs(nowMs - probe.atMs) >= HEALTH_INTERVAL_MS) {
      const isHealthy = services.store.probe().then(
        () => true,
        (error: unknown) => {
          services.onError(error)
          return false
        },
      )
      probe = { atMs: nowMs, isHealthy }
    }
    return (await probe.isHealthy) ? replyJson(c, { status: 'ok' }) : refuse(c, 503, 'Unhealthy')
  })
}
