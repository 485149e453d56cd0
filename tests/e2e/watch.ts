import { type BrowserContext, type Page, expect } from '@playwright/test'

/** Listens to all that pages ask for and complain about. */
export class Watch {
  readonly #origin: string
  readonly #foreign: string[] = []
  #violations: string[] = []

  constructor(origin: string) {
    this.#origin = origin
  }

  async newPage(context: BrowserContext): Promise<Page> {
    context.on('request', (request) => {
      if (/^(https?|wss?):/.test(request.url()) && !request.url().startsWith(this.#origin))
        this.#foreign.push(request.url())
    })
    const page = await context.newPage()
    page.on('pageerror', (error) => this.#violations.push(error.message))
    page.on('console', (message) => {
      if (/Content.Security.Policy|Trusted ?Type|internal error/i.test(message.text()))
        this.#violations.push(message.text())
    })
    return page
  }

  /** What pages complain about meanwhile is the doing of the driver; requests count all the same. */
  async lookAwayDuring(act: () => Promise<void>): Promise<void> {
    const before = [...this.#violations]
    await act()
    this.#violations = before
  }

  expectClean(): void {
    expect(this.#foreign, 'requests to other origins').toEqual([])
    expect(this.#violations, 'policy violations and page errors').toEqual([])
  }
}
