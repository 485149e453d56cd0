import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'

declare global {
  /** The build puts its list of files here. */
  var __WB_MANIFEST: { url: string; revision: string | null }[]
}

// The library types `self` as a worker of any kind; this file runs as a service worker alone.
const worker = self as unknown as ServiceWorkerGlobalScope

/*
 * Every file of the build is kept when the app is first opened, each with the headers that it came with: a kept page or
 * worker stays under its own content security policy. Nothing else is ever kept: health data is not Cache Storage's.
 */
precacheAndRoute(self.__WB_MANIFEST)
cleanupOutdatedCaches()

// A deep link is the app; the relay's own paths and the build's files are not.
registerRoute(
  new NavigationRoute(createHandlerBoundToURL('/index.html'), {
    denylist: [/^\/(v1|healthz|assets|icons)(\/|$)/, /^\/(sw\.js|version\.json|manifest\.webmanifest|robots\.txt)$/],
  }),
)

// A new build waits until the owner asks for it.
worker.addEventListener('message', (event) => {
  const message: unknown = event.data
  if (typeof message === 'object' && message !== null && 'type' in message && message.type === 'SKIP_WAITING') {
    void worker.skipWaiting()
  }
})

// The first visit is ready to work offline without a reload.
worker.addEventListener('activate', (event) => {
  event.waitUntil(worker.clients.claim())
})
