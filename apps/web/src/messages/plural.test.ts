import { expect, test } from 'vitest'
import { createPlural } from './plural.ts'

test('one, many and none take the forms of their language, with the number written as there', () => {
  const english = createPlural('en')
  const german = createPlural('de')
  expect(english(1, { one: '# result', other: '# results' })).toBe('1 result')
  expect(english(0, { one: '# result', other: '# results' })).toBe('0 results')
  expect(german(1234, { one: '# Wert', other: '# Werte' })).toBe('1.234 Werte')
})

test('a form that a language does not need falls back to the one that all have', () => {
  expect(createPlural('pl')(3, { other: '#' })).toBe('3')
})
