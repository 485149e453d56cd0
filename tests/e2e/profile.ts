import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, BrowserType, LaunchOptions } from '@playwright/test'
import { Device } from './device.ts'
import { killBrowserOf } from './kill-browser.ts'
import type { Watch } from './watch.ts'

/** What every context of a test is like: a phone that speaks English. */
export const PHONE = { viewport: { width: 390, height: 844 }, locale: 'en-GB' }

interface ProfileDeps {
  readonly browserType: BrowserType
  /** The project's own: the browser, its channel and its arguments. */
  readonly launch: LaunchOptions
  readonly watch: Watch
}

/** A browser profile on the disk: the same device before and after its browser ends. */
export class Profile {
  readonly folder: string
  /** The device's own, asked for after each start. */
  passphrase = ''
  readonly #deps: ProfileDeps
  #context: BrowserContext | undefined

  private constructor(folder: string, deps: ProfileDeps) {
    this.folder = folder
    this.#deps = deps
  }

  static async make(deps: ProfileDeps): Promise<Profile> {
    return new Profile(await mkdtemp(join(tmpdir(), 'salus-profile-')), deps)
  }

  get context(): BrowserContext {
    if (this.#context === undefined) throw new Error('the browser is not open')
    return this.#context
  }

  /** Starts the browser on this profile. */
  async open(): Promise<Device> {
    const { browserType, launch, watch } = this.#deps
    this.#context = await browserType.launchPersistentContext(this.folder, { ...launch, ...PHONE })
    const device = new Device(await watch.newPage(this.#context))
    device.passphrase = this.passphrase
    return device
  }

  /** Ends the browser as its owner would. */
  async close(): Promise<void> {
    // Playwright takes a screenshot then, in case the test fails, for which it injects a style that our policy refuses.
    await this.#deps.watch.lookAwayDuring(async () => this.#context?.close())
    this.#context = undefined
  }

  /** Ends all of the browser's processes at once, with no time to write anything. */
  async kill(): Promise<void> {
    const ended = this.context.waitForEvent('close')
    killBrowserOf(this.folder)
    await ended
    this.#context = undefined
  }

  async dispose(): Promise<void> {
    await this.close()
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 })
  }
}
