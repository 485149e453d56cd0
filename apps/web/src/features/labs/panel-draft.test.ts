import { expect, test, vi } from 'vitest'
import { PANEL_ROWS_MAX, panelJson, readPanel } from './panel-draft.ts'
import type { TypedResult } from './typed-result.svelte.ts'

vi.mock('../../engine/client.ts', () => ({ engine: {} }))

const HEAD = { day: '2026-11-18', time: '08:10', laboratory: 'City lab' }
const START = { markerId: 'ferritin', label: 'Ferritin', units: ['ug/L'], unit: 'ug/L' }
// What a draft reads of a row; the rest of the class does not matter to it.
const row = (text: string, id?: string) =>
  ({
    start: START,
    text,
    unit: 'ug/L',
    saved: id === undefined ? undefined : { id, input: {} },
  }) as unknown as TypedResult

test('a panel comes back with what was typed over a saved row, and with its day, time and laboratory', () => {
  const kept = readPanel(panelJson(HEAD, [row('41'), row('22', 'an id')]))
  expect(kept).toMatchObject(HEAD)
  expect(kept?.rows).toEqual([
    { start: START, text: '41', unit: 'ug/L', savedId: undefined },
    { start: START, text: '22', unit: 'ug/L', savedId: 'an id' },
  ])
})

test('what an older build kept is read, and what no build wrote is not', () => {
  const old = JSON.stringify({ day: '2026-11-18', rows: [{ start: START, text: '41', unit: 'ug/L' }, { text: 7 }] })
  expect(readPanel(old)).toMatchObject({ time: '', laboratory: '', rows: [{ text: '41', savedId: undefined }] })
  expect(readPanel('[]')).toBeUndefined()
  expect(readPanel('{"day":1,"rows":[]}')).toBeUndefined()
})

test('no more rows are kept than a panel can have', () => {
  const of = (count: number): number =>
    readPanel(
      panelJson(
        HEAD,
        Array.from({ length: count }, () => row('1')),
      ),
    )?.rows.length ?? 0
  expect(of(PANEL_ROWS_MAX)).toBe(PANEL_ROWS_MAX)
  expect(of(PANEL_ROWS_MAX + 1)).toBe(PANEL_ROWS_MAX)
})
