import { type BrowserContext, type BrowserContextOptions, test as base, expect } from '@playwright/test'
import { en } from '../../apps/web/src/messages/en.ts'
import { Device } from './device.ts'
import { PHONE, Profile } from './profile.ts'
import { Salus } from './server.ts'
import { Watch } from './watch.ts'

interface Fixtures {
  readonly salus: Salus
  /** Opens a device of its own; its requests may go to Salus alone. */
  readonly openDevice: (options?: BrowserContextOptions) => Promise<Device>
  /** Makes a browser profile that survives its browser. */
  readonly makeProfile: () => Promise<Profile>
}

/** Every browser test asserts that no request leaves the app's and the relay's origin, and that no policy is violated. */
export const test = base.extend<Fixtures>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixtures that one needs from this pattern
  salus: async ({}, use) => {
    const salus = await Salus.start()
    await use(salus)
    await salus.dispose()
  },
  openDevice: async ({ browser, salus }, use, info) => {
    const contexts: BrowserContext[] = []
    const watch = new Watch(salus.url)
    await use(async (options = {}) => {
      const context = await browser.newContext({ ...PHONE, ...options })
      contexts.push(context)
      return new Device(await watch.newPage(context))
    })
    // Of a test that failed Playwright has taken a screenshot, for which it injects a style that our policy refuses.
    if (info.errors.length === 0) watch.expectClean()
    for (const context of contexts) await context.close()
  },
  makeProfile: async ({ playwright, browserName, salus }, use, info) => {
    const watch = new Watch(salus.url)
    const profiles: Profile[] = []
    await use(async () => {
      const { channel, launchOptions } = info.project.use
      const launch = { ...launchOptions, ...(channel === undefined ? {} : { channel }) }
      const profile = await Profile.make({ browserType: playwright[browserName], launch, watch })
      profiles.push(profile)
      return profile
    })
    if (info.errors.length === 0) watch.expectClean()
    for (const profile of profiles) await profile.dispose()
  },
})

export type { Device } from './device.ts'
export type { Profile } from './profile.ts'
export { Salus } from './server.ts'
export { en, expect }
