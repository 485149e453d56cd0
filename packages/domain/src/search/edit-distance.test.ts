import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { prefixEditDistance } from './edit-distance.ts'

/** The definition, without bounds or shortcuts: optimal string alignment to each beginning of the word. */
function slowPrefixDistance(typed: string, word: string): number {
  const memo = new Map<string, number>()
  const align = (i: number, j: number): number => {
    if (i === 0) return j
    if (j === 0) return i
    const key = `${i},${j}`
    const known = memo.get(key)
    if (known !== undefined) return known
    let best = Math.min(
      align(i - 1, j) + 1,
      align(i, j - 1) + 1,
      align(i - 1, j - 1) + (typed[i - 1] === word[j - 1] ? 0 : 1),
    )
    if (i > 1 && j > 1 && typed[i - 1] === word[j - 2] && typed[i - 2] === word[j - 1])
      best = Math.min(best, align(i - 2, j - 2) + 1)
    memo.set(key, best)
    return best
  }
  return Math.min(...Array.from({ length: word.length + 1 }, (_, length) => align(typed.length, length)))
}

describe('prefixEditDistance', () => {
  test.each([
    ['ferritn', 'ferritin', 1],
    ['testostron', 'testosterone', 1],
    ['hematocrti', 'hematocrit', 1],
    ['glucsoe', 'glucose', 1],
    ['chol', 'cholesterol', 0],
    ['abc', 'xyz', 3],
  ])('%s is %i slips from %s', (typed, word, distance) => {
    expect(prefixEditDistance(typed, word, 3)).toBe(Math.min(distance, 4))
  })

  test('it agrees with its slow twin up to the bound and says more beyond it', () => {
    const words = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 })
    fc.assert(
      fc.property(words, words, fc.integer({ min: 0, max: 3 }), (typed, word, max) => {
        expect(prefixEditDistance(typed, word, max)).toBe(Math.min(slowPrefixDistance(typed, word), max + 1))
      }),
      { numRuns: 2_000 },
    )
  })
})
