import { systemClock, systemRandom } from '@salus/base'
import { calibrateKdfWith } from '@salus/crypto'
import { openDexieStore } from '@salus/store/dexie'
import { createOneShotKdf } from './one-shot-kdf.ts'
import { pause } from './pause.ts'
import type { EnginePlatform, TabMessage } from './platform.ts'

const DATABASE = 'salus'

/** A browser's worker; `kdfPort` leads to the page, which starts the workers that derive keys. */
export function createBrowserPlatform(kdfPort: MessagePort): EnginePlatform {
  const derive = createOneShotKdf(kdfPort)
  const refused = new Set<string>()
  // A request that the page's policy forbids looks like a lost network; the violation tells which it was.
  addEventListener('securitypolicyviolation', (event) => {
    // The event of this name is one; the worker's own event map does not list it.
    const { effectiveDirective, blockedURI } = event as SecurityPolicyViolationEvent
    if (effectiveDirective === 'connect-src' && URL.canParse(blockedURI)) refused.add(new URL(blockedURI).origin)
  })
  return {
    clock: systemClock,
    random: systemRandom,
    openStore: () => openDexieStore(DATABASE),
    derive,
    calibrateKdf: () => calibrateKdfWith({ clock: systemClock, isPhone: isPhone(), derive }),
    fetch: async (url, init) => {
      try {
        return await fetch(url, init)
      } catch (error) {
        if (!(init?.signal?.aborted ?? false)) await violationReported(new URL(url).origin, refused)
        throw error
      }
    },
    isOriginRefused: (origin) => refused.has(origin),
    holdLock: async (name, signal, whileHeld) => {
      try {
        await navigator.locks.request(name, { signal }, whileHeld)
      } catch (error) {
        if (!signal.aborted) throw error
      }
    },
    openChannel: (name, onMessage) => {
      const channel = new BroadcastChannel(name)
      // Only tabs of this origin and this app can post here.
      channel.onmessage = (event: MessageEvent<TabMessage>) => {
        onMessage(event.data)
      }
      return {
        post: (message) => {
          channel.postMessage(message)
        },
        close: () => {
          channel.close()
        },
      }
    },
    onOnline: (callback) => {
      addEventListener('online', callback)
    },
    pause,
  }
}

/** How long an engine may take to tell a worker that the page's policy has refused a request, milliseconds. */
const VIOLATION_WAIT_MS = 500

/** A violation's event follows the failed request, in Firefox only after a turn of the page's own thread. */
function violationReported(origin: string, refused: ReadonlySet<string>): Promise<void> {
  return new Promise((resolve) => {
    if (refused.has(origin)) {
      resolve()
      return
    }
    const done = (): void => {
      clearTimeout(timer)
      removeEventListener('securitypolicyviolation', done)
      resolve()
    }
    const timer = setTimeout(done, VIOLATION_WAIT_MS)
    addEventListener('securitypolicyviolation', done)
  })
}

/** A phone's browser is ended for memory sooner (V32). */
function isPhone(): boolean {
  return /Android|iPhone|iPad|Mobile/.test(navigator.userAgent)
}
