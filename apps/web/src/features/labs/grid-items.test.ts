import type { GridRow } from '@salus/engine/view-types'
import { expect, test } from 'vitest'
import { type ColumnOrder, countRun, itemsOf, newSeries, orderRows } from './grid-items.ts'

const row = (series: string, category: string): GridRow => ({
  series,
  markerId: series,
  name: series,
  category,
  unit: '',
  units: [],
  spark: [],
  yours: null,
  canEnter: true,
  last: null,
  cells: [],
})
const hit = (id: string) => ({ id, name: id, matched: '', category: 'lipid', units: ['mg/dL'] })
const ROWS = [row('ferritin', 'blood'), row('wbc', 'blood'), row('ldl', 'lipid'), row('hdl', 'lipid')]
const TITLES = {
  category: (category: string) => category,
  lastDraw: (day: string) => `as on ${day}`,
  added: 'added',
}

const shown = (rows: readonly GridRow[], column: ColumnOrder): string[] =>
  itemsOf(orderRows(rows, column), column, TITLES).map((item) =>
    item.type === 'title' ? `[${item.title}]` : item.row.series,
  )

test('without a new column rows stand in their groups', () => {
  expect(shown(ROWS, undefined)).toEqual(['[blood]', 'ferritin', 'wbc', '[lipid]', 'ldl', 'hdl'])
})

test('a new column begins with the last draw, then what was added, then the rest; each row once', () => {
  const column = { lastDay: '2026-11-06', lastSeries: new Set(['ldl', 'ferritin']), added: [hit('apo-b'), hit('wbc')] }
  expect(shown(ROWS, column)).toEqual([
    '[as on 2026-11-06]',
    'ferritin',
    'ldl',
    '[added]',
    newSeries('apo-b'),
    'wbc',
    '[lipid]',
    'hdl',
  ])
  expect(countRun(orderRows(ROWS, column), column)).toBe(4)
})

test('an added marker keeps its place and its key when its first result makes it a series', () => {
  const column = { lastDay: '', lastSeries: new Set<string>(), added: [hit('apo-b')] }
  const keys = (rows: readonly GridRow[]): string[] =>
    itemsOf(orderRows(rows, column), column, TITLES).map(({ key }) => key)
  const saved = { ...row('an address', 'lipid'), markerId: 'apo-b' }
  expect(keys([...ROWS, saved])).toEqual(keys(ROWS))
})
