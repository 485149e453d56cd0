import { expect, test } from 'vitest'
import { de } from './de.ts'
import { en } from './en.ts'
import { repairDe } from './repair-de.ts'
import { repairEn } from './repair-en.ts'

const ENGLISH = { ...en, repair: repairEn }
const GERMAN = { ...de, repair: repairDe }

/** Every text of a language by its place; functions are called with numbers or words by turns. */
function textsOf(node: unknown, place: string, texts: Map<string, string>): Map<string, string> {
  if (typeof node === 'string') texts.set(place, node)
  else if (typeof node === 'function') texts.set(place, String(Reflect.apply(node, undefined, [2, 3, 4])))
  else if (typeof node === 'object' && node !== null) {
    for (const [name, child] of Object.entries(node)) textsOf(child, `${place}.${name}`, texts)
  }
  return texts
}

test('every language has every text, and none is empty', () => {
  const english = textsOf(ENGLISH, '', new Map())
  const german = textsOf(GERMAN, '', new Map())
  expect([...german.keys()].sort()).toEqual([...english.keys()].sort())
  for (const [place, text] of [...english, ...german]) expect(text.trim(), place).not.toBe('')
})

test('German is German: what reads the same in both is a name or a sign', () => {
  const english = textsOf(ENGLISH, '', new Map())
  const same = [...textsOf(GERMAN, '', new Map())]
    .filter(([place, text]) => text === english.get(place))
    .map(([, text]) => text)
  const words = new Set(same.filter((text) => /[a-z]{3}/.test(text)))
  expect([...words].sort()).toEqual(['Export', 'Format', 'Libido', 'Name', 'Passphrase', 'Relay', 'Salus'])
})
