/** Bytes of a version file that are read; ours has about a hundred. */
export const VERSION_FILE_BYTES_MAX = 4_096
const ANSWER_WAIT_MS_MAX = 10_000
const BUILD = /^[0-9A-Za-z]{1,40}$/
const VERSION = /^[0-9A-Za-z.+-]{1,40}$/

/** What the server has now. */
export interface ServedVersion {
  readonly build: string
  readonly version: string
}

/** Asks the network, and no cache. @returns undefined where there is no answer or none that is ours */
export async function askServedVersion(): Promise<ServedVersion | undefined> {
  try {
    const answer = await fetch('/version.json', {
      cache: 'no-store',
      credentials: 'omit',
      signal: AbortSignal.timeout(ANSWER_WAIT_MS_MAX),
    })
    return answer.ok ? parseServedVersion(await boundedText(answer)) : undefined
  } catch (error) {
    // Without a network fetch gives a TypeError, too slow a one gives a DOMException.
    if (error instanceof TypeError || error instanceof DOMException) return undefined
    throw error
  }
}

/**
 * Reads an answer no further than a version file can be long. @returns what was read up to one byte above
 * {@link VERSION_FILE_BYTES_MAX}, which is judged too long; the rest is not fetched
 */
export async function boundedText(answer: Response): Promise<string> {
  const bytes = new Uint8Array(VERSION_FILE_BYTES_MAX + 1)
  let length = 0
  const reader = answer.body?.getReader()
  while (reader !== undefined && length < bytes.length) {
    const { done, value } = await reader.read()
    if (done) break
    bytes.set(value.subarray(0, bytes.length - length), length)
    length += Math.min(value.length, bytes.length - length)
  }
  await reader?.cancel()
  return new TextDecoder().decode(bytes.subarray(0, length))
}

/** @returns undefined unless the text is a version file of Salus */
export function parseServedVersion(text: string): ServedVersion | undefined {
  if (text.length > VERSION_FILE_BYTES_MAX) return undefined
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || !('build' in value) || !('version' in value)) return undefined
    const { build, version } = value
    if (typeof build !== 'string' || typeof version !== 'string') return undefined
    return BUILD.test(build) && VERSION.test(version) ? { build, version } : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

const FIRST_WAIT_MS = 60_000
const HOUR_MS = 60 * 60_000

/** Milliseconds until the server is asked again: an hour, and after failures a minute that doubles up to the hour. */
export function nextAskMs(failures: number): number {
  if (failures === 0) return HOUR_MS
  // 2^6 minutes are more than the hour already.
  return Math.min(HOUR_MS, FIRST_WAIT_MS * 2 ** Math.min(failures - 1, 6))
}
