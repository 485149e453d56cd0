import { mkdtemp, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type BrowserContext, type Locator, type Page, test as base, expect } from '@playwright/test'
import { type RunningRelay, startRelay } from '../../relay/src/start-relay.ts'
import { en } from '../../apps/web/src/messages/en.ts'

/** App and relay in one process, as `npm start` serves them, on a free port with a folder of its own. */
export class Salus {
  readonly folder: string
  #relay: RunningRelay

  private constructor(folder: string, relay: RunningRelay) {
    this.folder = folder
    this.#relay = relay
  }

  static async start(): Promise<Salus> {
    const folder = await mkdtemp(join(tmpdir(), 'salus-e2e-'))
    return new Salus(folder, await Salus.#serve(folder, 0))
  }

  static #serve(folder: string, port: number): Promise<RunningRelay> {
    const webRoot = resolve('apps/web/dist')
    if (!existsSync(join(webRoot, 'index.html'))) throw new Error('build the app first: npm run build')
    return startRelay({ port, dataDir: join(folder, 'relay'), webRoot, writeLog: () => undefined })
  }

  get url(): string {
    return this.#relay.url
  }

  async inviteLink(): Promise<string> {
    return `${this.url}/#invite=${await this.#relay.invite()}`
  }

  /** The server is gone; its disk stays. */
  stop(): Promise<void> {
    return this.#relay.close()
  }

  /** The same server on the same port again. */
  async restart(): Promise<void> {
    this.#relay = await Salus.#serve(this.folder, this.#relay.port)
  }

  async dispose(): Promise<void> {
    await this.#relay.close().catch(() => undefined)
    await rm(this.folder, { recursive: true, force: true })
  }
}

/** One device: a browser context with one page, driven as a person would. */
export class Device {
  readonly page: Page
  passphrase = ''

  constructor(page: Page) {
    this.page = page
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name, exact: typeof name === 'string' })
  }

  /** A text that can be seen: the narrow layout keeps the list in the page, hidden, beside what it lists. */
  shown(text: string | RegExp): Locator {
    return this.page.getByText(text, { exact: typeof text === 'string' }).filter({ visible: true }).first()
  }

  /** From the invite link to the first screen; returns the kit's words. */
  async firstRun(link: string, name = 'Phone'): Promise<string[]> {
    const { onboarding, act } = en
    await this.page.goto(link)
    await this.button(onboarding.start).click()
    const words = this.page.locator('[data-offered-passphrase]')
    await expect(words).toHaveText(/^\w+( \w+){6}$/)
    this.passphrase = (await words.textContent()) ?? ''
    await this.page.getByLabel(onboarding.deviceName).fill(name)
    await this.button(onboarding.useOffered).click()
    const items = this.page.locator('ol.kit li')
    await expect(items).toHaveCount(12)
    const kit = (await items.allTextContents()).map((text) => text.replace(/^\d+/, '').trim())
    await this.button(onboarding.kitWritten).click()
    await this.#answerThree(kit)
    await this.button(act.continue).click()
    await this.button(link.includes('#invite=') ? onboarding.connectAndFinish : onboarding.later).click()
    await this.isUnlocked()
    return kit
  }

  async #answerThree(kit: readonly string[]): Promise<void> {
    const fields = this.page.locator('input[name^="kit-word-"]')
    await expect(fields).toHaveCount(3)
    for (const field of await fields.all()) {
      const name = (await field.getAttribute('name')) ?? ''
      await field.fill(kit[Number(name.replace('kit-word-', '')) - 1] ?? '')
    }
  }

  async isUnlocked(): Promise<void> {
    await expect(this.page.getByRole('navigation', { name: en.nav.main })).toBeVisible({ timeout: 30_000 })
  }

  async unlock(): Promise<void> {
    await this.page.getByLabel(en.lock.passphrase, { exact: true }).fill(this.passphrase)
    await this.button(en.lock.unlock).click()
    await this.isUnlocked()
  }

  async addResult(marker: string, valueText: string): Promise<void> {
    const { result, labs } = en
    await this.page.getByRole('link', { name: en.nav.labs, exact: true }).click()
    await this.page.getByRole('link', { name: labs.newResult }).or(this.button(labs.newResult)).first().click()
    await this.page.getByRole('combobox', { name: result.marker }).fill(marker)
    await this.page.getByRole('option').first().click()
    await this.page.getByLabel(result.value, { exact: true }).fill(valueText)
    await this.button(en.act.save).click()
    await expect(this.shown(valueText)).toBeVisible()
  }

  /** The status chip says that all is on the relay. */
  async isInStep(): Promise<void> {
    await expect(this.shown(/^In step/)).toBeVisible({ timeout: 15_000 })
  }

  async isReadyForOffline(): Promise<void> {
    await expect(this.page.locator('html[data-offline-ready]')).toBeAttached({ timeout: 20_000 })
  }
}

interface Fixtures {
  readonly salus: Salus
  /** Opens a device of its own; its requests may go to Salus alone. */
  readonly openDevice: () => Promise<Device>
}

/** Every browser test asserts that no request leaves the app's and the relay's origin, and that no policy is violated. */
export const test = base.extend<Fixtures>({
  salus: async ({}, use) => {
    const salus = await Salus.start()
    await use(salus)
    await salus.dispose()
  },
  openDevice: async ({ browser, salus }, use) => {
    const contexts: BrowserContext[] = []
    const watch = new Watch(salus.url)
    await use(async () => {
      const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'en-GB' })
      contexts.push(context)
      return new Device(await watch.newPage(context))
    })
    // Before contexts close: the screenshot that Playwright takes then injects a style that our policy refuses.
    watch.expectClean()
    for (const context of contexts) await context.close()
  },
})

/** Listens to all that pages ask for and complain about. */
export class Watch {
  readonly #origin: string
  readonly #foreign: string[] = []
  readonly #violations: string[] = []

  constructor(origin: string) {
    this.#origin = origin
  }

  async newPage(context: BrowserContext): Promise<Page> {
    context.on('request', (request) => {
      if (/^(https?|wss?):/.test(request.url()) && !request.url().startsWith(this.#origin)) this.#foreign.push(request.url())
    })
    const page = await context.newPage()
    page.on('pageerror', (error) => this.#violations.push(error.message))
    page.on('console', (message) => {
      if (/Content.Security.Policy|Trusted ?Type|internal error/i.test(message.text())) this.#violations.push(message.text())
    })
    return page
  }

  expectClean(): void {
    expect(this.#foreign, 'requests to other origins').toEqual([])
    expect(this.#violations, 'policy violations and page errors').toEqual([])
  }
}

export { en, expect }
