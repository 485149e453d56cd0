import { describe, expect, test } from 'vitest'
import { utf8ToBytes } from '@salus/base'
import { FUZZ_TARGETS } from './all-targets.ts'
import { fuzz } from './fuzz.ts'

/** Enough to see that each target works; `npm run fuzz` is for the hunt. */
const FOR_MS = 40

describe('readers of bytes from outside', () => {
  test.each(FUZZ_TARGETS)('$name: no input makes it fall', async (target) => {
    const { executions, crash } = await fuzz(target, 1, FOR_MS)
    expect(crash).toBeUndefined()
    expect(executions).toBeGreaterThan(target.seeds.length)
  })

  test('are each named once', () => {
    expect(new Set(FUZZ_TARGETS.map(({ name }) => name)).size).toBe(FUZZ_TARGETS.length)
  })

  test.each(['bytes', 'json'] as const)(
    'a reader that falls on a bent %s is found, with what it fell on',
    async (shape) => {
      const seeds = [utf8ToBytes('{"a":[1,2,3],"b":"text"}')]
      const isSound = (input: Uint8Array): boolean => JSON.stringify(JSON.parse(new TextDecoder().decode(input))) !== ''
      const { crash } = await fuzz({ name: 'brittle', shape, seeds, read: isSound }, 1, 2_000)
      expect(crash?.why).toContain('JSON')
      expect(crash?.inputHex).toMatch(/^[0-9a-f]*$/)
    },
  )
})
