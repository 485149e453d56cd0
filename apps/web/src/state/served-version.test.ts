import { describe, expect, it } from 'vitest'
import { VERSION_FILE_BYTES_MAX, boundedText, nextAskMs, parseServedVersion } from './served-version.ts'

describe('The version file', () => {
  const text = JSON.stringify({ build: '0123456789ab', version: '0.1.0', builtFrom: null })

  it('says which build is served', () => {
    expect(parseServedVersion(text)).toEqual({ build: '0123456789ab', version: '0.1.0' })
  })

  it('says nothing when it is a page, of another shape or too long', () => {
    for (const other of [
      '<!doctype html>',
      '',
      'null',
      '[]',
      '{"build":1,"version":"1"}',
      '{"build":"<b>","version":"1"}',
    ])
      expect(parseServedVersion(other), other).toBeUndefined()
    expect(parseServedVersion(text.padEnd(VERSION_FILE_BYTES_MAX))).toBeDefined()
    expect(parseServedVersion(text.padEnd(VERSION_FILE_BYTES_MAX + 1))).toBeUndefined()
  })
})

describe('An answer', () => {
  const CHUNK_BYTES = 1_000
  const answerOf = (chunks: number, onPull: () => void): Response =>
    new Response(
      new ReadableStream<Uint8Array>({
        pull: (controller) => {
          onPull()
          if (chunks-- > 0) controller.enqueue(new Uint8Array(CHUNK_BYTES).fill(0x20))
          else controller.close()
        },
      }),
    )

  it('is read whole up to what a version file can be long, and not a chunk further', async () => {
    expect(await boundedText(new Response('{"build"'))).toBe('{"build"')
    expect((await boundedText(answerOf(4, () => undefined))).length).toBe(4 * CHUNK_BYTES)
    let pulls = 0
    const text = await boundedText(answerOf(1_000_000, () => pulls++))
    expect(text.length).toBe(VERSION_FILE_BYTES_MAX + 1)
    expect(pulls).toBeLessThan(10)
  })
})

describe('The server is asked', () => {
  it('once an hour, sooner after a failure, and never more seldom than hourly', () => {
    const minutes = [0, 1, 2, 3, 6, 7, 8, 1_000].map((failures) => nextAskMs(failures) / 60_000)
    expect(minutes).toEqual([60, 1, 2, 4, 32, 60, 60, 60])
  })
})
