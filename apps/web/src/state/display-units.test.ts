import { expect, test, vi } from 'vitest'
import { DISPLAY_UNITS_MAX, parseDisplayUnits } from './display-units.svelte.ts'

vi.mock('../engine/client.ts', () => ({ engine: {} }))

test('what was chosen is read back, and what is damaged counts as not chosen', () => {
  expect([...parseDisplayUnits('{"hba1c":"mmol/mol","x":7}')]).toEqual([['hba1c', 'mmol/mol']])
  expect(parseDisplayUnits('{').size).toBe(0)
  expect(parseDisplayUnits('7').size).toBe(0)
})

test('no more is read than there can be', () => {
  const of = (count: number): string =>
    JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, index) => [`m${index}`, 'g'])))
  expect(parseDisplayUnits(of(DISPLAY_UNITS_MAX)).size).toBe(DISPLAY_UNITS_MAX)
  expect(parseDisplayUnits(of(DISPLAY_UNITS_MAX + 1)).size).toBe(DISPLAY_UNITS_MAX)
})
