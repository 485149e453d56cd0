import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DAY_SECONDS, nearest, newestDays, revealing, wholeWindow, zoomed } from './chart-scales.ts'

const WHOLE = { from: 0, to: 700 * DAY_SECONDS }

test('the newest year is the end of the whole, and of a short course all of it', () => {
  expect(newestDays(WHOLE, 365)).toEqual({ from: 335 * DAY_SECONDS, to: 700 * DAY_SECONDS })
  expect(newestDays({ from: 0, to: 30 * DAY_SECONDS }, 365)).toEqual({ from: 0, to: 30 * DAY_SECONDS })
})

test('a point outside is brought in with the window as wide as it was, and one inside moves nothing', () => {
  const window = newestDays(WHOLE, 100)
  const moved = revealing(window, 10 * DAY_SECONDS, WHOLE)
  expect(moved.from).toBeLessThan(10 * DAY_SECONDS)
  expect(moved.to - moved.from).toBeCloseTo(100 * DAY_SECONDS)
  expect(revealing(window, 650 * DAY_SECONDS, WHOLE)).toBe(window)
})

test('for any zooming, the window stays in the whole, and never gets narrower than a week', () => {
  const step = fc.record({
    factor: fc.double({ min: 0.05, max: 20, noNaN: true }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      let window = WHOLE
      for (const { factor, share } of steps) {
        window = zoomed(window, factor, window.from + share * (window.to - window.from), WHOLE)
        expect(window.from).toBeGreaterThanOrEqual(WHOLE.from - 1)
        expect(window.to).toBeLessThanOrEqual(WHOLE.to + 1)
        expect(window.to - window.from).toBeGreaterThanOrEqual(7 * DAY_SECONDS - 1)
      }
    }),
  )
})

test('a single point has air around it, and the nearest point is found', () => {
  expect(wholeWindow([1_000])).toEqual({ from: 1_000 - 10 * DAY_SECONDS, to: 1_000 + 10 * DAY_SECONDS })
  expect(nearest([10, 20, 30], 24)).toBe(1)
})
