import { expect, it } from 'vitest'
import { passedCursor } from './passed-cursor.ts'

it('passes over exactly as many as were offered, in the same database of the relay', () => {
  expect(passedCursor('AAAAAAAAAAA.6', 'AAAAAAAAAAA.7', 1)).toBe(true)
  expect(passedCursor('AAAAAAAAAAA.6', 'AAAAAAAAAAA.9', 3)).toBe(true)
  expect(passedCursor('AAAAAAAAAAA.6', 'AAAAAAAAAAA.8', 1)).toBe(false)
  expect(passedCursor('AAAAAAAAAAA.6', 'AAAAAAAAAAA.6', 1)).toBe(false)
  expect(passedCursor('AAAAAAAAAAA.6', 'BAAAAAAAAAA.7', 1)).toBe(false)
  expect(passedCursor(undefined, 'AAAAAAAAAAA.1', 1)).toBe(false)
})
