import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RENDERED_STEP, edgesOf, inSight, isTyped, placeAfter } from './grid-keys.ts'

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

test('what is seen is rendered, and little more, however long the list and however high its parts', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(30, 52), { maxLength: 400 }),
      fc.integer({ min: 0, max: 20_000 }),
      (sizes, from) => {
        const edges = edgesOf(sizes)
        const to = from + 480
        const { start, end } = inSight(edges, { from, to })
        expect(start).toBeGreaterThanOrEqual(0)
        expect(end).toBeLessThanOrEqual(sizes.length)
        expect(end - start).toBeLessThanOrEqual(480 / 30 + 2 + 4 * RENDERED_STEP)
        sizes.forEach((_, index) => {
          const isSeen = (edges[index] ?? 0) < to && (edges[index + 1] ?? 0) > from
          if (isSeen) expect(index >= start && index < end).toBe(true)
        })
      },
    ),
  )
})

test('a scroll of less than a step renders what was rendered before', () => {
  const edges = edgesOf(Array.from({ length: 300 }, () => 50))
  const at = (from: number) => inSight(edges, { from, to: from + 500 })
  expect(at(1_000)).toEqual(at(1_049))
  expect(at(1_000)).not.toEqual(at(1_400))
})
