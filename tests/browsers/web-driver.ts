import { memberOf, textIn } from '../runner/json-shape.ts'

/** A call that takes longer is given up: the driver is known to hang on some commands. */
const CALL_TIMEOUT_MS = 45_000

/** The member that marks an element in WebDriver's JSON (W3C WebDriver §12.3). */
const ELEMENT_KEY = 'element-6066-11e4-a52e-4f735466cecf'

export interface WebDriver {
  command(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown>
}

/** Speaks W3C WebDriver to a driver on this machine. A command that fails throws with the driver's own words. */
export function createWebDriver(port: number): WebDriver {
  return {
    async command(method, path, body) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        ...(method === 'POST' && { body: JSON.stringify(body ?? {}) }),
        signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
      })
      const value = memberOf(await response.json(), 'value')
      if (!response.ok) {
        throw new Error(`WebDriver ${method} ${path}: ${textIn(value, 'error')}: ${textIn(value, 'message')}`)
      }
      return value
    },
  }
}

export function elementIdOf(value: unknown): string | undefined {
  const id = memberOf(value, ELEMENT_KEY)
  return typeof id === 'string' ? id : undefined
}
