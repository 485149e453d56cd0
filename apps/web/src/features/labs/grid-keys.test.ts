import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isTyped, placeAfter, rowsInSight } from './grid-keys.ts'

const size = { rows: 10, columns: 4, page: 5 }
const press = (key: string, ctrlKey = false) => placeAfter({ key, ctrlKey }, { row: 4, column: 2 }, size)

test.each([
  ['ArrowUp', false, 3, 2],
  ['ArrowDown', false, 5, 2],
  ['ArrowLeft', false, 4, 1],
  ['ArrowRight', false, 4, 3],
  ['ArrowDown', true, 9, 2],
  ['ArrowLeft', true, 4, 0],
  ['Home', false, 4, 0],
  ['End', false, 4, 3],
  ['Home', true, 0, 0],
  ['End', true, 9, 3],
  ['PageUp', false, 0, 2],
  ['PageDown', false, 9, 2],
])('%s (with Ctrl: %s) leads to row %i, column %i', (key, ctrlKey, row, column) => {
  expect(press(key, ctrlKey)).toEqual({ row, column })
})

test('no key leads out of the grid, and other keys lead nowhere', () => {
  const keys = fc.constantFrom('ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End', 'PageUp', 'PageDown')
  fc.assert(
    fc.property(fc.array(fc.tuple(keys, fc.boolean())), (pressed) => {
      let at = { row: 0, column: 0 }
      for (const [key, ctrlKey] of pressed) at = placeAfter({ key, ctrlKey }, at, size) ?? { row: -1, column: -1 }
      expect(at.row).toBeGreaterThanOrEqual(0)
      expect(at.row).toBeLessThan(size.rows)
      expect(at.column).toBeGreaterThanOrEqual(0)
      expect(at.column).toBeLessThan(size.columns)
    }),
  )
  expect(press('Tab')).toBeUndefined()
})

test('a digit, a comparator and a letter begin an entry; a shortcut and a named key do not', () => {
  const key = (name: string, ctrlKey = false) => isTyped({ key: name, ctrlKey, metaKey: false, altKey: false })
  expect([key('5'), key('<'), key(','), key('n')]).toEqual([true, true, true, true])
  expect([key('c', true), key('Enter'), key('F2'), key(' ')]).toEqual([false, false, false, false])
})

test('what is seen is rendered, and little more, however long the list', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 20_000 }), (count, scrollTop) => {
      const { start, end } = rowsInSight({ scrollTop, height: 480, rowHeight: 48 }, count)
      expect(end - start).toBeLessThanOrEqual(10 + 1 + 12)
      for (let row = 0; row < count; row++) {
        const isSeen = row * 48 < scrollTop + 480 && (row + 1) * 48 > scrollTop
        if (isSeen) expect(row >= start && row < end).toBe(true)
      }
    }),
  )
})
