import { expect, test } from 'vitest'
import { placeText } from './place-text.ts'

test('a place in a file is named in the reader’s words, and a path stays a path', () => {
  const words = { file: 'ganze Datei', line: (n: number) => `Zeile ${n}` }
  expect(placeText('file', words)).toBe('ganze Datei')
  expect(placeText('line 12', words)).toBe('Zeile 12')
  expect(placeText('line 12.contained[0]', words)).toBe('Zeile 12.contained[0]')
  expect(placeText('entry[3]', words)).toBe('entry[3]')
})
