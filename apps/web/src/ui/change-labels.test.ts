import fc from 'fast-check'
import { expect, test } from 'vitest'
import { changeLabels } from './change-labels.ts'

const room = (isNumbered: boolean) => ({ gap: 5, right: 400, isNumbered, widthOf: (text: string) => text.length * 6 })
const at = (...xs: readonly number[]) => xs.map((x, index) => ({ x, number: index + 1, text: '140 → 50 mg' }))

test('a single change says its words, several their numbers too where there is room', () => {
  expect(changeLabels(at(100), room(false))).toEqual([{ left: 105, text: '140 → 50 mg' }])
  expect(changeLabels(at(50, 250), room(true)).map(({ text }) => text)).toEqual(['1: 140 → 50 mg', '2: 140 → 50 mg'])
})

test('what would meet is shortened to a number, and what is closer than that shares a label', () => {
  expect(changeLabels(at(100, 140, 390), room(true)).map(({ text }) => text)).toEqual(['1', '2: 140 → 50 mg', '3'])
  expect(changeLabels(at(100, 104), room(true))).toEqual([{ left: 105, text: '1, 2' }])
})

test('for any changes no two labels overlap, none leaves the drawing, and each change is named', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 370 }), { maxLength: 12 }), (xs) => {
      const sorted = xs.toSorted((a, b) => a - b)
      const labels = changeLabels(at(...sorted), room(true))
      const named = labels.flatMap(({ text }) => (/^[\d, ]+/.exec(text)?.[0] ?? '').split(',').map(Number))
      expect(named).toEqual(sorted.map((_, index) => index + 1))
      labels.forEach(({ left, text }, index) => {
        const end = left + text.length * 6
        expect(end).toBeLessThanOrEqual(labels[index + 1]?.left ?? Number.POSITIVE_INFINITY)
      })
    }),
  )
})
