import type { ChildProcess } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { memberOf, textIn } from '../runner/json-shape.ts'
import { endProgram, findFreePort, startProgram } from './child-process.ts'
import { type WebKitPrograms, findWebKit } from './find-browsers.ts'
import { type Target, findElement } from './find-element.ts'
import { type VirtualDisplay, openVirtualDisplay } from './virtual-display.ts'
import { type WebDriver, createWebDriver, elementIdOf } from './web-driver.ts'

const WAIT_TIMEOUT_MS = 15_000
const START_TIMEOUT_MS = 20_000
const START_ATTEMPTS_MAX = 3
const POLL_MS = 50

/**
 * One window of WebKitGTK with a profile of its own, which is gone when it closes.
 * Two sessions are two devices. Every wait is bounded and throws when its time is over.
 */
export interface WebKitSession {
  goto(url: string): Promise<void>
  reload(): Promise<void>
  url(): Promise<string>
  /** Evaluates one JavaScript expression in the page, promises awaited. The result has passed through JSON. */
  evaluate(expression: string): Promise<unknown>
  /** Evaluates the expression until it is truthy, and returns that value. */
  waitFor(expression: string, timeoutMs?: number): Promise<unknown>
  /** Waits for the element to be there and visible; true then. */
  find(target: Target, timeoutMs?: number): Promise<true>
  /** Whether the element is there now. */
  has(target: Target): Promise<boolean>
  text(target: Target): Promise<string>
  click(target: Target): Promise<void>
  /** Types at the end of what the field holds. */
  type(target: Target, text: string): Promise<void>
  /** Empties the field, then types. */
  fill(target: Target, text: string): Promise<void>
  /** Writes what the screen shows as PNG: from the display, as the driver's own screenshot hangs. */
  screenshot(path: string): Promise<void>
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export interface WebKitOptions {
  /** WebKit features to switch on, such as `StorageAPI`: `navigator.storage` is absent without. */
  readonly features?: readonly string[]
}

/** Starts a display, a driver and a browser. Close it in `finally` or hold it with `await using`. */
export async function openWebKit(options: WebKitOptions = {}): Promise<WebKitSession> {
  const programs = findWebKit()
  if (programs === undefined) throw new Error('WebKitWebDriver, MiniBrowser or Xvfb is not installed')
  const display = await openVirtualDisplay(programs.display)
  try {
    for (let attempt = 1; ; attempt++) {
      const port = await findFreePort()
      const child = startProgram(programs.driver, [`--port=${port}`], { env: { DISPLAY: display.name } })
      try {
        return await openSession(createWebDriver(port), programs, options, { display, child })
      } catch (error) {
        // The port may have been taken meanwhile.
        await endProgram(child)
        if (attempt === START_ATTEMPTS_MAX) throw error
      }
    }
  } catch (error) {
    await display.close()
    throw error
  }
}

async function openSession(
  driver: WebDriver,
  programs: WebKitPrograms,
  { features = [] }: WebKitOptions,
  { display, child }: { readonly display: VirtualDisplay; readonly child: ChildProcess },
): Promise<WebKitSession> {
  await untilReady(driver, child)
  const browserArguments = ['--automation']
  if (features.length > 0) browserArguments.push(`--features=${features.map((name) => `+${name}`).join(',')}`)
  const capabilities = {
    alwaysMatch: { 'webkitgtk:browserOptions': { binary: programs.browser, args: browserArguments } },
  }
  const id = textIn(await driver.command('POST', '/session', { capabilities }), 'sessionId')
  const session = `/session/${id}`
  const post = (path: string, body?: unknown) => driver.command('POST', `${session}${path}`, body)

  async function evaluate(expression: string): Promise<unknown> {
    const script = `const done = arguments[arguments.length - 1];
      (async () => (${expression}\n))().then((value) => done({ value }), (error) => done({ error: String(error) }))`
    const outcome = await post('/execute/async', { script, args: [] })
    const error = memberOf(outcome, 'error')
    if (typeof error === 'string') throw new Error(`in the page: ${error}; evaluating ${expression}`)
    return memberOf(outcome, 'value')
  }

  async function waitFor(expression: string, timeoutMs = WAIT_TIMEOUT_MS): Promise<unknown> {
    return poll(
      () => evaluate(expression),
      timeoutMs,
      () => `never became true: ${expression}`,
    )
  }

  async function locate(target: Target): Promise<string | undefined> {
    const script = `return (${findElement.toString()})(arguments[0])`
    return elementIdOf(await post('/execute/sync', { script, args: [target] }))
  }

  async function element(target: Target, timeoutMs = WAIT_TIMEOUT_MS): Promise<string> {
    const found = await poll(
      () => locate(target),
      timeoutMs,
      () => `not on the page: ${JSON.stringify(target)}`,
    )
    return `/element/${found}`
  }

  async function close(): Promise<void> {
    try {
      await driver.command('DELETE', session)
    } catch {
      // A driver that no longer answers is ended below all the same.
    } finally {
      await endProgram(child)
      await display.close()
    }
  }

  return {
    evaluate,
    waitFor,
    close,
    [Symbol.asyncDispose]: close,
    async goto(url) {
      await post('/url', { url })
    },
    async reload() {
      await post('/refresh')
    },
    async url() {
      return String(await driver.command('GET', `${session}/url`))
    },
    async find(target, timeoutMs) {
      await element(target, timeoutMs)
      return true
    },
    async has(target) {
      return (await locate(target)) !== undefined
    },
    async text(target) {
      return String(await driver.command('GET', `${session}${await element(target)}/text`))
    },
    async click(target) {
      await post(`${await element(target)}/click`)
    },
    async type(target, text) {
      await post(`${await element(target)}/value`, { text })
    },
    async fill(target, text) {
      const path = await element(target)
      await post(`${path}/clear`)
      await post(`${path}/value`, { text })
    },
    async screenshot(path) {
      await writeFile(path, await display.screenshot())
    },
  }
}

async function untilReady(driver: WebDriver, child: ChildProcess): Promise<void> {
  const isReady = async () => {
    if (child.exitCode !== null) throw new Error(`the driver ended with ${child.exitCode}`)
    try {
      return memberOf(await driver.command('GET', '/status'), 'ready') === true
    } catch {
      // It doesn't listen yet.
      return false
    }
  }
  await poll(isReady, START_TIMEOUT_MS, () => 'the driver did not start')
}

async function poll<T>(probe: () => Promise<T>, timeoutMs: number, complaint: () => string): Promise<NonNullable<T>> {
  const endMs = performance.now() + timeoutMs
  for (;;) {
    const value = await probe()
    if (value !== undefined && value !== null && value !== false && value !== 0 && value !== '') return value
    if (performance.now() > endMs) throw new Error(`after ${timeoutMs} ms ${complaint()}`)
    await pause(POLL_MS)
  }
}
